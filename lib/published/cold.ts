/**
 * The allocations of a process that is started for a few questions, as on Lambda: operator entries over the root of the
 * published table, and of its leaves only those that were asked about.
 */
import type { Allocation, AllocationParts } from '../allocation/allocation.ts';
import type { LeafReference } from '../allocation/root.ts';
import type { AllocationTable } from '../allocation/table.ts';
import type { Address } from '../net/address.ts';
import { firstAddress } from '../net/prefix.ts';
import { ok } from '../result.ts';
import {
  ATTEMPTS,
  type FollowingAllocations,
  followAllocations,
  type Holding,
  type OnError,
} from './following.ts';
import type { Shelves } from './publish.ts';
import type { PublishedParts } from './published-parts.ts';

/**
 * Reads operator entries and the root of the published table, and follows both; leaves are read when an address is asked
 * about. Rejects when the store cannot be read; a root that is damaged is treated as by `openAllocations`.
 */
export async function openColdAllocations(store: Shelves, onError: OnError): Promise<FollowingAllocations> {
  const { entries, published, ...following } = await followAllocations(store, COLD, onError);
  const state = (): State => ({ operator: entries.current, published: published.current });
  return {
    ...following,
    match: (address) => entries.current?.match(address) ?? published.current?.table.match(address),
    parts: () => new ColdParts(state, () => published.refresh()),
    divides: (prefix) => {
      if (entries.current?.divides(prefix)) return true;
      if (published.current === null || entries.current?.match(firstAddress(prefix))) return false;
      // Who cannot tell says so: the answer is then for its own address alone.
      return published.current.table.divides(prefix) ?? true;
    },
    upToDate: async () => {
      await Promise.all([entries.upToDate(), published.upToDate()]);
    },
  };
}

const COLD: Holding<PublishedParts | null> = {
  empty: null,
  read: async (blobs, id) => {
    if (id === null) return ok(null);
    // Loaded only where something is published: a cold start waits for what it loads.
    const { readParts } = await import('./published-parts.ts');
    return readParts(blobs, id);
  },
};

interface State {
  /** Null where there is no entry, */
  readonly operator: AllocationTable | null;
  /** and where nothing is published. */
  readonly published: PublishedParts | null;
}

/** One question's state; exchanged as a whole when its table was replaced and removed before the question was answered. */
class ColdParts implements AllocationParts {
  readonly #latest: () => State;
  readonly #refresh: () => Promise<void>;
  #state: State;
  #lacking: LeafReference[] = [];
  #attempt = 1;

  constructor(latest: () => State, refresh: () => Promise<void>) {
    this.#latest = latest;
    this.#refresh = refresh;
    this.#state = latest();
  }

  match(address: Address): Allocation | undefined {
    const { operator, published } = this.#state;
    const own = operator?.match(address);
    if (own !== undefined || published === null) return own;
    const missing = published.table.missing(address);
    if (missing === undefined) return published.table.match(address);
    this.#lacking.push(missing);
    return undefined;
  }

  readLacking(): Promise<void> | null {
    const lacking = this.#lacking;
    if (lacking.length === 0) return null;
    this.#lacking = [];
    return this.#read(lacking);
  }

  async #read(lacking: readonly LeafReference[]): Promise<void> {
    const { published } = this.#state;
    if (published === null) return;
    const read = await Promise.all(lacking.map((leaf) => published.read(leaf)));
    if (read.every((found) => found)) return;
    await this.#refresh();
    this.#state = this.#latest();
    if (this.#state.published === published || this.#attempt === ATTEMPTS) throw new Error(published.lost);
    this.#attempt++;
  }
}
