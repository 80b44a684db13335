/**
 * What verdicts leave in the file of the embedded store, byte by byte, written by hands that need not think: a line of the journal a
 * call, and as often as checkpoints come the tallies and records these came to, at their keys, in parts. What a verdict costs beyond
 * that is ours; what lies below is LMDB's.
 */
import { join } from 'node:path';
import { type RootDatabase, TransactionFlags } from 'lmdb';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { type PlacedClaim, report } from '../../lib/report/report.ts';
import { cascade, type TallyAccess } from '../../lib/reputation/cascade.ts';
import type { RungKey } from '../../lib/reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../lib/reputation/tally.ts';
import { decodeTally } from '../../lib/store/codec/tally.ts';
import { verdictAsText } from '../../lib/store/codec/verdict.ts';
import { type Databases, keyBytes, openDatabases, openFile } from '../../lib/store/embedded/databases.ts';
import { CHECKPOINT_PACE } from '../../lib/store/embedded/evidence-writes.ts';
import { partsOf, putPart, sizeOf } from '../../lib/store/embedded/parts.ts';
import { tallyText } from '../../lib/store/embedded/tally-text.ts';
import { verdictKey } from '../../lib/store/embedded/verdict-log.ts';
import { impulsesOf } from '../../lib/store/impulse.ts';
import { levelAbove } from '../../lib/store/level-above.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';

/** What is left to do of a transaction. */
type Writes = () => void;

export class BareValues {
  readonly #root: RootDatabase;
  readonly #databases: Databases;
  readonly #allocations: Allocations;
  /** All that was ever worked out, as the file is behind. */
  readonly #tallies = new Map<RungKey, Tally>();
  readonly #access: TallyAccess;
  #changed = new Map<RungKey, string>();
  #records = new Map<string, string>();
  #calls = 0;

  /** Writes into the store in that folder, or makes one. */
  constructor(folder: string, allocations: Allocations) {
    this.#root = openFile(join(folder, 'evidence.mdb'));
    this.#databases = openDatabases(this.#root);
    this.#allocations = allocations;
    this.#access = {
      get: (key) => this.#tallies.get(key) ?? this.#inFile(key),
      set: (key, tally) => {
        this.#tallies.set(key, tally);
        this.#changed.set(key, tallyText(tally));
      },
      above: levelAbove,
    };
  }

  /** Thinks for all of these calls, and gives what is then to be done for each. */
  async ready(calls: readonly (readonly PlacedClaim[])[]): Promise<readonly (() => Promise<void>)[]> {
    const steps: (() => Promise<void>)[] = [];
    for (const claims of calls) {
      const now = Date.now();
      const records = await this.#recordsOf(claims, now);
      const writes = [this.#lineOf(records, now)];
      cascade(records.flatMap(impulsesOf), this.#access, now);
      if (this.#records.size >= CHECKPOINT_PACE.verdicts) writes.push(...this.#checkpoint());
      steps.push(async () => {
        for (const work of writes) {
          this.#root.transactionSync(work, TransactionFlags.NO_SYNC_FLUSH);
          await this.#root.flushed;
        }
      });
    }
    return steps;
  }

  close(): Promise<void> {
    return this.#root.close();
  }

  async #recordsOf(claims: readonly PlacedClaim[], now: number): Promise<readonly VerdictRecord[]> {
    const taken: VerdictRecord[] = [];
    const store = {
      recordVerdicts: (records: readonly VerdictRecord[]) => {
        taken.push(...records);
        return Promise.resolve(records.map(() => 'accepted' as const));
      },
    };
    await report(claims, { id: 'local', trusted: true }, { store, allocations: this.#allocations }, now);
    return taken;
  }

  #lineOf(records: readonly VerdictRecord[], now: number): Writes {
    const texts = records.map((record) => {
      const key = verdictKey(record.reporter.id, record.id);
      const text = verdictAsText(record, now);
      this.#records.set(key, text);
      return key + text;
    });
    const line = Buffer.from(texts.join(''), 'latin1');
    const number = ++this.#calls;
    return () => this.#databases.journal.putSync(number, line);
  }

  #checkpoint(): Writes[] {
    const outcome = { tallies: this.#changed, verdicts: this.#records };
    this.#changed = new Map();
    this.#records = new Map();
    const parts = partsOf(outcome, Math.min(CHECKPOINT_PACE.part, sizeOf(outcome)));
    return [
      ...parts.map((part) => () => putPart(part, this.#databases)),
      () => this.#databases.journal.clearSync(),
    ];
  }

  #inFile(key: RungKey): Tally {
    const bytes = this.#databases.tallies.getBinaryFast(keyBytes(key));
    return bytes === undefined ? EMPTY_TALLY : decodeTally(bytes);
  }
}
