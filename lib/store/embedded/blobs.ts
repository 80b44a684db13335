/**
 * Large immutable pieces on LMDB.
 */
import type { Database, RootDatabase } from 'lmdb';
import type { BlobStore } from '../records.ts';
import type { WriteQueue } from './write-queue.ts';

export class EmbeddedBlobs implements BlobStore {
  readonly #blobs: Database<Buffer, string>;
  readonly #queue: WriteQueue;

  constructor(root: RootDatabase, queue: WriteQueue) {
    this.#blobs = root.openDB<Buffer, string>({ name: 'blobs', encoding: 'binary' });
    this.#queue = queue;
  }

  getBlob(key: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.#blobs.getBinary(key) ?? null);
  }

  putBlob(key: string, bytes: Uint8Array): Promise<void> {
    return this.#queue.write(() => {
      this.#blobs.putSync(key, Buffer.from(bytes));
    });
  }

  deleteBlob(key: string): Promise<void> {
    return this.#queue.write(() => {
      this.#blobs.removeSync(key);
    });
  }

  listBlobs(prefix: string): Promise<readonly string[]> {
    const keys: string[] = [];
    for (const key of this.#blobs.getKeys({ start: prefix })) {
      if (!key.startsWith(prefix)) break;
      keys.push(key);
    }
    return Promise.resolve(keys);
  }
}
