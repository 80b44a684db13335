/**
 * The lists a process answers by, followed through the store: an entry holds here at once and elsewhere within seconds.
 */
import type { Network } from '../allocation/network.ts';
import type { Listing } from '../policy/decide.ts';
import { Followed } from '../store/followed.ts';
import type { RecordStore } from '../store/records.ts';
import { LISTS } from './list-entry.ts';
import type { ListIndex } from './list-index.ts';

export interface LiveLists {
  /** The entry that holds for the network's address at a time (epoch milliseconds). */
  readonly listingOf: (network: Network, now: number) => Listing | null;
  /** Whether an entry in force covers a part of the network's prefix only. */
  readonly divides: (network: Network, now: number) => boolean;
  /** The lists as they are at the moment: the same for as long as no entry comes, changes or goes. */
  readonly edition: () => unknown;
  /** To be called after an entry was changed here: resolves when this process answers by it. */
  readonly changed: () => Promise<void>;
  /** Resolves once this process answers by lists of a moment ago, even when it was frozen. */
  readonly upToDate: () => Promise<void>;
  /** Stops following; resolves when nothing of it reads the store any more. */
  readonly close: () => Promise<void>;
}

/** Reads both lists and follows them every `FOLLOW_EVERY_MS`. Rejects when they cannot be read. */
export async function openLists(records: RecordStore, onError: (error: unknown) => void): Promise<LiveLists> {
  const lists = (await followLists(records, onError)).follow();
  return {
    listingOf: (network, now) => lists.current?.listingOf(network, now) ?? null,
    divides: (network, now) => lists.current?.divides(network, now) ?? false,
    edition: () => lists.current,
    changed: () => lists.changed(),
    upToDate: () => lists.upToDate(),
    close: () => lists.close(),
  };
}

/** Both lists, read now and followed; null while neither ever had an entry. Rejects when they cannot be read. */
export function followLists(
  records: RecordStore,
  onError: (error: unknown) => void,
): Promise<Followed<ListIndex | null>> {
  const load = async (): Promise<ListIndex> => {
    // Loaded only where there are entries: a cold start waits for what it loads.
    const { readListIndex } = await import('./list-index.ts');
    return readListIndex(records, onError);
  };
  return Followed.open<ListIndex | null>({ records, kinds: LISTS, none: () => null, load, onError });
}
