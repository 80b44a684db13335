/**
 * The operator's records and the audit trail on LMDB.
 */
import type { AuditEntry, Page, RecordChange, RecordKind, RecordStore, StoredRecord } from '../records.ts';
import type { Databases } from './databases.ts';
import type { WriteQueue } from './write-queue.ts';

export class EmbeddedRecords implements RecordStore {
  readonly #records: Databases['records'];
  readonly #revisions: Databases['revisions'];
  readonly #audit: Databases['audit'];
  readonly #queue: WriteQueue;

  constructor({ records, revisions, audit }: Databases, queue: WriteQueue) {
    this.#records = records;
    this.#revisions = revisions;
    this.#audit = audit;
    this.#queue = queue;
  }

  getRecord(kind: RecordKind, key: string): Promise<StoredRecord | null> {
    const value = this.#records.get([kind, key]);
    return Promise.resolve(value === undefined ? null : { key, value });
  }

  listRecords(
    kind: RecordKind,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<Page<StoredRecord>> {
    const items: StoredRecord[] = [];
    const range = { start: [kind, after ?? ''] satisfies [RecordKind, string], limit: limit + 1 };
    for (const { key, value } of this.#records.getRange(range)) {
      const [ofKind, name] = key;
      if (ofKind !== kind || items.length === limit) break;
      if (name !== after) items.push({ key: name, value });
    }
    return Promise.resolve({ items, next: items.length < limit ? null : (items.at(-1)?.key ?? null) });
  }

  changeRecords(changes: readonly RecordChange[], audit: AuditEntry): Promise<void> {
    return this.#queue.write(() => this.#change(changes, audit));
  }

  createRecord(
    { kind, key, value }: StoredRecord & { readonly kind: RecordKind },
    audit: AuditEntry,
  ): Promise<StoredRecord> {
    return this.#queue.write(() => {
      const found = this.#records.get([kind, key]);
      if (found !== undefined) return { key, value: found };
      this.#change([{ kind, key, value }], audit);
      return { key, value };
    });
  }

  revision(kind: RecordKind): Promise<number> {
    return Promise.resolve(this.#revisions.get(kind) ?? 0);
  }

  listAudit({ after, limit }: { after?: string | undefined; limit: number }): Promise<Page<AuditEntry>> {
    const items: AuditEntry[] = [];
    let next: string | null = null;
    const start = after === undefined ? undefined : placeOf(after);
    const range = start === undefined ? {} : { start, exclusiveStart: true };
    for (const { key, value } of this.#audit.getRange({ ...range, reverse: true, limit })) {
      items.push(value);
      next = key.join('.');
    }
    return Promise.resolve({ items, next: items.length < limit ? null : next });
  }

  #change(changes: readonly RecordChange[], audit: AuditEntry): void {
    for (const change of changes) {
      if ('remove' in change) this.#records.removeSync([change.kind, change.key]);
      else this.#records.putSync([change.kind, change.key], change.value);
    }
    for (const kind of new Set(changes.map((change) => change.kind))) {
      this.#revisions.putSync(kind, (this.#revisions.get(kind) ?? 0) + 1);
    }
    this.append(audit);
  }

  /** Adds an audit entry inside the transaction that runs now. */
  append(audit: AuditEntry): void {
    let sequence = 0;
    for (const [, last] of this.#audit.getKeys({
      start: [audit.at, Number.MAX_SAFE_INTEGER],
      end: [audit.at, -1],
      reverse: true,
      limit: 1,
    })) {
      sequence = last + 1;
    }
    this.#audit.putSync([audit.at, sequence], audit);
  }
}

/** The place a `next` names; one that is no place starts from the newest entry. */
function placeOf(next: string): [number, number] | undefined {
  const [at, sequence] = next.split('.').map(Number);
  return at === undefined || sequence === undefined || Number.isNaN(at + sequence)
    ? undefined
    : [at, sequence];
}
