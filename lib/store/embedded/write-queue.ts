/**
 * Group commit: writes that arrive while an earlier group is being flushed to disk share the next transaction, so the
 * cost of one flush is spread over all of them, and nobody is answered before the disk has it.
 */
import { setImmediate } from 'node:timers/promises';
import { type RootDatabase, TransactionFlags } from 'lmdb';

/**
 * A transaction that has worked for so long takes no more jobs: the rest of the group waits for the next, and whoever wants to
 * read comes in between.
 */
const LONG_ENOUGH_MS = 20;

/** Work done inside a transaction, and how to tell its caller. */
interface Job {
  readonly run: () => void;
  readonly settle: (error?: unknown) => void;
}

/** Told of every transaction and its number. */
export interface TransactionWatcher {
  begin(transaction: number): void;
  end(transaction: number): void;
  /** What a job did in the transaction was undone, or the transaction was. */
  undone(): void;
}

export class WriteQueue {
  readonly #database: RootDatabase;
  readonly #watcher: TransactionWatcher;
  readonly #guard: () => void;
  #waiting: Job[] = [];
  #flushing: Promise<void> | null = null;

  /** `guard` throws, inside the transaction, when writes are not to be. */
  constructor(database: RootDatabase, watcher: TransactionWatcher, guard: () => void) {
    this.#database = database;
    this.#watcher = watcher;
    this.#guard = guard;
  }

  /** Runs `work` in a write transaction of its own; resolves with its result once that is durable, rejects when not. */
  write<T>(work: () => T): Promise<T> {
    return this.writeAnyway(() => {
      this.#guard();
      return work();
    });
  }

  /** `write` without the guard. */
  writeAnyway<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.#waiting.push({
        run: () => {
          result = { value: work() };
        },
        settle: (error) => {
          if (result !== undefined && error === undefined) resolve(result.value);
          else reject(error);
        },
      });
      this.#flushing ??= this.#flushAll();
    });
  }

  /** Resolves when everything asked for so far is settled. */
  async drained(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing;
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      // One turn of the event loop first: callers of the same turn share the transaction, and others have their turn.
      await setImmediate();
      const group = this.#waiting;
      this.#waiting = [];
      await this.#commit(group);
    }
    this.#flushing = null;
  }

  /**
   * A job that throws is undone alone: each runs in a nested transaction. The outer one is on the disk when its commit returns:
   * with these flags LMDB waits for the disk after the lock is given back, on this thread.
   */
  async #commit(group: readonly Job[]): Promise<void> {
    const failures = new Map<Job, unknown>();
    let transaction = 0;
    let taken = 0;
    const start = performance.now();
    try {
      this.#database.transactionSync(() => {
        transaction = this.#database.getWriteTxnId();
        this.#watcher.begin(transaction);
        for (const job of group) {
          if (taken > 0 && performance.now() - start > LONG_ENOUGH_MS) break;
          taken++;
          try {
            this.#database.transactionSync(job.run);
          } catch (error) {
            failures.set(job, error);
            this.#watcher.undone();
          }
        }
      }, TransactionFlags.NO_SYNC_FLUSH);
      this.#watcher.end(transaction);
      await this.#database.flushed;
    } catch (error) {
      this.#watcher.undone();
      taken = group.length;
      for (const job of group) failures.set(job, error);
    }
    for (const job of group.slice(0, taken)) job.settle(failures.get(job));
    this.#waiting.unshift(...group.slice(taken));
  }
}
