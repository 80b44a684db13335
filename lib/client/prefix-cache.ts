/**
 * Answers by the prefix they hold for, and by what was asked along with the address. The longest prefix wins; families never
 * meet. An answer that has expired stays for a while, for when the service is away.
 */
import { LRUCache } from 'lru-cache';
import { type Address, bitsOf, type Family } from '../net/address.ts';
import { Prefix } from '../net/prefix.ts';
import type { Answer } from './answers.ts';

export interface CachedAnswer {
  readonly prefix: Prefix;
  readonly answer: Answer;
  /** Epoch milliseconds of our own clock until which it holds, */
  readonly expires: number;
  /** and until which the service is not asked again: later than `expires` while the service only has degraded answers. */
  readonly askAgain: number;
}

/** What is known of an address: an answer that spares a request, or an expired one to fall back on. */
export interface Kept {
  readonly current: CachedAnswer | null;
  readonly stale: CachedAnswer | null;
}

export class PrefixCache {
  readonly #entries: LRUCache<string, CachedAnswer>;
  readonly #lengths = { 4: new LengthCounts(4), 6: new LengthCounts(6) } as const;
  readonly #maxStaleMs: number;

  /** At most `size` answers; expired ones are of use for `maxStaleMs` milliseconds. */
  constructor(size: number, maxStaleMs: number) {
    this.#maxStaleMs = maxStaleMs;
    this.#entries = new LRUCache({
      max: size,
      dispose: ({ prefix }) => this.#lengths[prefix.family].remove(prefix.length),
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The longest current answer, and the longest expired one before it; `query` is what was asked along. */
  find(address: Address, query: string, now: number): Kept {
    let stale: CachedAnswer | null = null;
    for (const length of this.#lengths[address.family].present) {
      const entry = this.#entries.get(keyOf(Prefix.covering(address, length), query));
      if (entry === undefined) continue;
      if (entry.askAgain > now) return { current: entry, stale };
      // An answer without evidence is worth nothing once it has expired.
      const isUseful = !entry.answer.degraded && entry.expires + this.#maxStaleMs > now;
      if (stale === null && isUseful) stale = entry;
    }
    return { current: null, stale };
  }

  set(query: string, entry: CachedAnswer): void {
    // Counted before an entry of the same key is disposed of, so that the length does not come and go.
    this.#lengths[entry.prefix.family].add(entry.prefix.length);
    this.#entries.set(keyOf(entry.prefix, query), entry);
  }
}

/** Which prefix lengths have entries, longest first: a handful in practice. */
class LengthCounts {
  readonly #counts: Uint32Array;
  present: readonly number[] = [];

  constructor(family: Family) {
    this.#counts = new Uint32Array(bitsOf(family) + 1);
  }

  add(length: number): void {
    this.#count(length, 1);
  }

  remove(length: number): void {
    this.#count(length, -1);
  }

  #count(length: number, change: number): void {
    const before = this.#counts[length] ?? 0;
    this.#counts[length] = before + change;
    if (before === 0 || before + change === 0) {
      this.present = [...this.#counts.keys()].filter((at) => this.#counts[at] !== 0).reverse();
    }
  }
}

function keyOf({ family, w0, w1, w2, w3, length }: Prefix, query: string): string {
  return `${family}:${w0}:${w1}:${w2}:${w3}/${length}${query}`;
}
