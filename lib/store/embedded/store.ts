/**
 * The embedded store: LMDB in one folder, for a laptop or a single mail host.
 *
 * A verdict is durable once it stands in the journal; what it sets off is answered from memory at once, and written down by
 * checkpoints every few seconds (pending.ts). Whatever else writes evidence begins with a checkpoint, in its own transaction.
 * Writes that arrive while one is being flushed to disk go together in the next (group commit). Any number of processes
 * may read, and several may write: LMDB lets one write at a time.
 */
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import type { Family } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';
import type { Impulse } from '../../reputation/cascade.ts';
import { type RungKey, rootKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { applyImpulses, type TallyShelf } from '../apply.ts';
import { decodeNumber, encodeNumber } from '../codec/bytes.ts';
import { encodeTally } from '../codec/tally.ts';
import { forgettingOf, reporterRange, retractionsOf } from '../impulse.ts';
import {
  type RecordOutcome,
  type RungTally,
  type Store,
  VERDICT_RETENTION_MS,
  type VerdictRecord,
  type Watch,
} from '../port.ts';
import type { AuditEntry, BlobStore, Page } from '../records.ts';
import type { StateStore } from '../state.ts';
import { EmbeddedBlobs } from './blobs.ts';
import { EmbeddedCounters } from './counters.ts';
import { type Bytes, keyBytes, openDatabases, openFile, refuseHalfLoaded } from './databases.ts';
import { CHECKPOINT_PACE, type CheckpointPace, EvidenceWrites } from './evidence-writes.ts';
import { refuseForeignFile } from './file.ts';
import { enter, isShared, leave, refuseWhileLocked } from './file-users.ts';
import { listRungs } from './listing.ts';
import { Pending } from './pending.ts';
import { EmbeddedRecords } from './records.ts';
import { EmbeddedState } from './state.ts';
import { TallyCache } from './tally-cache.ts';
import { TallyFile } from './tally-file.ts';
import { sweepTallies } from './tally-sweep.ts';
import { recordUnder, reporterStart, VerdictLog, verdictKey, type WalkStep } from './verdict-log.ts';
import { WriteQueue } from './write-queue.ts';

const ROOTS = { 4: rootKey(4), 6: rootKey(6) };

export class EmbeddedStore implements Store {
  readonly records: EmbeddedRecords;
  readonly blobs: BlobStore;
  readonly counters: EmbeddedCounters;
  readonly state: StateStore;
  readonly #path: string;
  readonly #root: RootDatabase;
  readonly #tallies: Bytes;
  readonly #verdicts: VerdictLog;
  readonly #forgotten: Bytes;
  readonly #queue: WriteQueue;
  readonly #cache: TallyCache;
  readonly #pending: Pending;
  readonly #evidence: EvidenceWrites;
  readonly #shelf: TallyShelf;

  /** Opens or creates the store in a folder; throws when the folder cannot be used. */
  constructor(directory: string, pace: CheckpointPace = CHECKPOINT_PACE) {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    const path = join(realpathSync(directory), 'evidence.mdb');
    refuseForeignFile(path);
    refuseWhileLocked(path);
    this.#root = openFile(path);
    const databases = openDatabases(this.#root);
    this.#tallies = databases.tallies;
    this.#verdicts = new VerdictLog(databases.verdicts);
    this.#forgotten = databases.forgotten;
    this.#cache = new TallyCache(new TallyFile(this.#root, this.#tallies));
    this.#pending = new Pending(databases, this.#cache);
    this.#queue = new WriteQueue(
      this.#root,
      this.#pending,
      () => refuseHalfLoaded(databases),
      (changes) => changes >= (pace.large ?? CHECKPOINT_PACE.large) && !isShared(path),
    );
    enter(path, this.#queue);
    this.#path = path;
    this.#evidence = new EvidenceWrites(this.#queue, this.#pending, pace);
    this.records = new EmbeddedRecords(databases, this.#queue);
    this.blobs = new EmbeddedBlobs(databases, this.#queue);
    this.state = new EmbeddedState({
      root: this.#root,
      databases,
      records: this.records,
      queue: this.#queue,
      onTally: (key) => this.#cache.drop(key),
      checkpoint: () => this.#evidence.checkpoint(),
    });
    this.counters = new EmbeddedCounters(directory);
    this.#shelf = {
      load: (key) => this.#cache.load(key),
      save: (key, tally) => {
        this.#cache.drop(key);
        this.#tallies.putSync(keyBytes(key), encodeTally(tally));
      },
      drop: (key) => {
        this.#cache.drop(key);
        this.#tallies.removeSync(keyBytes(key));
      },
    };
  }

  /** At once: a promise would cost a lookup more than the reading. Throws when the file is damaged. */
  readTallies(rungs: readonly RungKey[]): readonly Tally[] {
    return this.#pending.read(rungs);
  }

  watchTallies(rungs: readonly RungKey[]): Watch {
    return this.#pending.versions.watch(rungs);
  }

  changesAt(places: ArrayLike<number>, from: number, to: number): number {
    return this.#pending.versions.changesAt(places, from, to);
  }

  tallyChanges(): number {
    return this.#pending.versions.total;
  }

  recordVerdicts(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    return this.#evidence.record(records, now);
  }

  retractVerdict(reporterId: string, id: string, now: number): Promise<boolean> {
    return this.#evidence.change(() => {
      const key = Buffer.from(verdictKey(reporterId, id), 'latin1');
      const known = this.#verdicts.get(key);
      if (known === undefined) return false;
      const { record, receivedAt } = recordUnder(key.toString('latin1'), known);
      if (receivedAt + VERDICT_RETENTION_MS <= now) return false;
      this.#verdicts.remove(key);
      const undoing = this.#undoing(record, receivedAt);
      applyImpulses(undoing, this.#shelf, now);
      return undoing.length > 0;
    });
  }

  async retractSince(reporterId: string, since: number, now: number): Promise<number> {
    let retracted = 0;
    let from: Buffer | undefined = reporterStart(reporterId);
    while (from !== undefined) {
      const start: Buffer = from;
      const step: WalkStep = await this.#evidence.change(() =>
        this.#retractStep(reporterId, start, since, now),
      );
      retracted += step.count;
      from = step.next;
    }
    return retracted;
  }

  forget(subject: RungKey, audit: AuditEntry): Promise<boolean> {
    return this.#evidence.change(() => {
      const tally = this.#shelf.load(subject);
      this.records.append(audit);
      if (tally === undefined) return false;
      const { start, end } = reporterRange(subject);
      const range = { start: Buffer.from(start, 'latin1'), end: Buffer.from(end, 'latin1') };
      const said = [...this.#tallies.getKeys(range)].map((key) => key.toString('latin1'));
      const tallies = said.map((key) => [key, this.#shelf.load(key) ?? EMPTY_TALLY] as const);
      applyImpulses(forgettingOf(subject, tally, tallies), this.#shelf, audit.at);
      for (const key of [subject, ...said]) this.#shelf.drop(key);
      const until = Math.max(this.#forgottenUntil(subject), audit.at);
      this.#forgotten.putSync(keyBytes(subject), encodeNumber(until));
      return true;
    });
  }

  listRungs(
    within: Prefix,
    length: number,
    page: { after?: string | undefined; limit: number },
  ): Promise<Page<RungTally>> {
    return Promise.resolve(listRungs(this.#tallies, this.#pending, within, length, page));
  }

  rootTally(family: Family): Tally {
    return this.#pending.readOne(ROOTS[family]);
  }

  async check(): Promise<void> {
    this.#tallies.getBinaryFast(keyBytes(rootKey(6)));
    await this.#queue.write(() => undefined);
  }

  /**
   * Removes verdict records past their retention at `now`, in steps between which others may write; resolves to how many.
   * What they were evidence for stays, and decays.
   */
  async sweep(now: number): Promise<number> {
    let removed = 0;
    let from: Buffer | undefined;
    do {
      const step: WalkStep = await this.#evidence.change(() => this.#verdicts.sweepStep(from, now));
      removed += step.count;
      from = step.next;
    } while (from !== undefined);
    return removed;
  }

  /**
   * Drops tallies that nobody reported on for `months` 30-day months at `now`, and buckets past their time of others;
   * resolves to how many. Others may read and write meanwhile.
   */
  async sweepTallies(now: number, months: number): Promise<number> {
    await this.#evidence.checkpoint();
    const own = {
      tallies: this.#tallies,
      forgotten: this.#forgotten,
      evidence: this.#evidence,
      cache: this.#cache,
    };
    return sweepTallies(own, now, months);
  }

  async close(): Promise<void> {
    await this.#evidence.close();
    leave(this.#path, this.#queue);
    await Promise.all([this.#root.close(), this.counters.close()]);
  }

  #retractStep(reporterId: string, from: Buffer, since: number, now: number): WalkStep {
    const start = reporterStart(reporterId);
    const keys: Buffer[] = [];
    const undoing: Impulse[] = [];
    const next = this.#verdicts.walk(from, (key, value) => {
      if (!key.subarray(0, start.length).equals(start)) return false;
      const { record, receivedAt } = recordUnder(key.toString('latin1'), value);
      if (receivedAt < since) return true;
      keys.push(key);
      undoing.push(...this.#undoing(record, receivedAt));
      return true;
    });
    for (const key of keys) this.#verdicts.remove(key);
    applyImpulses(undoing, this.#shelf, now);
    return { count: keys.length, next };
  }

  /** What takes a record back from each of its subjects with which it was not forgotten. */
  #undoing(record: VerdictRecord, receivedAt: number): readonly Impulse[] {
    return retractionsOf(record, (key) => this.#forgottenUntil(key) >= receivedAt);
  }

  /** Until when verdicts of a subject, or of a reporter on it, are forgotten; -1 when none are. */
  #forgottenUntil(key: RungKey): number {
    const at = this.#forgotten.getBinaryFast(keyBytes(key));
    return at === undefined ? -1 : decodeNumber(at);
  }
}
