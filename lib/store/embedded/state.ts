/**
 * The whole state on LMDB: out as of one moment, by a read transaction that writers do not disturb; in chunk by chunk, each
 * one write transaction together with the mark that says so.
 */
import type { RootDatabase, Transaction } from 'lmdb';
import { isRootKey, type RungKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, isEmpty } from '../../reputation/tally.ts';
import { decodeNumber, encodeNumber } from '../codec/bytes.ts';
import { decodeTally, encodeTally } from '../codec/tally.ts';
import { receivedAtOf } from '../codec/verdict.ts';
import { isReporterKey, subjectKeyOf } from '../impulse.ts';
import { RootSums } from '../level-above.ts';
import { FORGOTTEN_KEPT_MS, VERDICT_RETENTION_MS } from '../port.ts';
import {
  LoadConflict,
  type LoadMark,
  type StateEntry,
  type StateExport,
  type StateIntake,
  type StateStore,
} from '../state.ts';
import { type Bytes, type Databases, entryCount, isEmptyStore, LOAD_MARK } from './databases.ts';
import type { EmbeddedRecords } from './records.ts';
import { namesIn, verdictKey } from './verdict-log.ts';
import type { WriteQueue } from './write-queue.ts';

/** What is needed of the store. */
interface Parts {
  readonly root: RootDatabase;
  readonly databases: Databases;
  readonly records: EmbeddedRecords;
  readonly queue: WriteQueue;
  /** Told of every tally that is written. */
  readonly onTally: (key: RungKey) => void;
  /** Works the journal into the other databases. */
  readonly checkpoint: () => Promise<void>;
}

export class EmbeddedState implements StateStore {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  isEmpty(): Promise<boolean> {
    return Promise.resolve(isEmptyStore(this.#parts.databases));
  }

  exportState(now: number): StateExport {
    const { databases } = this.#parts;
    const { load: _, meta: _meta, journal: _journal, ...dumped } = databases;
    const known = new Set(Object.keys(databases));
    for (const name of this.#parts.root.getKeys()) {
      if (!known.has(String(name)))
        throw new RangeError(`the store has ${String(name)}, which cannot be dumped`);
    }
    const total = Object.values(dumped).reduce((sum, database) => sum + entryCount(database), 0);
    return { total, entries: snapshot(this.#parts, now), remarks: () => [] };
  }

  loadMark(): Promise<LoadMark | null> {
    return Promise.resolve(this.#parts.databases.load.get(LOAD_MARK) ?? null);
  }

  async intake(mark: LoadMark): Promise<StateIntake> {
    const { databases, queue } = this.#parts;
    await queue.writeAnyway(() => {
      const before = databases.load.get(LOAD_MARK);
      if (before?.load === mark.load) return;
      if (!isEmptyStore(databases)) throw new LoadConflict('the store is not empty');
      databases.load.putSync(LOAD_MARK, mark);
    });
    return new EmbeddedIntake(this.#parts, mark.taken);
  }
}

class EmbeddedIntake implements StateIntake {
  readonly #parts: Parts;
  readonly #roots: RootSums;

  constructor(parts: Parts, taken: number) {
    this.#parts = parts;
    this.#roots = new RootSums(taken);
  }

  skip(entries: readonly StateEntry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'tally') this.#roots.take(entry.key, decodeTally(entry.body));
    }
  }

  async apply(entries: readonly StateEntry[], mark: LoadMark): Promise<void> {
    const { databases, queue } = this.#parts;
    await queue.writeAnyway(() => {
      for (const entry of entries) this.#put(entry);
      databases.load.putSync(LOAD_MARK, mark);
    });
    this.skip(entries);
  }

  async finish(mark: LoadMark): Promise<void> {
    const { databases, queue } = this.#parts;
    await queue.writeAnyway(() => {
      for (const [key, tally] of this.#roots.sums()) this.#putTally(key, encodeTally(tally));
      databases.load.putSync(LOAD_MARK, mark);
    });
  }

  #put(entry: StateEntry): void {
    const { verdicts, forgotten, records, revisions, blobs } = this.#parts.databases;
    switch (entry.kind) {
      case 'record':
        return void records.putSync([entry.of, entry.key], entry.value);
      case 'revision':
        return void revisions.putSync(entry.of, entry.revision);
      case 'audit':
        return void this.#parts.records.append(entry.entry);
      case 'blob':
        return void blobs.putSync(entry.key, Buffer.from(entry.bytes));
      case 'forgotten':
        return void forgotten.putSync(latin1(entry.subject), encodeNumber(entry.at));
      case 'verdict':
        return void verdicts.putSync(latin1(verdictKey(entry.reporter, entry.id)), Buffer.from(entry.body));
      case 'tally':
        this.#putTally(entry.key, entry.body);
        if (entry.forgotten >= 0) forgotten.putSync(latin1(entry.key), encodeNumber(entry.forgotten));
        return;
    }
  }

  #putTally(key: RungKey, body: Uint8Array): void {
    if (isEmpty(decodeTally(body))) return;
    this.#parts.onTally(key);
    this.#parts.databases.tallies.putSync(latin1(key), Buffer.from(body));
  }
}

async function* snapshot({ root, databases, checkpoint }: Parts, now: number): AsyncGenerator<StateEntry> {
  const transaction = await settledTransaction(root, databases.journal, checkpoint);
  try {
    yield* documents(databases, transaction);
    yield* evidence(databases, transaction, now);
    for (const { key, value } of databases.revisions.getRange({ transaction })) {
      yield { kind: 'revision', of: key, revision: value };
    }
  } finally {
    transaction.done();
  }
}

/** A read transaction that sees no checkpoint of which a part is in the file and a part is not. */
async function settledTransaction(
  root: RootDatabase,
  journal: Databases['journal'],
  checkpoint: () => Promise<void>,
): Promise<Transaction> {
  for (;;) {
    await checkpoint();
    const transaction = root.useReadTransaction();
    if (journal.getKeysCount({ end: 0, transaction }) === 0) return transaction;
    transaction.done();
  }
}

function* documents({ records, audit, blobs }: Databases, transaction: Transaction): Generator<StateEntry> {
  for (const { key, value } of records.getRange({ transaction })) {
    const [of, name] = key;
    yield { kind: 'record', of, key: name, value };
  }
  for (const { value } of audit.getRange({ transaction })) yield { kind: 'audit', entry: value };
  for (const { key, value } of blobs.getRange({ transaction })) yield { kind: 'blob', key, bytes: value };
}

function* evidence(
  { forgotten, verdicts, tallies }: Databases,
  transaction: Transaction,
  now: number,
): Generator<StateEntry> {
  const forgottenAt = (key: RungKey): number => stillForgotten(forgotten, key, transaction, now);
  for (const { key: bytes } of forgotten.getRange({ transaction })) {
    const key = bytes.toString('latin1');
    const at = forgottenAt(key);
    if (at < 0) continue;
    if (!isReporterKey(key)) yield { kind: 'forgotten', subject: key, at };
    else if (tallies.get(bytes, { transaction }) === undefined) {
      yield { kind: 'tally', key, body: encodeTally(EMPTY_TALLY), forgotten: at };
    }
  }
  for (const { key, value } of verdicts.getRange({ transaction })) {
    if (receivedAtOf(value) + VERDICT_RETENTION_MS <= now) continue;
    const [reporter, id] = namesIn(key.toString('latin1'));
    yield { kind: 'verdict', reporter, id, body: value };
  }
  for (const { key: bytes, value } of tallies.getRange({ transaction })) {
    const key = bytes.toString('latin1');
    if (isRootKey(key)) continue;
    const at = isReporterKey(key) ? Math.max(forgottenAt(key), forgottenAt(subjectKeyOf(key))) : -1;
    yield { kind: 'tally', key, body: value, forgotten: at };
  }
}

/** Until when a subject, or a reporter on it, is forgotten; -1 when it is not, or too long ago to matter. */
function stillForgotten(forgotten: Bytes, key: RungKey, transaction: Transaction, now: number): number {
  const bytes = forgotten.get(latin1(key), { transaction });
  const at = bytes === undefined ? -1 : decodeNumber(bytes);
  return at + FORGOTTEN_KEPT_MS <= now ? -1 : at;
}

function latin1(key: RungKey): Buffer {
  return Buffer.from(key, 'latin1');
}
