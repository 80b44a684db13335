/**
 * The records of kind `import`: which table is in force, which table each source has, what is known of each followed file.
 *
 * `published` is the root pointer: replacing it in one write replaces the table that every process answers from.
 */
import { RecordFields } from '../store/record-fields.ts';
import type { Json, RecordChange, RecordStore, StoredRecord } from '../store/records.ts';
import type { TableId } from './stored-table.ts';

/** The root pointer. */
export interface PublishedRecord {
  /** The table in force; null when no source is left. */
  readonly table: TableId | null;
  /** The one before, kept for whoever is reading it at the moment of the swap. */
  readonly previous: TableId | null;
  /** The sources it was built from, each with the table it had then. */
  readonly sources: Readonly<Record<string, TableId>>;
  /** When: epoch milliseconds. */
  readonly at: number;
}

/** What a source had when it was imported last. */
export interface SourceRecord {
  readonly table: TableId;
  /** Allocations that went in, by family, for the next import to compare with. */
  readonly ipv4: number;
  readonly ipv6: number;
  /** Lines or objects refused. */
  readonly refused: number;
  readonly files: readonly string[];
  /** When it was imported: epoch milliseconds. */
  readonly at: number;
}

const POINTER_KEY = 'published';
const SOURCE_KEYS = 'source/';
const PAGE = 500;

/** The root pointer; the one of an empty table when nothing was ever imported. */
export async function readPublished(records: RecordStore): Promise<PublishedRecord> {
  const stored = await records.getRecord('import', POINTER_KEY);
  if (stored === null) return { table: null, previous: null, sources: {}, at: 0 };
  const fields = new RecordFields(stored.value);
  const published = {
    table: fields.nullable('table', (at, name) => at.text(name)),
    previous: fields.nullable('previous', (at, name) => at.text(name)),
    sources: fields.textsByName('sources'),
    at: fields.number('at'),
  };
  return sound(published, fields, stored);
}

/** All sources by name. */
export async function readSources(records: RecordStore): Promise<ReadonlyMap<string, SourceRecord>> {
  const sources = new Map<string, SourceRecord>();
  let after: string | undefined = SOURCE_KEYS;
  while (after !== undefined) {
    const { items, next } = await records.listRecords('import', { after, limit: PAGE });
    after = next ?? undefined;
    for (const stored of items) {
      if (stored.key.startsWith(SOURCE_KEYS)) {
        sources.set(stored.key.slice(SOURCE_KEYS.length), sourceIn(stored));
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

function sourceIn(stored: StoredRecord): SourceRecord {
  const fields = new RecordFields(stored.value);
  const source = {
    table: fields.text('table'),
    ipv4: fields.number('ipv4'),
    ipv6: fields.number('ipv6'),
    refused: fields.number('refused'),
    files: fields.texts('files'),
    at: fields.number('at'),
  };
  return sound(source, fields, stored);
}

function sound<T>(value: T, fields: RecordFields, { key }: StoredRecord): T {
  if (!fields.sound) throw new Error(`the import record ${key} is not as this version writes them`);
  return value;
}
