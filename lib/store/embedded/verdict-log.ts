/**
 * Verdict records on LMDB: by reporter and id, so that a retry finds its first try and a reporter's records lie together.
 */
import { decodeVerdict, receivedAtOf } from '../codec/verdict.ts';
import { plainId } from '../impulse.ts';
import { VERDICT_RETENTION_MS, type VerdictRecord } from '../port.ts';
import type { Bytes } from './databases.ts';

/** How far a walk over the records got. */
export interface WalkStep {
  readonly count: number;
  /** Where to go on; undefined at the end. */
  readonly next: Buffer | undefined;
}

/** Records looked at in one step of a walk, so that it never holds the write lock for long. */
const STEP = 5000;

export class VerdictLog {
  readonly #records: Bytes;

  constructor(records: Bytes) {
    this.#records = records;
  }

  get(key: Buffer): Buffer | undefined {
    return this.#records.getBinaryFast(key);
  }

  remove(key: Buffer): void {
    this.#records.removeSync(key);
  }

  /** Removes those of at most `STEP` records from a key on that are past their retention at `now` (epoch milliseconds). */
  sweepStep(from: Buffer | undefined, now: number): WalkStep {
    const expired: Buffer[] = [];
    const next = this.walk(from, (key, value) => {
      if (receivedAtOf(value) + VERDICT_RETENTION_MS <= now) expired.push(key);
      return true;
    });
    for (const key of expired) this.remove(key);
    return { count: expired.length, next };
  }

  /** Visits at most `STEP` records from a key on, until the visitor says stop; where to go on, if anywhere. */
  walk(from: Buffer | undefined, visit: (key: Buffer, record: Buffer) => boolean): Buffer | undefined {
    const range = from === undefined ? { limit: STEP } : { start: from, limit: STEP };
    let seen = 0;
    let last: Buffer | undefined;
    for (const entry of this.#records.getRange(range)) {
      last = Buffer.from(entry.key);
      seen++;
      if (!visit(last, entry.value)) return undefined;
    }
    return last === undefined || seen < STEP ? undefined : Buffer.concat([last, Buffer.of(0)]);
  }
}

/** The key of a verdict, a string of bytes. */
export function verdictKey(reporterId: string, id: string): string {
  return `${plainId(reporterId)}\0${plainId(id)}`;
}

/** The names in a key, of reporter and verdict, as `plainId` gives them. */
export function namesIn(key: string): readonly [reporter: string, id: string] {
  const end = key.indexOf('\0');
  return [key.slice(0, end), key.slice(end + 1)];
}

/** What was recorded under a key, and when it was received: epoch milliseconds. */
export function recordUnder(
  key: string,
  bytes: Buffer,
): { readonly record: VerdictRecord; readonly receivedAt: number } {
  const { voice, receivedAt, ...verdict } = decodeVerdict(bytes);
  const [reporter, id] = namesIn(key);
  return { record: { ...verdict, id, reporter: { id: reporter, ...voice } }, receivedAt };
}

/** What all keys of a reporter begin with. */
export function reporterStart(reporterId: string): Buffer {
  return Buffer.from(`${plainId(reporterId)}\0`, 'latin1');
}
