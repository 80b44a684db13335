/**
 * What is known of each followed file: its content as a blob, and a record of kind `import` that says from when.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Json, RecordChange, RecordStore } from '../../store/records.ts';
import type { Shelves } from '../publish.ts';

const fileSchema = z.object({
  url: z.string(),
  /** Key of the content; null when none was ever fetched. */
  blob: z.nullable(z.string()),
  etag: z.nullable(z.string()),
  lastModified: z.nullable(z.string()),
  /** When the content last came or was said to be unchanged: epoch milliseconds; 0 for never. */
  confirmedAt: z.number(),
  /** When the content came: epoch milliseconds. */
  fetchedAt: z.number(),
  /** When it was asked for last, whatever came of it: epoch milliseconds. */
  checkedAt: z.number(),
  /** When it may be asked for again: epoch milliseconds. */
  notBefore: z.number(),
  /** Why the last attempt failed; null when it did not. */
  failure: z.nullable(z.string()),
});
export type FileRecord = z.infer<typeof fileSchema>;

const KEYS = 'url/';
const FOLDER = 'published/file/';
const PAGE = 500;
/** A file that no dump has pointed to for this long is forgotten; those pointed to are asked for monthly. */
const FORGOTTEN_MS = 180 * 86_400_000;

/** What is known of the URL; of a new one that it may be asked for. */
export async function readFileRecord(records: RecordStore, url: string): Promise<FileRecord> {
  const stored = await records.getRecord('import', recordKey(url));
  if (stored !== null) return z.parse(fileSchema, stored.value);
  const never = { confirmedAt: 0, fetchedAt: 0, checkedAt: 0, notBefore: 0 };
  return { url, blob: null, etag: null, lastModified: null, failure: null, ...never };
}

export function fileChange(file: FileRecord): RecordChange {
  const value: Json = { ...file };
  return { kind: 'import', key: recordKey(file.url), value };
}

/** Where this content of the URL belongs; other content has another place, so that no reader meets a mixture. */
export function contentKey(url: string, bytes: Uint8Array): string {
  return `${FOLDER}${digest(url)}/${digest(bytes)}`;
}

/** Changes and blobs that forget files nobody points to any more. */
export async function forgottenFiles(
  { records }: Shelves,
  now: number,
): Promise<{ readonly changes: readonly RecordChange[]; readonly blobs: readonly string[] }> {
  const changes: RecordChange[] = [];
  const blobs: string[] = [];
  let after: string | undefined = KEYS;
  while (after !== undefined) {
    const { items, next } = await records.listRecords('import', { after, limit: PAGE });
    after = next ?? undefined;
    for (const { key, value } of items) {
      const file = z.safeParse(fileSchema, value);
      if (!key.startsWith(KEYS) || !file.success || file.data.checkedAt > now - FORGOTTEN_MS) continue;
      changes.push({ kind: 'import', key, remove: true });
      if (file.data.blob !== null) blobs.push(file.data.blob);
    }
  }
  return { changes, blobs };
}

function recordKey(url: string): string {
  return KEYS + digest(url);
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
