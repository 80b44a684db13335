/**
 * The records of kind `import`: which table is in force, which table each source has, what is known of each followed file.
 *
 * `published` is the root pointer: replacing it in one write replaces the table that every process answers from.
 */
import * as z from 'zod/mini';
import type { Json, RecordChange, RecordStore } from '../store/records.ts';

const tableId = z.string().check(z.maxLength(100));
const count = z.int().check(z.minimum(0));

const publishedSchema = z.object({
  /** The table in force; null when no source is left. */
  table: z.nullable(tableId),
  /** The one before, kept for whoever is reading it at the moment of the swap. */
  previous: z.nullable(tableId),
  /** The sources it was built from, each with the table it had then. */
  sources: z.record(z.string(), tableId),
  /** When: epoch milliseconds. */
  at: z.number(),
});
/** The root pointer. */
export type PublishedRecord = z.infer<typeof publishedSchema>;

const sourceSchema = z.object({
  table: tableId,
  /** Allocations that went in, by family, for the next import to compare with. */
  ipv4: count,
  ipv6: count,
  /** Lines or objects refused. */
  refused: count,
  files: z.array(z.string()),
  /** When it was imported: epoch milliseconds. */
  at: z.number(),
});
/** What a source had when it was imported last. */
export type SourceRecord = z.infer<typeof sourceSchema>;

const POINTER_KEY = 'published';
const SOURCE_KEYS = 'source/';
const PAGE = 500;

/** The root pointer; the one of an empty table when nothing was ever imported. */
export async function readPublished(records: RecordStore): Promise<PublishedRecord> {
  const stored = await records.getRecord('import', POINTER_KEY);
  if (stored === null) return { table: null, previous: null, sources: {}, at: 0 };
  return z.parse(publishedSchema, stored.value);
}

/** All sources by name. */
export async function readSources(records: RecordStore): Promise<ReadonlyMap<string, SourceRecord>> {
  const sources = new Map<string, SourceRecord>();
  let after: string | undefined = SOURCE_KEYS;
  while (after !== undefined) {
    const { items, next } = await records.listRecords('import', { after, limit: PAGE });
    after = next ?? undefined;
    for (const { key, value } of items) {
      if (key.startsWith(SOURCE_KEYS)) {
        sources.set(key.slice(SOURCE_KEYS.length), z.parse(sourceSchema, value));
      } else after = undefined;
    }
  }
  return sources;
}

export function publishedChange(published: PublishedRecord): RecordChange {
  return { kind: 'import', key: POINTER_KEY, value: { ...published, sources: { ...published.sources } } };
}

/** Sets what a source has; null when it is removed. */
export function sourceChange(name: string, source: SourceRecord | null): RecordChange {
  const key = SOURCE_KEYS + name;
  if (source === null) return { kind: 'import', key, remove: true };
  const value: Json = { ...source, files: [...source.files] };
  return { kind: 'import', key, value };
}
