/**
 * The allocations a process answers by: operator entries over the published table, both whole in memory and followed
 * through the store.
 */
import { AllocationTable } from '../allocation/table.ts';
import { firstAddress } from '../net/prefix.ts';
import { type FollowingAllocations, followAllocations, type OnError } from './following.ts';
import type { Shelves } from './publish.ts';
import { readTable } from './stored-table.ts';

/** Allocations that are whole in memory. */
export interface LiveAllocations extends FollowingAllocations {
  /** The tables it answers by now, for who has to see them whole; they never change. */
  tables(): AllocationTables;
  /** Each gives the same for as long as none of what it stands for changes. */
  readonly editions: readonly (() => unknown)[];
}

/** What the operator says, and what networks publish. */
export interface AllocationTables {
  readonly operator: AllocationTable;
  readonly published: AllocationTable;
}

/**
 * Reads operator entries and the published table, and follows both. Rejects when the store cannot be read. A published
 * table that is damaged does not keep a service from answering: `onError` is told, and the last good table stays, at
 * first an empty one.
 */
export async function openAllocations(store: Shelves, onError: OnError): Promise<LiveAllocations> {
  const holding = { empty: AllocationTable.empty, read: readTable };
  const { entries, published, ...following } = await followAllocations(store, holding, onError);
  return {
    ...following,
    match: (address) => entries.current?.match(address) ?? published.current.match(address),
    tables: () => ({ operator: entries.current ?? AllocationTable.empty, published: published.current }),
    editions: [() => entries.current, () => published.current],
    divides: (prefix) => {
      if (entries.current?.divides(prefix)) return true;
      // An entry that covers all of it leaves the published table nothing to say.
      return !entries.current?.match(firstAddress(prefix)) && published.current.divides(prefix);
    },
    upToDate: () => entries.upToDate(),
  };
}
