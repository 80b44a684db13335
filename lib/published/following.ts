/**
 * Following the store's allocations: operator entries, and the published table that the root pointer names, in whatever
 * form a process holds it.
 */
import type { Allocation, Allocations } from '../allocation/allocation.ts';
import type { AllocationTable } from '../allocation/table.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Result } from '../result.ts';
import { FOLLOW_EVERY_MS, Followed } from '../store/followed.ts';
import type { BlobStore } from '../store/records.ts';
import { readPublished } from './import-records.ts';
import type { Shelves } from './publish.ts';
import type { TableFault, TableId } from './stored-table.ts';

/** Allocations that follow the store: what one question is answered from is one state of it, never a mixture of two. */
export interface FollowingAllocations extends Allocations {
  /** Whether addresses of the prefix are matched differently: an answer about one then does not hold for all of it. */
  divides(prefix: Prefix): boolean;
  /** When the published table in use was made, epoch milliseconds; null without one. */
  publishedAt(): number | null;
  /** Follows the store now; never rejects. Called by itself every `FOLLOW_EVERY_MS`. */
  refresh(): Promise<void>;
  /** To be called after an operator entry was changed here: resolves when this process answers by it. */
  entriesChanged(): Promise<void>;
  /** Resolves once this process answers by operator entries of a moment ago, even when it was frozen. */
  upToDate(): Promise<void>;
  /** Stops following; resolves when nothing of it reads the store any more. */
  close(): Promise<void>;
}

export type OnError = (error: unknown) => void;

/** How the published table is held. */
export interface Holding<T> {
  /** What holds before anything was published. */
  readonly empty: T;
  readonly read: (blobs: BlobStore, id: TableId | null) => Promise<Result<T, TableFault>>;
}

/** What allocations are made of: both parts as they are at the moment, and the following itself. */
export interface Followers<T> extends Omit<FollowingAllocations, 'match' | 'divides' | 'upToDate'> {
  /** Null while there are none. */
  readonly entries: Followed<AllocationTable | null>;
  readonly published: PublishedTable<T>;
}

/** Operator entries read at a time. */
const PAGE = 500;
/** How often a table may be replaced and removed while we read it before we leave it to the next refresh. */
export const ATTEMPTS = 3;

/** Starts following. Rejects when the store cannot be read; of a published table that is damaged `onError` is told. */
export async function followAllocations<T>(
  store: Shelves,
  holding: Holding<T>,
  onError: OnError,
): Promise<Followers<T>> {
  const published = new PublishedTable(store, holding, onError);
  const [entries] = await Promise.all([
    Followed.open({
      records: store.records,
      kinds: ['allocation'],
      none: () => null,
      load: () => loadEntries(store, onError),
      onError,
    }),
    published.refresh(),
  ]);
  let refreshing = Promise.resolve();
  const refresh = async (): Promise<void> => {
    refreshing = Promise.all([refreshing, entries.refresh(), published.refresh()]).then(() => undefined);
    await refreshing;
  };
  const timer = setInterval(refresh, FOLLOW_EVERY_MS);
  timer.unref();
  return {
    entries,
    published,
    publishedAt: () => published.madeAt,
    refresh,
    entriesChanged: () => entries.changed(),
    close: () => {
      clearInterval(timer);
      return refreshing;
    },
  };
}

/** The table that the root pointer names; read anew only when it names another. */
class PublishedTable<T> {
  /** When the table in use was made; null while it is the empty one. */
  madeAt: number | null = null;
  readonly #store: Shelves;
  readonly #holding: Holding<T>;
  readonly #onError: OnError;
  #followed: Followed<T> | null = null;
  #id: TableId | null = null;
  #table: T;

  constructor(store: Shelves, holding: Holding<T>, onError: OnError) {
    this.#store = store;
    this.#holding = holding;
    this.#onError = onError;
    this.#table = holding.empty;
  }

  get current(): T {
    return this.#followed?.current ?? this.#holding.empty;
  }

  async refresh(): Promise<void> {
    if (this.#followed !== null) return this.#followed.refresh();
    try {
      this.#followed = await Followed.open({
        records: this.#store.records,
        kinds: ['import'],
        none: () => this.#holding.empty,
        load: () => this.#load(),
        onError: this.#onError,
      });
    } catch (error) {
      this.#onError(error);
    }
  }

  /** Resolves once the table is the one of a moment ago, even when this process was frozen; never rejects. */
  async upToDate(): Promise<void> {
    await (this.#followed === null ? this.refresh() : this.#followed.upToDate());
  }

  async #load(): Promise<T> {
    const { records, blobs } = this.#store;
    for (let attempt = 1; ; attempt++) {
      const { table: id, at } = await readPublished(records);
      if (id === this.#id) return this.#table;
      const read = await this.#holding.read(blobs, id);
      if (read.ok) {
        this.madeAt = id === null ? null : at;
        this.#id = id;
        this.#table = read.value;
        return read.value;
      }
      // Only the table before the present one is kept, so two swaps while we read take it from under us.
      if (read.error.kind !== 'missing' || attempt === ATTEMPTS)
        throw new Error(`the published table cannot be read: ${read.error.detail}`);
    }
  }
}

/** All operator entries, null for none; one that this version cannot understand is told of and left out. */
async function loadEntries({ records }: Shelves, onError: OnError): Promise<AllocationTable | null> {
  const allocations: Allocation[] = [];
  let after: string | undefined;
  do {
    const page = await records.listRecords('allocation', { limit: PAGE, after });
    if (page.items.length === 0) break;
    // Loaded only where there are entries: most services have none, and a cold start waits for what it loads.
    const { readEntry } = await import('./operator-records.ts');
    for (const stored of page.items) {
      const entry = readEntry(stored);
      if (entry.ok) allocations.push(entry.value);
      else onError(new Error(entry.error));
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  if (allocations.length === 0) return null;
  const { AllocationTable } = await import('../allocation/table.ts');
  return AllocationTable.of(allocations);
}
