/**
 * What a format of `export` has to say: which differences it can express, and in which words.
 */
import type { Family } from '../net/address.ts';
import type { Said } from './walk.ts';

export interface Format {
  /** Whether a block inside another needs no word of its own. `around` is null at the edge of the address space. */
  readonly sameAs: (inside: Said, around: Said | null) => boolean;
  /** Whether IPv4 hosts are also said as they show in IPv6 (6to4, NAT64, 6rd). */
  readonly withFaces: boolean;
  /** Lines before those of a family. */
  readonly head: (family: Family) => readonly string[];
  /** The line for a block; null when there is nothing to say of it. */
  readonly line: (said: Said) => string | null;
}

/** A format whose lines each say one word of a block; where they say none the word is `elsewhere`. */
export function wordwise(wordOf: (said: Said) => string, elsewhere: string): Pick<Format, 'sameAs'> {
  return { sameAs: (inside, around) => wordOf(inside) === (around === null ? elsewhere : wordOf(around)) };
}
