/**
 * A published table of which the root is read, and each leaf when it is asked about.
 */
import { ColdTable } from '../allocation/cold-table.ts';
import type { LeafReference, Root } from '../allocation/root.ts';
import { ok, type Result } from '../result.ts';
import type { BlobStore } from '../store/records.ts';
import { leafKey, readRoot, type TableFault, type TableId } from './stored-table.ts';

/** Reads the root of a table. */
export async function readParts(blobs: BlobStore, id: TableId): Promise<Result<PublishedParts, TableFault>> {
  const root = await readRoot(blobs, id);
  return root.ok ? ok(new PublishedParts(root.value, id, blobs)) : root;
}

/** A published table with the shelf its leaves are read from. */
export class PublishedParts {
  readonly table: ColdTable;
  readonly #blobs: BlobStore;
  readonly #id: TableId;
  /** Leaves on their way, by id: who asks meanwhile waits for the same read. */
  readonly #reading = new Map<string, Promise<boolean>>();

  constructor(root: Root, id: TableId, blobs: BlobStore) {
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
    const bytes = await this.#blobs.getBlob(leafKey(this.#id, leaf.id));
    if (bytes === null) return false;
    const added = this.table.add(leaf, bytes);
    if (added.ok) return true;
    throw new Error(`the published table cannot be read: table ${this.#id}: ${added.error.detail}`);
  }
}
