/**
 * Puts the tables of all sources together and into force: sources first, the combined table next, one record last.
 *
 * The record that names the sources' tables and the combined one is replaced in a single write, so a process sees the
 * old state or the new. Imports may run side by side: each looks at the sources again after its own write, and combines
 * anew when another has added one meanwhile, so whoever writes last has seen everything.
 */
import { AllocationRows } from '../allocation/rows.ts';
import { AllocationTable } from '../allocation/table.ts';
import { visibleAllocations } from '../allocation/visible.ts';
import { fail, ok, type Result } from '../result.ts';
import type { AuditEntry, BlobStore, Json, RecordStore } from '../store/records.ts';
import {
  type PublishedRecord,
  publishedChange,
  readPublished,
  readSources,
  type SourceRecord,
  sourceChange,
} from './import-records.ts';
import {
  deleteTable,
  listTables,
  madeAt,
  newTableId,
  readTable,
  type TableId,
  writeTable,
} from './stored-table.ts';

/** Where sources and tables are kept. */
export interface Shelves {
  readonly records: RecordStore;
  readonly blobs: BlobStore;
}

/** Time, chance and name of whoever publishes. */
export interface Publisher {
  /** Now, in epoch milliseconds. */
  readonly clock: () => number;
  /** A random text of letters and digits. */
  readonly chance: () => string;
  /** For the audit. */
  readonly actor: string;
}

/** New states of sources by name; null removes one. */
export type SourceChanges = ReadonlyMap<string, SourceRecord | null>;

type Sources = ReadonlyMap<string, SourceRecord>;

/** Tables that nothing names are left over from a run that was killed; after this time nobody is still writing them. */
const LEFT_OVER_MS = 24 * 3_600_000;
/** How often sources may change under our hands before we give up. */
const ATTEMPTS = 10;

/** Writes a source's table; it comes into force with `publish`. */
export async function stageTable(
  blobs: BlobStore,
  table: AllocationTable,
  { clock, chance }: Publisher,
): Promise<TableId> {
  const now = clock();
  const id = newTableId(now, chance());
  await writeTable(blobs, id, table, now);
  return id;
}

/** Puts the changed sources into force, with all others as they are; the sentence says why that cannot be done. */
export async function publish(
  shelves: Shelves,
  changes: SourceChanges,
  publisher: Publisher,
): Promise<Result<PublishedRecord, string>> {
  const { records } = shelves;
  const retired = new Set(namedTables(await readPublished(records), await readSources(records)));
  let pending: SourceChanges = changes;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const wanted = changed(await readSources(records), pending);
    const combined = await combine(shelves.blobs, wanted, publisher);
    if (!combined.ok) {
      if (combined.error.retry) continue;
      return fail(combined.error.detail);
    }
    const published = await swap(records, wanted, combined.value, pending, publisher);
    for (const id of namedTables(published, wanted)) retired.add(id);
    pending = new Map();
    if (!isUpToDate(published, await readSources(records))) continue;
    await removeRetired(shelves, retired, publisher.clock());
    return ok(published);
  }
  return fail('other imports keep changing the sources; try again when they are done');
}

/** The one write that puts the sources and their combination into force. */
async function swap(
  records: RecordStore,
  sources: Sources,
  table: TableId | null,
  changes: SourceChanges,
  { clock, actor }: Publisher,
): Promise<PublishedRecord> {
  const before = await readPublished(records);
  const at = clock();
  const published: PublishedRecord = {
    table,
    previous: before.table === table ? before.previous : before.table,
    sources: Object.fromEntries([...sources].map(([name, source]) => [name, source.table])),
    at,
  };
  const audit: AuditEntry = {
    at,
    actor,
    act: changes.size === 0 ? 'import.combine' : 'import.publish',
    target: [...changes.keys()].join(', ').slice(0, 300) || 'published',
    reason: null,
    detail: { table, before: before.table, sources: auditOf(changes) },
  };
  const sourceChanges = [...changes].map(([name, source]) => sourceChange(name, source));
  await records.changeRecords([...sourceChanges, publishedChange(published)], audit);
  return published;
}

function auditOf(changes: SourceChanges): Json {
  return Object.fromEntries(
    [...changes].map(([name, source]) => [
      name,
      source && { ipv4: source.ipv4, ipv6: source.ipv6, refused: source.refused, files: [...source.files] },
    ]),
  );
}

interface CombineFault {
  readonly detail: string;
  /** Whether looking at the sources again may help: another import replaced one while we read it. */
  readonly retry: boolean;
}

/** The table of all sources: none for none, a single one's own, else a new one that shows what each still shows. */
async function combine(
  blobs: BlobStore,
  sources: Sources,
  publisher: Publisher,
): Promise<Result<TableId | null, CombineFault>> {
  const [only, ...others] = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
  if (only === undefined) return ok(null);
  if (others.length === 0) return ok(only[1].table);
  const rows = new AllocationRows();
  for (const [name, source] of [only, ...others]) {
    const table = await readTable(blobs, source.table);
    if (!table.ok) {
      const { kind, detail } = table.error;
      return fail({
        detail: `what is kept of source ${name} cannot be read (${detail}): import or remove it`,
        retry: kind === 'missing',
      });
    }
    for (const allocation of visibleAllocations(table.value)) rows.add(allocation);
  }
  return ok(await stageTable(blobs, AllocationTable.from(rows), publisher));
}

function changed(sources: Sources, changes: SourceChanges): Sources {
  const wanted = new Map(sources);
  for (const [name, source] of changes) {
    if (source === null) wanted.delete(name);
    else wanted.set(name, source);
  }
  return wanted;
}

function isUpToDate({ sources }: PublishedRecord, present: Sources): boolean {
  const names = Object.keys(sources);
  return names.length === present.size && names.every((name) => present.get(name)?.table === sources[name]);
}

function namedTables({ table, previous }: PublishedRecord, sources: Sources): TableId[] {
  const own = [...sources.values()].map((source) => source.table);
  return [table, previous, ...own].filter((id) => id !== null);
}

/** Removes tables that were in use and are no more, and those left over from runs that never came to their end. */
async function removeRetired(
  { records, blobs }: Shelves,
  retired: ReadonlySet<TableId>,
  now: number,
): Promise<void> {
  const inUse = new Set(namedTables(await readPublished(records), await readSources(records)));
  for (const id of await listTables(blobs)) {
    const isLeftOver = madeAt(id) < now - LEFT_OVER_MS;
    if (!inUse.has(id) && (retired.has(id) || isLeftOver)) await deleteTable(blobs, id);
  }
}
