/**
 * The journal: verdicts that are durable and not yet worked into the other databases, call by call in the order they came.
 *
 * A call is one record at the end of the database, so making it durable writes few pages, where working it in writes some at
 * as many random places as it has verdicts. A checkpoint (see pending.ts) works the whole journal in and empties it, in one
 * transaction: whenever a process is killed, a verdict stands either here or there, and never in both.
 *
 * A large checkpoint puts what the calls came to in their place, in parts (see parts.ts). They have the numbers below zero.
 */
import { ByteReader, ByteWriter } from '../codec/bytes.ts';
import { type Databases, markFormatWithParts } from './databases.ts';

/** A verdict in the journal: key and record as they will stand in the database of verdicts, texts of their bytes. */
export interface JournalVerdict {
  readonly key: string;
  readonly record: string;
}

/** A part of a checkpoint with its number. */
export type Part = readonly [number: number, part: Buffer];

/** Under which it is kept how many calls were worked in, ever. */
const WORKED_IN = 'workedIn';

const writer = new ByteWriter();

export class Journal {
  readonly #calls: Databases['journal'];
  readonly #meta: Databases['meta'];

  constructor({ journal, meta }: Databases) {
    this.#calls = journal;
    this.#meta = meta;
  }

  /** The number of the last call that was worked in, by whichever process; 0 before the first. */
  workedIn(): number {
    return this.#meta.get(WORKED_IN) ?? 0;
  }

  /** Adds a call at the end; gives its number, which no other call ever has. */
  append(verdicts: readonly JournalVerdict[]): number {
    let last = this.workedIn();
    for (const number of this.#calls.getKeys({ reverse: true, limit: 1 })) last = Math.max(last, number);
    for (const { key, record } of verdicts) {
      writer.bytes(key);
      writer.bytes(record);
    }
    this.#calls.putSync(last + 1, writer.finish());
    return last + 1;
  }

  /** The calls after that number. */
  *after(number: number): Generator<readonly [number: number, verdicts: readonly JournalVerdict[]]> {
    for (const { key, value } of this.#calls.getRange({ start: number + 1 })) yield [key, verdictsIn(value)];
  }

  /** Empties it, up to and with a call that is its last. */
  workIn(number: number): void {
    this.#meta.putSync(WORKED_IN, number);
    this.#calls.clearSync();
  }

  /** Puts parts in the place of calls, up to and with one that is the last. */
  workInto(parts: readonly Buffer[], number: number): void {
    this.workIn(number);
    markFormatWithParts(this.#meta);
    for (const [i, part] of parts.entries()) this.#calls.putSync(i - parts.length, part);
  }

  hasParts(): boolean {
    return Array.from(this.#calls.getKeys({ end: 0, limit: 1 })).length > 0;
  }

  /** The first parts of a checkpoint that are not yet in the other databases. */
  parts(limit = Number.MAX_SAFE_INTEGER): readonly Part[] {
    return Array.from(this.#calls.getRange({ end: 0, limit }), ({ key, value }) => [key, value]);
  }

  /** The first of them is in the other databases now. */
  dropPart(number: number): void {
    this.#calls.removeSync(number);
  }
}

function verdictsIn(call: Buffer): JournalVerdict[] {
  const reader = new ByteReader(call);
  const verdicts: JournalVerdict[] = [];
  while (!reader.isAtEnd) verdicts.push({ key: reader.bytes(), record: reader.bytes() });
  return verdicts;
}
