/**
 * A store in plain memory, gone with the process: for back-tests (`replay`) and tests. It keeps the same contract as the
 * durable ones, on a map.
 */
import type { Family } from '../../net/address.ts';
import type { Prefix } from '../../net/prefix.ts';
import { prefixOfKey, type RungKey, rootKey, rungKey, rungRange } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { applyImpulses, type TallyShelf } from '../apply.ts';
import { forgettingOf, impulseOf, isReporterKey, reporterRange, retractionOf } from '../impulse.ts';
import {
  type RecordOutcome,
  type RungTally,
  type Store,
  VERDICT_RETENTION_MS,
  type VerdictRecord,
} from '../port.ts';
import type { AuditEntry, Page } from '../records.ts';
import { MemoryCounters } from './counters.ts';
import { MemoryBlobs, MemoryRecords } from './records.ts';

/** The in-memory store, with its answers also at hand without a promise. */
export class MemoryStore implements Store {
  readonly records = new MemoryRecords();
  readonly blobs = new MemoryBlobs();
  readonly counters = new MemoryCounters();
  readonly #forgotten = new Map<string, number>();
  readonly #tallies = new Map<string, Tally>();
  readonly #verdicts = new Map<string, { readonly record: VerdictRecord; readonly receivedAt: number }>();
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
      if (known !== undefined && known.receivedAt + VERDICT_RETENTION_MS > now) return 'duplicate';
      this.#verdicts.set(key, { record, receivedAt: now });
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
    return Promise.resolve(this.#retract(`${reporterId}\n${id}`, now));
  }

  retractSince(reporterId: string, since: number, now: number): Promise<number> {
    const keys = [...this.#verdicts]
      .filter(([, { record, receivedAt }]) => record.reporter.id === reporterId && receivedAt >= since)
      .map(([key]) => key);
    for (const key of keys) this.#retract(key, now);
    return Promise.resolve(keys.length);
  }

  forget(subject: Prefix, audit: AuditEntry): Promise<boolean> {
    this.records.append(audit);
    const key = rungKey(subject);
    const tally = this.#tallies.get(key);
    if (tally === undefined) return Promise.resolve(false);
    applyImpulses([forgettingOf(subject, tally)], this.#shelf, audit.at);
    this.#tallies.delete(key);
    const { start, end } = reporterRange(key);
    for (const other of this.#tallies.keys()) if (other >= start && other < end) this.#tallies.delete(other);
    this.#forgotten.set(key, audit.at);
    return Promise.resolve(true);
  }

  listRungs(
    within: Prefix,
    length: number,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Page<RungTally>> {
    const { start, end } = rungRange(within, length);
    const keys = [...this.#tallies.keys()]
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
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #retract(key: string, now: number): boolean {
    const known = this.#verdicts.get(key);
    if (known === undefined || known.receivedAt + VERDICT_RETENTION_MS <= now) return false;
    this.#verdicts.delete(key);
    const forgottenAt = this.#forgotten.get(rungKey(known.record.ladder.subject));
    if (forgottenAt !== undefined && forgottenAt >= known.receivedAt) return false;
    applyImpulses([retractionOf(known.record)], this.#shelf, now);
    return true;
  }
}
