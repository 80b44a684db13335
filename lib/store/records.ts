/**
 * The operator's records: small JSON documents by kind and key, each change with its audit entry.
 *
 * Every process keeps the records it decides by (allocations, lists, keys) in memory and asks for the kind's revision
 * every few seconds; a changed revision means reading them anew.
 */

/** What is kept: operator allocations, entries of both lists, keys, state of imports, the secret that names are hashed under. */
export const RECORD_KINDS = ['allocation', 'allow', 'block', 'key', 'import', 'secret'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface StoredRecord {
  /** Unique within the kind, at most 300 characters; order of a listing. */
  readonly key: string;
  readonly value: Json;
}

/** Who did what, when and why. Written with the act, never changed. */
export interface AuditEntry {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Id of the key that acted, `local` on an open loopback server, `cli` on the machine itself. */
  readonly actor: string;
  /** E.g. `allocation.put`, `list.block.delete`, `reputation.forget`, `key.revoke`. */
  readonly act: string;
  /** What it was done to: a prefix, a key's id, a file. */
  readonly target: string;
  readonly reason: string | null;
  /** What else is worth knowing, e.g. counts of an import or the former value. */
  readonly detail: Json;
}

/** A part of a listing, and where the next part starts; `next` is null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export type RecordChange =
  | { readonly kind: RecordKind; readonly key: string; readonly value: Json }
  | { readonly kind: RecordKind; readonly key: string; readonly remove: true };

export interface RecordStore {
  getRecord(kind: RecordKind, key: string): Promise<StoredRecord | null>;

  /** Records of a kind in key order, those after `after`; at most `limit`. */
  listRecords(
    kind: RecordKind,
    page: { after?: string | undefined; limit: number },
  ): Promise<Page<StoredRecord>>;

  /**
   * Applies changes with their audit entry; durable when it resolves. On the embedded store all or nothing; on DynamoDB in
   * order, audit entry first, so that a crash can leave an audited act half done but never an unaudited one.
   */
  changeRecords(changes: readonly RecordChange[], audit: AuditEntry): Promise<void>;

  /**
   * Makes a record unless there is one of that key; resolves to the one that stands, the same for all who ask at once. The
   * audit entry is written by who made it.
   */
  createRecord(
    record: StoredRecord & { readonly kind: RecordKind },
    audit: AuditEntry,
  ): Promise<StoredRecord>;

  /** A number that grows with every change of the kind; cheap to ask. 0 as long as nothing of it was ever written. */
  revision(kind: RecordKind): Promise<number>;

  /** Audit entries, newest first; `after` is the `next` of the part before. */
  listAudit(page: { after?: string | undefined; limit: number }): Promise<Page<AuditEntry>>;
}

/** Large immutable pieces: the blocks of the published table. A root names its leaves, so readers never see a mixture. */
export interface BlobStore {
  getBlob(key: string): Promise<Uint8Array | null>;
  putBlob(key: string, bytes: Uint8Array): Promise<void>;
  deleteBlob(key: string): Promise<void>;
  listBlobs(prefix: string): Promise<readonly string[]>;
}
