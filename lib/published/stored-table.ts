/**
 * Tables at rest: each under an id of its own, its leaves written first and its root last, and never changed again. So
 * whoever knows an id reads that table and no mixture, and a table is removed by removing everything under its id.
 */
import { setImmediate } from 'node:timers/promises';
import { encodeTable, TableAssembler } from '../allocation/blocks.ts';
import { decodeRoot, type Root } from '../allocation/root.ts';
import { AllocationTable } from '../allocation/table.ts';
import { fail, ok, type Result } from '../result.ts';
import type { BlobStore } from '../store/records.ts';

/** `TIME-CHANCE`: ids sort by when their tables were written. */
export type TableId = string;

/** Why a table cannot be read: it is (no longer) there, or its bytes are not what they should be. */
export interface TableFault {
  readonly kind: 'missing' | 'damaged';
  readonly detail: string;
}

const FOLDER = 'published/table/';
/** Blobs written or read at a time: enough to share one flush to disk, few enough to hold in memory. */
const AT_ONCE = 64;
const TIME_DIGITS = 9;

/** An id never given before; `chance` is a random text of letters and digits. */
export function newTableId(now: number, chance: string): TableId {
  return `${now.toString(36).padStart(TIME_DIGITS, '0')}-${chance}`;
}

/** When the id was given: epoch milliseconds. */
export function madeAt(id: TableId): number {
  return Number.parseInt(id.slice(0, TIME_DIGITS), 36);
}

/** Where a leaf of the table lies. */
export function leafKey(table: TableId, leaf: string): string {
  return `${FOLDER}${table}/leaf/${leaf}`;
}

function rootKey(table: TableId): string {
  return `${FOLDER}${table}/root`;
}

/** Writes the table under the id; nobody reads it before somebody names the id. */
export async function writeTable(
  blobs: BlobStore,
  id: TableId,
  table: AllocationTable,
  now: number,
): Promise<void> {
  const { root, leaves } = encodeTable(table, { built: Math.floor(now / 1000) });
  await inBatches(leaves, (leaf) => blobs.putBlob(leafKey(id, leaf.id), leaf.bytes));
  await blobs.putBlob(rootKey(id), root);
}

/** The root alone: what a cold start begins with. */
export async function readRoot(blobs: BlobStore, id: TableId): Promise<Result<Root, TableFault>> {
  const bytes = await blobs.getBlob(rootKey(id));
  if (bytes === null) return fail({ kind: 'missing', detail: `table ${id} has no root` });
  const root = decodeRoot(bytes);
  return root.ok ? root : fail({ kind: 'damaged', detail: `table ${id}: ${root.error.detail}` });
}

/** Reads a whole table; lets others run in between, for a million rows take a second or two. */
export async function readTable(
  blobs: BlobStore,
  id: TableId | null,
): Promise<Result<AllocationTable, TableFault>> {
  if (id === null) return ok(AllocationTable.empty);
  const root = await readRoot(blobs, id);
  if (!root.ok) return root;
  const assembler = new TableAssembler(root.value);
  const { leaves } = root.value;
  for (let from = 0; from < leaves.length; from += AT_ONCE) {
    const batch = leaves.slice(from, from + AT_ONCE);
    for (const bytes of await Promise.all(batch.map((leaf) => blobs.getBlob(leafKey(id, leaf.id))))) {
      if (bytes === null) return fail({ kind: 'missing', detail: `table ${id} has lost a leaf` });
      const added = assembler.add(bytes);
      if (!added.ok) return fail({ kind: 'damaged', detail: `table ${id}: ${added.error.detail}` });
      await setImmediate();
    }
  }
  const table = assembler.finish();
  return table.ok ? table : fail({ kind: 'damaged', detail: `table ${id}: ${table.error.detail}` });
}

/** The ids of all tables that something of is there. */
export async function listTables(blobs: BlobStore): Promise<ReadonlySet<TableId>> {
  const keys = await blobs.listBlobs(FOLDER);
  return new Set(keys.map((key) => key.slice(FOLDER.length).split('/', 1)[0] ?? ''));
}

export async function deleteTable(blobs: BlobStore, id: TableId): Promise<void> {
  await inBatches(await blobs.listBlobs(`${FOLDER}${id}/`), (key) => blobs.deleteBlob(key));
}

async function inBatches<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(run));
  }
}
