/**
 * What the store's file holds: one database a row, opened together.
 *
 * | database    | key                              | value                                                        |
 * |-------------|----------------------------------|--------------------------------------------------------------|
 * | `tallies`   | key of the cascade               | see codec/tally.ts                                           |
 * | `verdicts`  | reporter, NUL, id                | see codec/verdict.ts                                         |
 * | `forgotten` | subject, or reporter on a subject| until when verdicts are forgotten, epoch milliseconds        |
 * | `records`   | kind, key                        | JSON                                                         |
 * | `revisions` | kind                             | how often records of the kind changed                        |
 * | `audit`     | time, number within it           | JSON                                                         |
 * | `blobs`     | name                             | bytes                                                        |
 * | `load`      | `mark`                           | how far the last load has come, JSON                         |
 * | `journal`   | number, in order of arrival      | verdicts of one call, not yet in the others (see journal.ts) |
 * | `journal`   | number below zero                | part of a checkpoint, not yet in the others (see parts.ts)   |
 * | `meta`      | `workedIn`                       | the number of the last call in the journal that is           |
 * | `meta`      | `format`                         | a number that grows when what is written changes its meaning |
 */
import { type Database, open, type RootDatabase } from 'lmdb';
import type { AuditEntry, Json, RecordKind } from '../records.ts';
import { HALF_LOADED, type LoadMark } from '../state.ts';

export type Bytes = Database<Buffer, Buffer>;

export interface Databases {
  readonly tallies: Bytes;
  readonly verdicts: Bytes;
  readonly forgotten: Bytes;
  readonly records: Database<Json, [RecordKind, string]>;
  readonly revisions: Database<number, RecordKind>;
  readonly audit: Database<AuditEntry, [number, number]>;
  readonly blobs: Database<Buffer, string>;
  readonly load: Database<LoadMark, string>;
  readonly journal: Database<Buffer, number>;
  readonly meta: Database<number, string>;
}

/** Room for databases to come. */
const MAX_DATABASES = 16;
/**
 * How many free pages LMDB takes into memory at a time (options its types leave out). Each commit sorts all it has in memory anew, to
 * see that none is free twice, and that takes the square of their number: with the 50,000 LMDB would take, a third of all time.
 */
const FREE_PAGES = { maxFreeSpaceToLoad: 500, maxFreeSpaceToRetain: 500 };

/**
 * Opens or creates a file; waits for its lock. Without the batches that LMDB would make of a turn's writes: when a commit fails it rejects
 * a promise of theirs that nobody has, and that would end the process.
 */
export function openFile(path: string): RootDatabase {
  return open({ path, noSubdir: true, maxDbs: MAX_DATABASES, eventTurnBatching: false, ...FREE_PAGES });
}

/** Opens or creates all of them; throws at a file of another format. */
export function openDatabases(root: RootDatabase): Databases {
  const databases = openAll(root);
  refuseOtherFormat(databases);
  return databases;
}

function openAll(root: RootDatabase): Databases {
  const bytes = (name: string): Bytes =>
    root.openDB<Buffer, Buffer>({ name, encoding: 'binary', keyEncoding: 'binary' });
  return {
    tallies: bytes('tallies'),
    verdicts: bytes('verdicts'),
    forgotten: bytes('forgotten'),
    records: root.openDB<Json, [RecordKind, string]>({ name: 'records', encoding: 'json' }),
    revisions: root.openDB<number, RecordKind>({ name: 'revisions', encoding: 'json' }),
    audit: root.openDB<AuditEntry, [number, number]>({ name: 'audit', encoding: 'json' }),
    blobs: root.openDB<Buffer, string>({ name: 'blobs', encoding: 'binary' }),
    load: root.openDB<LoadMark, string>({ name: 'load', encoding: 'json' }),
    journal: root.openDB<Buffer, number>({ name: 'journal', encoding: 'binary' }),
    meta: root.openDB<number, string>({ name: 'meta', encoding: 'json' }),
  };
}

const FORMAT = 3;
/** The same, and there may be parts of a checkpoint in the journal; told once there were any. */
const FORMAT_WITH_PARTS = 4;
/** The first format did not say that it was one. */
const FIRST_FORMAT = 1;
/** Under which the format is told. */
const FORMAT_NAME = 'format';

/** Marks a new file with the format; throws at one that has another, before anything of it is misread. */
function refuseOtherFormat(databases: Databases): void {
  const known = databases.meta.get(FORMAT_NAME) ?? (isEmptyStore(databases) ? undefined : FIRST_FORMAT);
  if (known === undefined) databases.meta.putSync(FORMAT_NAME, FORMAT);
  else if (known !== FORMAT && known !== FORMAT_WITH_PARTS)
    throw new Error(
      `it has format ${known}, and this version reads format ${FORMAT} or ${FORMAT_WITH_PARTS} only: go back to the version that wrote it, or set DATA_DIR to another folder`,
    );
}

/** Says, inside a transaction, that the journal may have parts of a checkpoint in it: a version that knows none must not read it. */
export function markFormatWithParts(meta: Databases['meta']): void {
  if (meta.get(FORMAT_NAME) !== FORMAT_WITH_PARTS) meta.putSync(FORMAT_NAME, FORMAT_WITH_PARTS);
}

/** Whether nothing is kept; how a load has gone is nothing. */
export function isEmptyStore({ load: _, meta: _meta, ...kept }: Databases): boolean {
  return Object.values(kept).every((database) => entryCount(database) === 0);
}

export function entryCount(database: Databases[keyof Databases]): number {
  const { entryCount: count }: { entryCount?: number } = database.getStats();
  return count ?? 0;
}

/** Throws while a load is not finished: what is written then would be counted beside what is still to come. */
export function refuseHalfLoaded({ load }: Databases): void {
  if (load.get(LOAD_MARK)?.done === false) throw new Error(HALF_LOADED);
}

/** Under which the mark of a load lies. */
export const LOAD_MARK = 'mark';

/** Longer than any key of the store: a rung, a mark and two names of at most 64 characters. */
const MOST_KEY_BYTES = 256;
const keySpace = Buffer.alloc(MOST_KEY_BYTES);
const keyViews = Array.from({ length: MOST_KEY_BYTES + 1 }, (_, length) => keySpace.subarray(0, length));

/**
 * A key, a string of bytes, as LMDB takes it for a single read or write: the same memory each time, as LMDB copies it at once
 * and a buffer of its own would cost as much as the way to the record.
 */
export function keyBytes(key: string): Buffer {
  const bytes = keyViews[key.length];
  if (bytes === undefined) throw new RangeError(`a key of ${key.length} bytes`);
  for (let i = 0; i < key.length; i++) bytes[i] = key.charCodeAt(i);
  return bytes;
}

/** LMDB numbers the transactions that change something, of all processes in one line. */
export function lastTransactionOf(root: RootDatabase): number {
  const stats = root.getStats();
  if (!('lastTxnId' in stats) || typeof stats.lastTxnId !== 'number') {
    throw new TypeError('this version of lmdb does not tell the last transaction');
  }
  return stats.lastTxnId;
}
