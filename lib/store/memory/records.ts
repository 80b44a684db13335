/**
 * The operator's records, the audit trail and blobs in plain memory.
 */
import type {
  AuditEntry,
  BlobStore,
  Json,
  Page,
  RecordChange,
  RecordKind,
  RecordStore,
  StoredRecord,
} from '../records.ts';
import type { Kept } from './kept.ts';

export class MemoryRecords implements RecordStore {
  readonly #records: Kept['records'];
  readonly #revisions: Kept['revisions'];
  readonly #audit: Kept['audit'];

  constructor({ records, revisions, audit }: Pick<Kept, 'records' | 'revisions' | 'audit'>) {
    this.#records = records;
    this.#revisions = revisions;
    this.#audit = audit;
  }

  getRecord(kind: RecordKind, key: string): Promise<StoredRecord | null> {
    const value = this.#of(kind).get(key);
    return Promise.resolve(value === undefined ? null : { key, value });
  }

  listRecords(
    kind: RecordKind,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Page<StoredRecord>> {
    const items = [...this.#of(kind)]
      .map(([key, value]) => ({ key, value }))
      .filter(({ key }) => after === undefined || key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, limit);
    return Promise.resolve({ items, next: items.length < limit ? null : (items.at(-1)?.key ?? null) });
  }

  changeRecords(changes: readonly RecordChange[], audit: AuditEntry): Promise<void> {
    for (const change of changes) {
      if ('remove' in change) this.#of(change.kind).delete(change.key);
      else this.#of(change.kind).set(change.key, structuredClone(change.value));
    }
    for (const kind of new Set(changes.map((change) => change.kind))) {
      this.#revisions.set(kind, (this.#revisions.get(kind) ?? 0) + 1);
    }
    this.append(audit);
    return Promise.resolve();
  }

  async createRecord(
    { kind, key, value }: StoredRecord & { readonly kind: RecordKind },
    audit: AuditEntry,
  ): Promise<StoredRecord> {
    const found = this.#of(kind).get(key);
    if (found !== undefined) return { key, value: found };
    await this.changeRecords([{ kind, key, value }], audit);
    return { key, value };
  }

  revision(kind: RecordKind): Promise<number> {
    return Promise.resolve(this.#revisions.get(kind) ?? 0);
  }

  listAudit({ after, limit }: { after?: string | undefined; limit: number }): Promise<Page<AuditEntry>> {
    const from = after === undefined ? 0 : Number(after);
    const items = this.#audit.toReversed().slice(from, from + limit);
    return Promise.resolve({ items, next: items.length < limit ? null : String(from + limit) });
  }

  append(audit: AuditEntry): void {
    this.#audit.push(audit);
  }

  #of(kind: RecordKind): Map<string, Json> {
    const records = this.#records.get(kind) ?? new Map<string, Json>();
    this.#records.set(kind, records);
    return records;
  }
}

export class MemoryBlobs implements BlobStore {
  readonly #blobs: Kept['blobs'];

  constructor({ blobs }: Pick<Kept, 'blobs'>) {
    this.#blobs = blobs;
  }

  getBlob(key: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.#blobs.get(key) ?? null);
  }

  putBlob(key: string, bytes: Uint8Array): Promise<void> {
    this.#blobs.set(key, bytes.slice());
    return Promise.resolve();
  }

  deleteBlob(key: string): Promise<void> {
    this.#blobs.delete(key);
    return Promise.resolve();
  }

  listBlobs(prefix: string): Promise<readonly string[]> {
    return Promise.resolve([...this.#blobs.keys()].filter((key) => key.startsWith(prefix)).sort());
  }
}
