/**
 * What a process decides by and keeps in memory (operator allocations, lists, keys, the published table), following the
 * store: it is read anew whenever the revision of one of its kinds has changed, by this process or by any other.
 */
import type { RecordKind, RecordStore } from './records.ts';

export interface FollowOptions<T> {
  readonly records: RecordStore;
  /** A change of any of these makes the value stale. */
  readonly kinds: readonly RecordKind[];
  /** The value while nothing of these kinds was ever written: then there is nothing to read. */
  readonly none: () => T;
  /** Reads the value. While it fails the last good value stays in force. */
  readonly load: () => Promise<T>;
  readonly onError: (error: unknown) => void;
}

/** How often followers ask for the revision, so that a change holds everywhere within five seconds: milliseconds. */
export const FOLLOW_EVERY_MS = 2000;

export class Followed<T> {
  readonly #options: FollowOptions<T>;
  #current: T;
  #revisions: readonly number[];
  #refreshing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #askedAt = Date.now();

  private constructor(options: FollowOptions<T>, current: T, revisions: readonly number[]) {
    this.#options = options;
    this.#current = current;
    this.#revisions = revisions;
  }

  /** Reads the value for the first time; rejects when it cannot be read. */
  static async open<T>(options: FollowOptions<T>): Promise<Followed<T>> {
    const revisions = await revisionsOf(options);
    return new Followed(options, await valueAt(revisions, options), revisions);
  }

  get current(): T {
    return this.#current;
  }

  /** From now on follows the store by itself, every `FOLLOW_EVERY_MS`. */
  follow(): this {
    this.#timer ??= setInterval(() => this.refresh(), FOLLOW_EVERY_MS).unref();
    return this;
  }

  /**
   * Resolves once the value is no older than `FOLLOW_EVERY_MS`; never rejects. For a process that may be frozen between
   * requests, where a timer fires too late.
   */
  async upToDate(): Promise<void> {
    if (Date.now() - this.#askedAt > FOLLOW_EVERY_MS) await this.refresh();
  }

  /** To be called after a change made here: resolves once the value is read from what is in the store now. */
  async changed(): Promise<void> {
    // A refresh under way may have begun before the change; the second one has not.
    await this.refresh();
    await this.refresh();
  }

  /** Stops following; resolves when nothing of it reads the store any more. */
  close(): Promise<void> {
    clearInterval(this.#timer);
    return this.#refreshing ?? Promise.resolve();
  }

  /** Reads the value anew if its revision changed; never rejects. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    this.#askedAt = Date.now();
    try {
      // The revision is read first: a change made while the value is being read shows as one more change next time.
      const revisions = await revisionsOf(this.#options);
      if (revisions.every((revision, i) => revision === this.#revisions[i])) return;
      this.#current = await valueAt(revisions, this.#options);
      this.#revisions = revisions;
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

function revisionsOf<T>({ records, kinds }: FollowOptions<T>): Promise<readonly number[]> {
  return Promise.all(kinds.map((kind) => records.revision(kind)));
}

/** Most services have no entries of one kind or another, and a cold start waits for what it reads. */
async function valueAt<T>(revisions: readonly number[], { none, load }: FollowOptions<T>): Promise<T> {
  return revisions.every((revision) => revision === 0) ? none() : await load();
}
