/**
 * A store in plain memory, gone with the process: for back-tests (`replay`) and tests. It keeps the same contract as the
 * durable ones, on a map.
 */
import type { Family } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';
import { prefixOfKey, type RungKey, rootKey, rungRange } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { applyImpulses, type TallyShelf } from '../apply.ts';
import { forgettingOf, impulsesOf, isReporterKey, reporterRange, retractionsOf } from '../impulse.ts';
import {
  type RecordOutcome,
  type RungTally,
  type Store,
  VERDICT_RETENTION_MS,
  type VerdictRecord,
} from '../port.ts';
import type { AuditEntry, Page } from '../records.ts';
import { HALF_LOADED } from '../state.ts';
import { MemoryCounters } from './counters.ts';
import { nothingKept, verdictKey } from './kept.ts';
import { MemoryBlobs, MemoryRecords } from './records.ts';
import { MemoryState } from './state.ts';

/** The in-memory store, with its answers also at hand without a promise. */
export class MemoryStore implements Store {
  readonly #kept = nothingKept();
  readonly records = new MemoryRecords(this.#kept);
  readonly blobs = new MemoryBlobs(this.#kept);
  readonly state = new MemoryState(this.#kept);
  readonly counters = new MemoryCounters();
  readonly #shelf: TallyShelf = {
    load: (key) => this.#kept.tallies.get(key),
    save: (key, tally) => {
      this.#kept.tallies.set(key, tally);
    },
    drop: (key) => {
      this.#kept.tallies.delete(key);
    },
  };

  tally(rung: RungKey): Tally {
    return this.#kept.tallies.get(rung) ?? EMPTY_TALLY;
  }

  readTallies(rungs: readonly RungKey[]): Promise<readonly Tally[]> {
    return Promise.resolve(rungs.map((rung) => this.tally(rung)));
  }

  /** `recordVerdicts` without the promise. */
  record(records: readonly VerdictRecord[], now: number): readonly RecordOutcome[] {
    const fresh: VerdictRecord[] = [];
    const outcomes = records.map((record): RecordOutcome => {
      const key = verdictKey(record.reporter.id, record.id);
      const known = this.#kept.verdicts.get(key);
      if (known !== undefined && known.receivedAt + VERDICT_RETENTION_MS > now) return 'duplicate';
      this.#kept.verdicts.set(key, { record, receivedAt: now });
      fresh.push(record);
      return 'accepted';
    });
    this.learn(fresh, now);
    return outcomes;
  }

  /** Counts records without remembering their ids: a back-test of a log needs no duplicate check, nor the memory for it. */
  learn(records: readonly VerdictRecord[], now: number): void {
    applyImpulses(records.flatMap(impulsesOf), this.#shelf, now);
  }

  recordVerdicts(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    return Promise.resolve(this.record(records, now));
  }

  retractVerdict(reporterId: string, id: string, now: number): Promise<boolean> {
    return Promise.resolve(this.#retract(verdictKey(reporterId, id), now));
  }

  retractSince(reporterId: string, since: number, now: number): Promise<number> {
    const keys = [...this.#kept.verdicts]
      .filter(([, { record, receivedAt }]) => record.reporter.id === reporterId && receivedAt >= since)
      .map(([key]) => key);
    for (const key of keys) this.#retract(key, now);
    return Promise.resolve(keys.length);
  }

  forget(subject: RungKey, audit: AuditEntry): Promise<boolean> {
    this.records.append(audit);
    const tally = this.#kept.tallies.get(subject);
    if (tally === undefined) return Promise.resolve(false);
    const { start, end } = reporterRange(subject);
    const said = [...this.#kept.tallies].filter(([key]) => key >= start && key < end);
    applyImpulses(forgettingOf(subject, tally, said), this.#shelf, audit.at);
    this.#kept.tallies.delete(subject);
    for (const [reporter] of said) this.#kept.tallies.delete(reporter);
    this.#kept.forgotten.set(subject, Math.max(this.#kept.forgotten.get(subject) ?? -1, audit.at));
    return Promise.resolve(true);
  }

  listRungs(
    within: Prefix,
    length: number,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Page<RungTally>> {
    const { start, end } = rungRange(within, length);
    const keys = [...this.#kept.tallies.keys()]
      .filter((key) => key >= start && key < end && (after === undefined || key > after))
      .filter((key) => !isReporterKey(key))
      .sort()
      .slice(0, limit);
    const items = keys.flatMap((key) => {
      const prefix = prefixOfKey(key);
      return prefix === null ? [] : [{ prefix, tally: this.tally(key) }];
    });
    return Promise.resolve({ items, next: items.length < limit ? null : (keys.at(-1) ?? null) });
  }

  rootTally(family: Family): Tally {
    return this.tally(rootKey(family));
  }

  check(): Promise<void> {
    const isHalfLoaded = this.#kept.load?.done === false;
    return isHalfLoaded ? Promise.reject(new Error(HALF_LOADED)) : Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #retract(key: string, now: number): boolean {
    const known = this.#kept.verdicts.get(key);
    if (known === undefined || known.receivedAt + VERDICT_RETENTION_MS <= now) return false;
    this.#kept.verdicts.delete(key);
    const { record, receivedAt } = known;
    const isForgotten = (name: string): boolean => (this.#kept.forgotten.get(name) ?? -1) >= receivedAt;
    const undoing = retractionsOf(record, isForgotten);
    applyImpulses(undoing, this.#shelf, now);
    return undoing.length > 0;
  }
}
