/**
 * A store in plain memory, gone with the process: for back-tests (`replay`) and tests. It keeps the same contract as the
 * durable ones, on a map.
 */
import type { Family } from '../../net/address.ts';
import { type RungKey, rootKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { applyImpulses, type TallyShelf } from '../apply.ts';
import { impulseOf, retractionOf } from '../impulse.ts';
import { type RecordOutcome, type Store, VERDICT_RETENTION_MS, type VerdictRecord } from '../port.ts';

/** The in-memory store, with its answers also at hand without a promise. */
export class MemoryStore implements Store {
  readonly #tallies = new Map<string, Tally>();
  readonly #verdicts = new Map<string, { readonly record: VerdictRecord; readonly expires: number }>();
  readonly #shelf: TallyShelf = {
    load: (key) => this.#tallies.get(key),
    save: (key, tally) => {
      this.#tallies.set(key, tally);
    },
    drop: (key) => {
      this.#tallies.delete(key);
    },
  };

  tally(rung: RungKey): Tally {
    return this.#tallies.get(rung) ?? EMPTY_TALLY;
  }

  readTallies(rungs: readonly RungKey[]): Promise<readonly Tally[]> {
    return Promise.resolve(rungs.map((rung) => this.tally(rung)));
  }

  /** `recordVerdicts` without the promise. */
  record(records: readonly VerdictRecord[], now: number): readonly RecordOutcome[] {
    const fresh: VerdictRecord[] = [];
    const outcomes = records.map((record): RecordOutcome => {
      const key = `${record.reporter.id}\n${record.id}`;
      const known = this.#verdicts.get(key);
      if (known !== undefined && known.expires > now) return 'duplicate';
      this.#verdicts.set(key, { record, expires: now + VERDICT_RETENTION_MS });
      fresh.push(record);
      return 'accepted';
    });
    this.learn(fresh, now);
    return outcomes;
  }

  /** Counts records without remembering their ids: a back-test of a log needs no duplicate check, nor the memory for it. */
  learn(records: readonly VerdictRecord[], now: number): void {
    applyImpulses(records.map(impulseOf), this.#shelf, now);
  }

  recordVerdicts(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    return Promise.resolve(this.record(records, now));
  }

  retractVerdict(reporterId: string, id: string, now: number): Promise<boolean> {
    const key = `${reporterId}\n${id}`;
    const known = this.#verdicts.get(key);
    if (known === undefined || known.expires <= now) return Promise.resolve(false);
    this.#verdicts.delete(key);
    applyImpulses([retractionOf(known.record)], this.#shelf, now);
    return Promise.resolve(true);
  }

  rootTally(family: Family): Tally {
    return this.tally(rootKey(family));
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
