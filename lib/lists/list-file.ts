/**
 * List files: one block a line, a comment after `;` or `#`. So come the Spamhaus DROP lists (`2001:678:6c4::/48 ; SBL626637`)
 * and most plain lists. The comment beside a block is its reason; comments before the first block are the file's notice,
 * which the terms of some files ask to be kept.
 *
 * A line is refused alone, with its number and why: bits set beyond the length (the writer meant the address or the block,
 * and guessing could shut out a whole network), or a block so wide that no list of bad or good senders can mean it.
 */
import { formatPrefix, type Prefix, parsePrefix, unmapped } from '../net/prefix.ts';
import { MAX_REASON } from './list-entry.ts';

/** A block of a file. */
export interface ListedBlock {
  readonly prefix: Prefix;
  /** The comment beside it; empty when there is none. */
  readonly comment: string;
}

export interface RefusedLine {
  /** Counts from 1. */
  readonly line: number;
  readonly reason: string;
}

/** Widest blocks that are believed: the whole of 6to4, the most one registry ever gave to one holder. */
const WIDEST = { 4: 8, 6: 16 } as const;
const MAX_LINE = 1000;
/** Lines of notice that are kept. */
const MAX_NOTICE = 20;

export class ListFileReader {
  readonly #notice: string[] = [];
  #lines = 0;
  #begun = false;

  /** The comments before the first block. */
  get notice(): readonly string[] {
    return this.#notice;
  }

  /** Reads the next line, without its line end. Undefined when it is blank or a comment. */
  line(text: string): ListedBlock | RefusedLine | undefined {
    this.#lines++;
    if (text.length > MAX_LINE) return this.#refuse(`a line has at most ${MAX_LINE} characters`);
    const start = text.search(/[;#]/);
    const data = (start < 0 ? text : text.slice(0, start)).trim();
    const comment = start < 0 ? '' : printable(text.slice(start + 1));
    if (data === '') {
      if (!this.#begun && comment !== '' && this.#notice.length < MAX_NOTICE) this.#notice.push(comment);
      return undefined;
    }
    this.#begun = true;
    const parsed = parsePrefix(data);
    if (!parsed.ok) return this.#refuse(printable(parsed.error.detail));
    const prefix = unmapped(parsed.value);
    const widest = WIDEST[prefix.family];
    if (prefix.length < widest) return this.#refuse(`${formatPrefix(prefix)} is wider than a /${widest}`);
    return { prefix, comment };
  }

  #refuse(reason: string): RefusedLine {
    return { line: this.#lines, reason };
  }
}

/** The lines of a file, without line ends: a notice as comments, then each block with its reason. */
export function* fileLines(
  notice: readonly string[],
  blocks: Iterable<{ readonly prefix: Prefix; readonly reason: string }>,
): Generator<string> {
  for (const line of notice) yield `; ${line}`;
  for (const { prefix, reason } of blocks) yield `${formatPrefix(prefix)} ; ${reason}`;
}

function printable(text: string): string {
  return text
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .slice(0, MAX_REASON);
}
