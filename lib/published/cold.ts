/**
 * The allocations of a process that is started for a few questions, as on Lambda: operator entries over the root of the
 * published table, and of its leaves only those that were asked about.
 */
import type { Allocation, AllocationParts } from '../allocation/allocation.ts';
import { ColdTable } from '../allocation/cold-table.ts';
import { type LeafReference, Root } from '../allocation/root.ts';
import type { AllocationTable } from '../allocation/table.ts';
import type { Address } from '../net/address.ts';
import { firstAddress } from '../net/prefix.ts';
import { ok } from '../result.ts';
import type { BlobStore } from '../store/records.ts';
import {
  ATTEMPTS,
  type FollowingAllocations,
  followAllocations,
  type Holding,
  type OnError,
} from './following.ts';
import type { Shelves } from './publish.ts';
import { leafKey, readRoot, type TableId } from './stored-table.ts';

/**
 * Reads operator entries and the root of the published table, and follows both; leaves are read when an address is asked
 * about. Rejects when the store cannot be read; a root that is damaged is treated as by `openAllocations`.
 */
export async function openColdAllocations(store: Shelves, onError: OnError): Promise<FollowingAllocations> {
  const { entries, published, ...following } = await followAllocations(store, COLD, onError);
  const state = (): State => ({ operator: entries.current, published: published.current });
  return {
    ...following,
    match: (address) => entries.current.match(address) ?? published.current.table.match(address),
    parts: () => new ColdParts(state, () => published.refresh()),
    divides: (prefix) => {
      if (entries.current.divides(prefix)) return true;
      if (entries.current.match(firstAddress(prefix)) !== undefined) return false;
      // Who cannot tell says so: the answer is then for its own address alone.
      return published.current.table.divides(prefix) ?? true;
    },
    upToDate: async () => {
      await Promise.all([entries.upToDate(), published.upToDate()]);
    },
  };
}

/** A published table with the shelf its leaves are read from. */
class PublishedParts {
  readonly table: ColdTable;
  readonly #blobs: BlobStore | null;
  readonly #id: TableId;
  /** Leaves on their way, by id: who asks meanwhile waits for the same read. */
  readonly #reading = new Map<string, Promise<boolean>>();

  constructor(root: Root, id: TableId, blobs: BlobStore | null) {
    this.table = new ColdTable(root);
    this.#id = id;
    this.#blobs = blobs;
  }

  /** Reads a leaf in; false when it is not there. Rejects when it cannot be read, or is not the leaf that the root means. */
  read(leaf: LeafReference): Promise<boolean> {
    const underWay = this.#reading.get(leaf.id);
    if (underWay !== undefined) return underWay;
    const reading = this.#read(leaf).finally(() => this.#reading.delete(leaf.id));
    this.#reading.set(leaf.id, reading);
    return reading;
  }

  get lost(): string {
    return `the published table cannot be read: table ${this.#id} has lost a leaf`;
  }

  async #read(leaf: LeafReference): Promise<boolean> {
    const bytes = (await this.#blobs?.getBlob(leafKey(this.#id, leaf.id))) ?? null;
    if (bytes === null) return false;
    const added = this.table.add(leaf, bytes);
    if (added.ok) return true;
    throw new Error(`the published table cannot be read: table ${this.#id}: ${added.error.detail}`);
  }
}

const NOTHING = new PublishedParts(new Root({ built: 0, allocations: 0 }, []), '', null);

const COLD: Holding<PublishedParts> = {
  empty: NOTHING,
  read: async (blobs, id) => {
    if (id === null) return ok(NOTHING);
    const root = await readRoot(blobs, id);
    return root.ok ? ok(new PublishedParts(root.value, id, blobs)) : root;
  },
};

interface State {
  readonly operator: AllocationTable;
  readonly published: PublishedParts;
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
    const own = operator.match(address);
    if (own !== undefined) return own;
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
    const read = await Promise.all(lacking.map((leaf) => published.read(leaf)));
    if (read.every((found) => found)) return;
    await this.#refresh();
    this.#state = this.#latest();
    if (this.#state.published === published || this.#attempt === ATTEMPTS) throw new Error(published.lost);
    this.#attempt++;
  }
}
