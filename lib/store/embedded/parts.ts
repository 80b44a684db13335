/**
 * A large checkpoint, in parts.
 *
 * One transaction for all of it holds up everything else for long, and LMDB keeps the pages of a transaction in sorted lists, so
 * that twice the pages cost four times as much. So what the journal came to, tallies and records as they shall stand, is put in
 * the place of the calls in one transaction, at the end of the journal; then part by part goes to its place, each in a
 * transaction of its own. A part is written again, after a crash, to the same effect. Until all are, who reads looks here before
 * the file. Parts are ranges of keys, so that a page is written for one of them.
 */
import type { RungKey } from '../../reputation/rung.ts';
import { ByteReader, ByteWriter } from '../codec/bytes.ts';
import type { Databases } from './databases.ts';
import type { Part } from './journal.ts';

/** What a checkpoint came to, as texts of what is written down (see tally-text.ts). */
export interface Outcome {
  readonly tallies: ReadonlyMap<RungKey, string>;
  readonly verdicts: ReadonlyMap<string, string>;
}

/** Every so many keys one is looked at, to find out where to cut. */
const SAMPLED = 16;

const writer = new ByteWriter();

/** By what an outcome is cut into parts: one part of that size holds all of it. */
export function sizeOf({ tallies, verdicts }: Outcome): number {
  return Math.max(tallies.size, verdicts.size);
}

/** Cuts an outcome into parts of about so many tallies or records, each of both in its own range of keys. */
export function partsOf(outcome: Outcome, size: number): Buffer[] {
  const { tallies, verdicts } = outcome;
  const count = Math.ceil(sizeOf(outcome) / size);
  const talliesIn = cut(tallies, count);
  const verdictsIn = cut(verdicts, count);
  return talliesIn.map((part, i) => {
    writer.number(part.length);
    for (const [key, tally] of part) write(key, tally);
    for (const [key, record] of verdictsIn[i] ?? []) write(key, record);
    return writer.finish();
  });
}

/** Puts a part where it belongs. */
export function putPart(part: Buffer, { tallies, verdicts }: Databases): void {
  for (const { key, bytes, isTally } of entriesIn(part)) {
    if (!isTally) verdicts.putSync(key, bytes);
    else if (bytes.length === 0) tallies.removeSync(key);
    else tallies.putSync(key, bytes);
  }
}

/** What parts say that are left in a journal. */
export function outcomeIn(parts: readonly Part[]): Outcome {
  const tallies = new Map<RungKey, string>();
  const verdicts = new Map<string, string>();
  for (const [, part] of parts) {
    for (const { key, bytes, isTally } of entriesIn(part))
      (isTally ? tallies : verdicts).set(key.toString('latin1'), bytes.toString('latin1'));
  }
  return { tallies, verdicts };
}

/** Views of the part: LMDB copies what it is given at once. */
interface Entry {
  readonly key: Buffer;
  readonly bytes: Buffer;
  /** Else it is the record of a verdict. */
  readonly isTally: boolean;
}

function* entriesIn(part: Buffer): Generator<Entry> {
  const reader = new ByteReader(part);
  for (let tallies = reader.number(); !reader.isAtEnd; tallies--)
    yield { key: reader.view(), bytes: reader.view(), isTally: tallies > 0 };
}

function write(key: string, text: string): void {
  writer.bytes(key);
  writer.bytes(text);
}

/**
 * The entries by ranges of keys. Inside a range they stay in the order of arrival: rows of new keys in order would split pages so
 * that halves stay empty.
 */
function cut<T>(entries: ReadonlyMap<string, T>, count: number): (readonly [string, T])[][] {
  const sample = [...entries.keys()].filter((_, i) => i % SAMPLED === 0).sort();
  const starts = Array.from(
    { length: count },
    (_, i) => sample[Math.floor((i * sample.length) / count)] ?? '',
  );
  const ranges: (readonly [string, T])[][] = starts.map(() => []);
  for (const entry of entries) ranges[rangeOf(entry[0], starts)]?.push(entry);
  return ranges;
}

/** The last range that starts no later than the key; the first has all before it, too. */
function rangeOf(key: string, starts: readonly string[]): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? '') <= key) low = middle;
    else high = middle;
  }
  return low;
}
