/**
 * Group commit: writes that arrive while an earlier group is being flushed to disk share the next transaction, so the
 * cost of one flush is spread over all of them, and nobody is answered before the disk has it.
 *
 * LMDB waits for the disk inside a commit. A large transaction of changes that memory answers of, before the file, is committed on a
 * thread of LMDB's, and others are answered meanwhile; so they may see what is not on the disk yet, as they would a moment later.
 */
import { setImmediate } from 'node:timers/promises';
import { type RootDatabase, TransactionFlags } from 'lmdb';
import type { FileUser } from './file-users.ts';

/**
 * A transaction that has worked for so long takes no more jobs: the rest of the group waits for the next, and whoever wants to
 * read comes in between.
 */
const LONG_ENOUGH_MS = 20;

/** Work done inside a transaction, and how to tell its caller. */
interface Job {
  /** See `write`. */
  readonly remembered: number;
  readonly run: () => void;
  readonly settle: (error?: unknown) => void;
}

/** Told of every transaction, whose number it is given. Between its begin and its end others may read. */
export interface TransactionWatcher {
  begin(transaction: number): void;
  /** It is on the disk. */
  end(transaction: number): void;
  /** It is not, and none of it will be. */
  failed(): void;
  /** What a job did was undone, and no other follows in this transaction. */
  undone(): void;
}

export class WriteQueue implements FileUser {
  readonly #database: RootDatabase;
  readonly #watcher: TransactionWatcher;
  readonly #guard: () => void;
  readonly #isLarge: (changes: number) => boolean;
  #isLocking = false;
  #waiting: Job[] = [];
  #flushing: Promise<void> | null = null;

  /**
   * `guard` throws, inside the transaction, when writes are not to be. `isLarge` tells of how many remembered changes a transaction goes
   * to the disk on LMDB's thread.
   */
  constructor(
    database: RootDatabase,
    watcher: TransactionWatcher,
    guard: () => void,
    isLarge: (changes: number) => boolean,
  ) {
    this.#database = database;
    this.#watcher = watcher;
    this.#guard = guard;
    this.#isLarge = isLarge;
  }

  /** See `FileUser`. */
  get isLocking(): boolean {
    return this.#isLocking;
  }

  /**
   * Runs `work` in a write transaction of its own; resolves with its result once that is durable, rejects when not. `remembered` is how
   * many changes it makes that memory answers of until they are on the disk, 0 where memory does not.
   */
  write<T>(work: () => T, remembered = 0): Promise<T> {
    return this.writeAnyway(() => {
      this.#guard();
      return work();
    }, remembered);
  }

  /** `write` without the guard. */
  writeAnyway<T>(work: () => T, remembered = 0): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: { readonly value: T } | undefined;
      this.#waiting.push({
        remembered,
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

  /** Does the first jobs of a group in a transaction; the others go on waiting. */
  async #commit(group: readonly Job[]): Promise<void> {
    const jobs = alike(group);
    const changes = jobs.reduce((sum, { remembered }) => sum + remembered, 0);
    const done: Job[] = [];
    const failures = new Map<Job, unknown>();
    try {
      await this.#transact(changes > 0 && this.#isLarge(changes), () => this.#doThem(jobs, done, failures));
    } catch (error) {
      this.#isLocking = false;
      this.#watcher.failed();
      const why = await reasonOf(error);
      for (const job of jobs) failures.set(job, why);
      done.splice(0, done.length, ...jobs);
    }
    for (const job of done) job.settle(failures.get(job));
    this.#waiting.unshift(...group.slice(done.length));
  }

  /**
   * Resolves once the transaction is on the disk. On this thread LMDB waits for that, with these flags, after the lock is given back. On
   * its own it takes the lock, calls back to this one for the work, and waits for the disk while this one answers others.
   */
  async #transact(elsewhere: boolean, work: () => void): Promise<void> {
    let transaction = 0;
    const run = (): void => {
      this.#isLocking = false;
      transaction = this.#database.getWriteTxnId();
      this.#watcher.begin(transaction);
      work();
    };
    this.#isLocking = elsewhere;
    if (elsewhere) await this.#database.transaction(run);
    else this.#database.transactionSync(run, TransactionFlags.NO_SYNC_FLUSH);
    // At once: of what memory does not answer, nobody may read anything between the commit and this.
    this.#watcher.end(transaction);
    await this.#database.flushed;
  }

  /** A job that throws is undone alone, each being in a nested transaction, and is the last: who reads then starts from the file anew. */
  #doThem(jobs: readonly Job[], done: Job[], failures: Map<Job, unknown>): void {
    const start = performance.now();
    for (const job of jobs) {
      if (done.length > 0 && performance.now() - start > LONG_ENOUGH_MS) return;
      done.push(job);
      try {
        this.#database.transactionSync(job.run);
      } catch (error) {
        failures.set(job, error);
        this.#watcher.undone();
        return;
      }
    }
  }
}

/** The first jobs of a group, all remembered or none. */
function alike(group: readonly Job[]): readonly Job[] {
  const isRemembered = (job: Job | undefined): boolean => (job?.remembered ?? 0) > 0;
  const other = group.findIndex((job) => isRemembered(job) !== isRemembered(group[0]));
  return other < 0 ? group : group.slice(0, other);
}

/** Why a commit failed: LMDB tells it beside the error where its own thread committed. */
async function reasonOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    return await error.commitError;
  } catch (reason) {
    return reason;
  }
}
