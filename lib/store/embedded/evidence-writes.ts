/**
 * The two ways to write evidence: verdicts that come go into the journal; whatever changes what is there already, as taking
 * back does, works the journal in first, in its own transaction. Besides, a checkpoint comes by the pace set here.
 */
import { setImmediate } from 'node:timers/promises';
import type { RecordOutcome, VerdictRecord } from '../port.ts';
import type { Pending } from './pending.ts';
import type { WriteQueue } from './write-queue.ts';

/** When, and how, the journal is worked into the rest of the file. */
export interface CheckpointPace {
  /** With so many verdicts in it: the more, the less often a page is written; the fewer, the shorter all others wait. */
  readonly verdicts: number;
  /** So long after the first of them, in milliseconds. */
  readonly after: number;
  /** With more tallies in it, in parts of so many: the fewer, the shorter all others wait at a time. */
  readonly part?: number;
  /**
   * A transaction of so many verdicts or tallies goes to the disk on LMDB's own thread (see write-queue.ts): of smaller ones the way there
   * and back takes as long as the disk.
   */
  readonly large?: number;
}

/** In a store of a million senders twice the verdicts saved a twentieth of the processor time, and held up lookups twice as long. */
export const CHECKPOINT_PACE = { verdicts: 10_000, after: 5000, part: 2000, large: 500 } as const;

export class EvidenceWrites {
  readonly #queue: WriteQueue;
  readonly #pending: Pending;
  readonly #pace: Required<CheckpointPace>;
  #settling: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(queue: WriteQueue, pending: Pending, pace: CheckpointPace) {
    this.#queue = queue;
    this.#pending = pending;
    this.#pace = { ...CHECKPOINT_PACE, ...pace };
  }

  /** Takes verdicts that are no duplicates; resolves once they are durable. */
  record(records: readonly VerdictRecord[], now: number): Promise<readonly RecordOutcome[]> {
    return this.#queue.write(() => {
      this.#keepPace();
      this.#timer ??= setTimeout(() => this.#checkpointInTime(), this.#pace.after).unref();
      const outcomes = this.#pending.record(records, now);
      this.#settleWhatIsLeft();
      return outcomes;
    }, records.length);
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
    if (this.#pending.size > 0 || this.#pending.hasParts) await this.checkpoint().catch(() => undefined);
    await this.#settling;
    await this.#queue.drained();
  }

  /**
   * Where parts of the last checkpoint are left, verdicts come faster than they are settled: each call settles one more, and in the
   * end all, so that the next can make a checkpoint.
   */
  #keepPace(): void {
    const { size, hasParts } = this.#pending;
    const { verdicts } = this.#pace;
    if (size < verdicts) return;
    if (!hasParts) this.#checkpointInParts();
    else if (size < 2 * verdicts) this.#pending.settle();
    else while (this.#pending.settle());
  }

  async #checkpointInTime(): Promise<void> {
    this.#timer = undefined;
    await this.#settling;
    await this.#unlessItFails(() => this.#checkpointInParts(), this.#pending.size);
  }

  #checkpointInParts(): void {
    this.#pending.checkpointInParts(this.#pace.part);
    this.#settleWhatIsLeft();
  }

  #settleWhatIsLeft(): void {
    if (this.#pending.hasParts) this.#settling ??= this.#settle();
  }

  /** Settles what is left in parts, one in a transaction, and gives way to others in between. */
  async #settle(): Promise<void> {
    let isLeft: boolean | undefined = true;
    while (isLeft === true) {
      await setImmediate();
      isLeft = await this.#unlessItFails(() => this.#pending.settle(), this.#pace.part);
    }
    this.#settling = null;
  }

  /** What cannot be written down stays in the journal, for the next time. */
  #unlessItFails<T>(work: () => T, changes: number): Promise<T | undefined> {
    return this.#queue.writeAnyway(work, Math.max(1, changes)).catch(() => undefined);
  }
}
