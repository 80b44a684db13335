/**
 * The embedded store: LMDB in one folder, for a laptop or a single mail host.
 *
 * A verdict's record and the whole cascade it sets off are one write transaction, so a crash leaves all of it or nothing.
 * Writes that arrive while one is being flushed to disk go together in the next (group commit). Any number of processes
 * may read, and several may write: LMDB lets one write at a time.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { Family } from '../../net/address.ts';
import { type RungKey, rootKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { applyImpulses, type TallyShelf } from '../apply.ts';
import { impulseOf, retractionOf } from '../impulse.ts';
import { type RecordOutcome, type Store, VERDICT_RETENTION_MS, type VerdictRecord } from '../port.ts';
import { refuseForeignFile } from './file.ts';
import { decodeTally, encodeTally } from './tally-codec.ts';
import { decodeVerdict, encodeVerdict, receivedAtOf } from './verdict-codec.ts';
import { WriteQueue } from './write-queue.ts';

type Bytes = Database<Buffer, Buffer>;

/** How old the base rate may be that other processes change: milliseconds. */
const ROOT_REFRESH_MS = 1000;
/** Verdicts looked at in one step of the sweep, so that it never holds the write lock for long. */
const SWEEP_STEP = 5000;

export class EmbeddedStore implements Store {
  readonly #root: RootDatabase;
  readonly #tallies: Bytes;
  readonly #verdicts: Bytes;
  readonly #queue: WriteQueue;
  readonly #rootTallies = new Map<Family, { readonly tally: Tally; readonly readAt: number }>();
  readonly #shelf: TallyShelf;

  /** Opens or creates the store in a folder; throws when the folder cannot be used. */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o750 });
    const path = join(directory, 'evidence.mdb');
    refuseForeignFile(path);
    this.#root = open({ path, noSubdir: true, maxDbs: 8 });
    const options = { encoding: 'binary', keyEncoding: 'binary' } as const;
    this.#tallies = this.#root.openDB<Buffer, Buffer>({ name: 'tallies', ...options });
    this.#verdicts = this.#root.openDB<Buffer, Buffer>({ name: 'verdicts', ...options });
    this.#queue = new WriteQueue(this.#root);
    this.#shelf = {
      load: (key) => this.#load(Buffer.from(key, 'latin1')),
      save: (key, tally) => this.#tallies.putSync(Buffer.from(key, 'latin1'), encodeTally(tally)),
      drop: (key) => {
        this.#tallies.removeSync(Buffer.from(key, 'latin1'));
      },
    };
  }

  readTallies(rungs: readonly RungKey[]): Promise<readonly Tally[]> {
    try {
      return Promise.resolve(rungs.map((rung) => this.#load(Buffer.from(rung, 'latin1')) ?? EMPTY_TALLY));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  recordVerdicts(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    return this.#queue.write(() => {
      const fresh: VerdictRecord[] = [];
      const outcomes = records.map((record): RecordOutcome => {
        const key = verdictKey(record.reporter.id, record.id);
        const known = this.#verdicts.getBinaryFast(key);
        if (known !== undefined && receivedAtOf(known) + VERDICT_RETENTION_MS > now) return 'duplicate';
        this.#verdicts.putSync(key, encodeVerdict(record, now));
        fresh.push(record);
        return 'accepted';
      });
      this.#apply(fresh.map(impulseOf), now);
      return outcomes;
    });
  }

  retractVerdict(reporterId: string, id: string, now: number): Promise<boolean> {
    return this.#queue.write(() => {
      const key = verdictKey(reporterId, id);
      const known = this.#verdicts.getBinaryFast(key);
      if (known === undefined) return false;
      const { trusted, receivedAt, ...verdict } = decodeVerdict(known);
      if (receivedAt + VERDICT_RETENTION_MS <= now) return false;
      this.#verdicts.removeSync(key);
      this.#apply([retractionOf({ ...verdict, id, reporter: { id: reporterId, trusted } })], now);
      return true;
    });
  }

  rootTally(family: Family): Tally {
    const known = this.#rootTallies.get(family);
    const readAt = performance.now();
    if (known !== undefined && readAt - known.readAt < ROOT_REFRESH_MS) return known.tally;
    const tally = this.#load(Buffer.from(rootKey(family), 'latin1')) ?? EMPTY_TALLY;
    this.#rootTallies.set(family, { tally, readAt });
    return tally;
  }

  async check(): Promise<void> {
    this.#tallies.getBinaryFast(Buffer.from(rootKey(6), 'latin1'));
    await this.#queue.write(() => undefined);
  }

  /**
   * Removes verdict records past their retention (`now` in epoch milliseconds), in steps between which others may write;
   * resolves to how many. What they were evidence for stays, and decays.
   */
  async sweep(now: number): Promise<number> {
    let removed = 0;
    let from: Buffer | undefined;
    do {
      const step: { removed: number; next: Buffer | undefined } = await this.#queue.write(() =>
        this.#sweepStep(from, now),
      );
      removed += step.removed;
      from = step.next;
    } while (from !== undefined);
    return removed;
  }

  async close(): Promise<void> {
    await this.#queue.drained();
    await this.#root.close();
  }

  #sweepStep(from: Buffer | undefined, now: number): { removed: number; next: Buffer | undefined } {
    const expired: Buffer[] = [];
    let next: Buffer | undefined;
    let seen = 0;
    const range = from === undefined ? { limit: SWEEP_STEP } : { start: from, limit: SWEEP_STEP };
    for (const { key, value } of this.#verdicts.getRange(range)) {
      if (receivedAtOf(value) + VERDICT_RETENTION_MS <= now) expired.push(Buffer.from(key));
      next = Buffer.from(key);
      seen++;
    }
    for (const key of expired) this.#verdicts.removeSync(key);
    const last = seen < SWEEP_STEP || next === undefined;
    return {
      removed: expired.length,
      next: last ? undefined : Buffer.concat([next ?? Buffer.alloc(0), Buffer.of(0)]),
    };
  }

  #apply(impulses: Parameters<typeof applyImpulses>[0], now: number): void {
    applyImpulses(impulses, this.#shelf, now);
    this.#rootTallies.clear();
  }

  #load(key: Buffer): Tally | undefined {
    const bytes = this.#tallies.getBinaryFast(key);
    return bytes === undefined ? undefined : decodeTally(bytes);
  }
}

/** LMDB keys are short; an id of more bytes than this is known by its digest. */
const MAX_ID_BYTES = 64;

/** A reporter's verdicts lie together, in order of their ids. */
function verdictKey(reporterId: string, id: string): Buffer {
  return Buffer.concat([keyPart(reporterId), Buffer.of(0), keyPart(id)]);
}

function keyPart(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= MAX_ID_BYTES && !bytes.includes(0)) return bytes;
  return Buffer.concat([Buffer.of(0xff), createHash('sha256').update(bytes).digest()]);
}
