/**
 * The two ways to write evidence: verdicts that come go into the journal; whatever changes what is there already, as taking
 * back does, works the journal in first, in its own transaction. Besides, a checkpoint comes by the pace set here.
 */
import type { RecordOutcome, VerdictRecord } from '../port.ts';
import type { Pending } from './pending.ts';
import type { WriteQueue } from './write-queue.ts';

/** When the journal is worked into the rest of the file. */
export interface CheckpointPace {
  /** With so many verdicts in it: the more, the less often a page is written; the fewer, the shorter all others wait. */
  readonly verdicts: number;
  /** So long after the first of them, in milliseconds. */
  readonly after: number;
}

/** In a store of a million senders larger checkpoints saved little, and held up lookups for longer. */
export const CHECKPOINT_PACE: CheckpointPace = { verdicts: 10_000, after: 5000 };

export class EvidenceWrites {
  readonly #queue: WriteQueue;
  readonly #pending: Pending;
  readonly #pace: CheckpointPace;
  #timer: NodeJS.Timeout | undefined;

  constructor(queue: WriteQueue, pending: Pending, pace: CheckpointPace) {
    this.#queue = queue;
    this.#pending = pending;
    this.#pace = pace;
  }

  /** Takes verdicts that are no duplicates; resolves once they are durable. */
  record(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    return this.#queue.write(() => {
      if (this.#pending.size >= this.#pace.verdicts) this.#pending.checkpoint();
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#checkpointIfItCan();
      }, this.#pace.after).unref();
      return this.#pending.record(records, now);
    });
  }

  /** Runs work that changes tallies and verdict records in the file, in a transaction that worked the journal in. */
  change<T>(work: () => T): Promise<T> {
    return this.#queue.write(() => {
      this.#pending.checkpoint();
      return work();
    });
  }

  /** Works the journal into the rest of the file. */
  checkpoint(): Promise<void> {
    return this.#queue.writeAnyway(() => this.#pending.checkpoint());
  }

  /** Resolves once nothing is under way, and the journal is empty if it can be. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#pending.size > 0) await this.#checkpointIfItCan();
    await this.#queue.drained();
  }

  /** What cannot be written down stays in the journal, for the next checkpoint. */
  async #checkpointIfItCan(): Promise<void> {
    await this.checkpoint().catch(() => undefined);
  }
}
