/**
 * What an export is made from: everything that answers rest on, as it is at one moment.
 */
import type { Allocations } from '../allocation/allocation.ts';
import { overlay } from '../allocation/overlay.ts';
import { isInForce, type ListEntry } from '../lists/list-entry.ts';
import { ListIndex } from '../lists/list-index.ts';
import type { Family } from '../net/address.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import type { AllocationTables } from '../published/live.ts';
import { rootKey } from '../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../reputation/tally.ts';
import type { Store } from '../store/port.ts';

export interface ExportState {
  readonly store: Pick<Store, 'listRungs'>;
  readonly tables: AllocationTables;
  readonly allocations: Allocations;
  /** Entries in force. */
  readonly entries: readonly ListEntry[];
  readonly lists: ListIndex;
  readonly book: PolicyBook;
  readonly roots: Readonly<Record<Family, Tally>>;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Whether IPv4 hosts are also exported as they show in IPv6. */
  readonly withFaces: boolean;
}

export interface StateSources {
  readonly store: Pick<Store, 'listRungs' | 'readTallies'>;
  readonly tables: AllocationTables;
  readonly entries: readonly ListEntry[];
  readonly book: PolicyBook;
  readonly withFaces: boolean;
}

/** The state at time `now`; rejects when the store cannot be read. */
export async function exportState(sources: StateSources, now: number): Promise<ExportState> {
  const { store, tables, book, withFaces } = sources;
  const [root4 = EMPTY_TALLY, root6 = EMPTY_TALLY] = await store.readTallies([rootKey(4), rootKey(6)]);
  const entries = sources.entries.filter((entry) => isInForce(entry, now));
  return {
    store,
    tables,
    allocations: overlay(tables.operator, tables.published),
    entries,
    lists: new ListIndex(entries),
    book,
    roots: { 4: root4, 6: root6 },
    now,
    withFaces,
  };
}
