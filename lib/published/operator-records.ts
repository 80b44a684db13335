/**
 * Operator entries as records of kind `allocation`, in the order of the address space.
 */
import * as z from 'zod/mini';
import type { Allocation } from '../allocation/allocation.ts';
import { allocationOf, entryOf, operatorEntrySchema } from '../allocation/operator-entry.ts';
import { formatPrefix, type Prefix, parsePrefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import type { AuditEntry, Json, Page, RecordStore, StoredRecord } from '../store/records.ts';

const storedSchema = z.object({
  prefix: z.string(),
  /** When it was entered: epoch seconds. */
  date: z.int().check(z.minimum(0)),
  entry: operatorEntrySchema,
});

/** Who changes an entry, and when (epoch milliseconds). */
export interface Act {
  readonly actor: string;
  readonly at: number;
}

/** The entry for exactly this block; null when there is none. Throws when what is stored cannot be understood. */
export async function getEntry(records: RecordStore, prefix: Prefix): Promise<Allocation | null> {
  const stored = await records.getRecord('allocation', keyOf(prefix));
  return stored === null ? null : must(stored);
}

/** Enters a statement, in place of the one the block had; resolves to whether it had one. */
export async function putEntry(records: RecordStore, allocation: Allocation, act: Act): Promise<boolean> {
  const { prefix } = allocation;
  const key = keyOf(prefix);
  const before = await records.getRecord('allocation', key);
  const value = recordValue(allocation);
  const audit = auditOf(prefix, act, 'put', { before: before?.value ?? null, after: value });
  await records.changeRecords([{ kind: 'allocation', key, value }], audit);
  return before !== null;
}

/** Removes the block's entry; false when it had none. */
export async function deleteEntry(records: RecordStore, prefix: Prefix, act: Act): Promise<boolean> {
  const key = keyOf(prefix);
  const stored = await records.getRecord('allocation', key);
  if (stored === null) return false;
  const audit = auditOf(prefix, act, 'delete', { before: stored.value });
  await records.changeRecords([{ kind: 'allocation', key, remove: true }], audit);
  return true;
}

/** Entries of blocks after `after` in the order of the address space, IPv4 first; a wider block before those in it. */
export async function listEntries(
  records: RecordStore,
  { after, limit }: { readonly after: Prefix | null; readonly limit: number },
): Promise<Page<Allocation>> {
  const page = await records.listRecords('allocation', {
    limit,
    ...(after === null ? {} : { after: keyOf(after) }),
  });
  const items = page.items.map(must);
  const last = items.at(-1);
  return { items, next: page.next === null || last === undefined ? null : formatPrefix(last.prefix) };
}

/** What a record says; a sentence when this version cannot understand it. */
export function readEntry({ key, value }: StoredRecord): Result<Allocation, string> {
  const stored = z.safeParse(storedSchema, value);
  if (!stored.success) return fail(`operator entry ${key} is not as this version writes them`);
  const { prefix, entry, date } = stored.data;
  const block = parsePrefix(prefix);
  if (!block.ok) return fail(`operator entry ${key}: ${block.error.detail}`);
  const allocation = allocationOf(block.value, entry, date);
  return allocation.ok
    ? ok(allocation.value)
    : fail(`operator entry ${key}: ${allocation.error.map(({ detail }) => detail).join('; ')}`);
}

function must(stored: StoredRecord): Allocation {
  const entry = readEntry(stored);
  if (!entry.ok) throw new Error(entry.error);
  return entry.value;
}

function recordValue(allocation: Allocation): { readonly [name: string]: Json } {
  const { prefix, date } = allocation;
  const entry: Record<string, Json> = {};
  for (const [name, value] of Object.entries(entryOf(allocation)))
    if (value !== undefined) entry[name] = value;
  return { prefix: formatPrefix(prefix), date, entry };
}

function auditOf(prefix: Prefix, { actor, at }: Act, act: string, detail: Json): AuditEntry {
  return { at, actor, act: `allocation.${act}`, target: formatPrefix(prefix), reason: null, detail };
}

/** Family, first address in hexadecimal digits, length: text order is address order. */
function keyOf({ family, w0, w1, w2, w3, length }: Prefix): string {
  const words = family === 4 ? [w0] : [w0, w1, w2, w3];
  const digits = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  return `${family}/${digits}/${String(length).padStart(3, '0')}`;
}
