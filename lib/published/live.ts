/**
 * The allocations a process answers by: operator entries over the published table, both followed through the store.
 */
import type { Allocation, Allocations } from '../allocation/allocation.ts';
import { AllocationTable } from '../allocation/table.ts';
import type { Address } from '../net/address.ts';
import { firstAddress, type Prefix } from '../net/prefix.ts';
import { FOLLOW_EVERY_MS, Followed } from '../store/followed.ts';
import { readPublished } from './import-records.ts';
import type { Shelves } from './publish.ts';
import { readTable, type TableId } from './stored-table.ts';

/** Allocations that follow the store: what one question is answered from is one state of it, never a mixture of two. */
export interface LiveAllocations extends Allocations {
  /** The tables it answers by now, for who has to see them whole; they never change. */
  tables(): AllocationTables;
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

/** What the operator says, and what networks publish. */
export interface AllocationTables {
  readonly operator: AllocationTable;
  readonly published: AllocationTable;
}

type OnError = (error: unknown) => void;

/** Operator entries read at a time. */
const PAGE = 500;
/** How often a table may be replaced and removed while we read it before we leave it to the next refresh. */
const ATTEMPTS = 3;

/**
 * Reads operator entries and the published table, and follows both. Rejects when the store cannot be read. A published
 * table that is damaged does not keep a service from answering: `onError` is told, and the last good table stays, at
 * first an empty one.
 */
export async function openAllocations(store: Shelves, onError: OnError): Promise<LiveAllocations> {
  const published = new PublishedTable(store, onError);
  const [entries] = await Promise.all([
    Followed.open({
      records: store.records,
      kinds: ['allocation'],
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
    match: (address) => entries.current.match(address) ?? published.match(address),
    tables: () => ({ operator: entries.current, published: published.current }),
    divides: (prefix) => {
      if (entries.current.divides(prefix)) return true;
      // An entry that covers all of it leaves the published table nothing to say.
      return entries.current.match(firstAddress(prefix)) === undefined && published.current.divides(prefix);
    },
    publishedAt: () => published.madeAt,
    refresh,
    entriesChanged: () => entries.changed(),
    upToDate: () => entries.upToDate(),
    close: () => {
      clearInterval(timer);
      return refreshing;
    },
  };
}

/** The table that the root pointer names; read anew only when it names another. */
class PublishedTable implements Allocations {
  /** When the table in use was made; null while it is the empty one. */
  madeAt: number | null = null;
  readonly #store: Shelves;
  readonly #onError: OnError;
  #followed: Followed<AllocationTable> | null = null;
  #id: TableId | null = null;
  #table = AllocationTable.empty;

  constructor(store: Shelves, onError: OnError) {
    this.#store = store;
    this.#onError = onError;
  }

  get current(): AllocationTable {
    return this.#followed?.current ?? AllocationTable.empty;
  }

  match(address: Address): Allocation | undefined {
    return this.#followed?.current.match(address);
  }

  async refresh(): Promise<void> {
    if (this.#followed !== null) return this.#followed.refresh();
    try {
      this.#followed = await Followed.open({
        records: this.#store.records,
        kinds: ['import'],
        load: () => this.#load(),
        onError: this.#onError,
      });
    } catch (error) {
      this.#onError(error);
    }
  }

  async #load(): Promise<AllocationTable> {
    const { records, blobs } = this.#store;
    for (let attempt = 1; ; attempt++) {
      const { table: id, at } = await readPublished(records);
      if (id === this.#id) return this.#table;
      const read = await readTable(blobs, id);
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

/** All operator entries; one that this version cannot understand is told of and left out. */
async function loadEntries({ records }: Shelves, onError: OnError): Promise<AllocationTable> {
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
  return AllocationTable.of(allocations);
}
