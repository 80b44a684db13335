/**
 * Blobs on DynamoDB. An item holds 400 kB at most, so a larger blob lies in parts under its digest, and its head, written
 * last, names them: a reader finds the old blob or the new one, never a mixture.
 */
import { createHash } from 'node:crypto';
import type { BlobStore } from '../records.ts';
import { bytes, bytesIn, type Item, keyAttributes, number, numberIn, present, text, textIn } from './item.ts';
import { BLOB_LANES, blobKey, blobLane, blobPartKey, type TableKey } from './keys.ts';
import { queryAll, type Table } from './table.ts';

/** Bytes in one item, with room for its key. */
const PART_BYTES = 380_000;
const READ_ATTEMPTS = 3;

export class DynamoBlobs implements BlobStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async getBlob(key: string): Promise<Uint8Array | null> {
    for (let attempt = 1; ; attempt++) {
      const head = await this.#table.get(blobKey(key), { consistent: true });
      if (head === undefined) return null;
      const content = bytesIn(head, 'bytes') ?? (await this.#join(head));
      if (content !== null) return content;
      // The head was replaced, and its parts removed, between the two reads.
      if (attempt === READ_ATTEMPTS) throw new RangeError(`blob ${key} has lost a part`);
    }
  }

  async putBlob(key: string, content: Uint8Array): Promise<void> {
    if (content.length <= PART_BYTES) return this.#putHead(key, { bytes: bytes(content) });
    const digest = createHash('sha256').update(`${key}\0`).update(content).digest('base64url');
    const count = Math.ceil(content.length / PART_BYTES);
    for (let part = 0; part < count; part++) {
      const slice = content.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
      await this.#table.put({
        Item: { ...keyAttributes(blobPartKey(digest, part)), bytes: bytes(slice) },
      });
    }
    await this.#putHead(key, { digest: text(digest), parts: number(count) });
  }

  async deleteBlob(key: string): Promise<void> {
    const head = await this.#table.get(blobKey(key), { consistent: true });
    await this.#table.delete(blobKey(key));
    if (head !== undefined) await this.#deleteParts(head);
  }

  async listBlobs(prefix: string): Promise<readonly string[]> {
    const lanes = Array.from({ length: BLOB_LANES }, (_, lane) => this.#namesIn(blobLane(lane), prefix));
    return (await Promise.all(lanes)).flat().sort();
  }

  async #join(head: Item): Promise<Uint8Array | null> {
    const parts = partKeys(head).map((part) => this.#table.get(part, { consistent: true }));
    const contents = (await Promise.all(parts)).map((item) => item && bytesIn(item, 'bytes'));
    const found = contents.filter((content) => content !== undefined);
    return found.length < contents.length ? null : Buffer.concat(found);
  }

  async #putHead(key: string, content: Item): Promise<void> {
    const before = await this.#table.get(blobKey(key), { consistent: true });
    await this.#table.put({ Item: { ...keyAttributes(blobKey(key)), ...content } });
    if (before !== undefined && textIn(before, 'digest') !== textIn(content, 'digest')) {
      await this.#deleteParts(before);
    }
  }

  async #deleteParts(head: Item): Promise<void> {
    for (const key of partKeys(head)) await this.#table.delete(key);
  }

  async #namesIn(lane: string, prefix: string): Promise<string[]> {
    const names: string[] = [];
    for await (const item of queryAll(this.#table, {
      KeyConditionExpression: prefix === '' ? 'pk = :lane' : 'pk = :lane AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: {
        ':lane': text(lane),
        ...(prefix === '' ? {} : { ':prefix': text(prefix) }),
      },
      ProjectionExpression: 'sk',
      ConsistentRead: true,
    })) {
      names.push(present(textIn(item, 'sk'), 'sk'));
    }
    return names;
  }
}

/** The keys of a head's parts; none when the head holds its bytes itself. */
function partKeys(head: Item): readonly TableKey[] {
  const digest = textIn(head, 'digest');
  if (digest === undefined) return [];
  return Array.from({ length: numberIn(head, 'parts') ?? 0 }, (_, part) => blobPartKey(digest, part));
}
