/**
 * Large immutable pieces on LMDB.
 */
import type { BlobStore } from '../records.ts';
import type { Databases } from './databases.ts';
import type { WriteQueue } from './write-queue.ts';

export class EmbeddedBlobs implements BlobStore {
  readonly #blobs: Databases['blobs'];
  readonly #queue: WriteQueue;

  constructor({ blobs }: Databases, queue: WriteQueue) {
    this.#blobs = blobs;
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
