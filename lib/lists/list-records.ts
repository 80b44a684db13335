/**
 * List entries as records of the kinds `allow` and `block`, in the order of the address space.
 *
 * One block can have an entry by hand and one from each imported file: an import replaces its own and nobody else's. Where
 * one is asked for, the entry by hand stands before the others.
 */
import { formatPrefix, type Prefix, parsePrefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import { RecordFields } from '../store/record-fields.ts';
import type { AuditEntry, Json, Page, RecordChange, RecordStore, StoredRecord } from '../store/records.ts';
import { LISTS, type ListEntry, type ListName } from './list-entry.ts';

/** Who changes a list, when (epoch milliseconds), and why. */
export interface ListAct {
  readonly actor: string;
  readonly at: number;
  readonly reason: string | null;
}

/** Records read at a time. */
const PAGE = 1000;

/** The entries of a list for exactly this block, the one by hand first. Throws when what is stored cannot be understood. */
export async function getEntries(
  records: RecordStore,
  list: ListName,
  prefix: Prefix,
): Promise<readonly ListEntry[]> {
  return (await readBlock(records, list, prefix)).map((stored) => must(list, stored));
}

/** Enters a block by hand, in place of the entry by hand it had; resolves to whether it had one. */
export async function putEntry(
  records: RecordStore,
  wanted: Pick<ListEntry, 'list' | 'prefix' | 'reason' | 'expires'>,
  act: ListAct,
): Promise<boolean> {
  const { list, prefix, reason, expires } = wanted;
  const entry: ListEntry = { list, prefix, reason, expires, author: act.actor, at: act.at, source: null };
  const before = await records.getRecord(list, entryKey(prefix, null));
  const change = entryChange(entry);
  const detail = { before: before?.value ?? null, after: recordValue(entry) };
  await records.changeRecords(
    [change],
    auditOf(list, 'put', formatPrefix(prefix), { ...act, reason }, detail),
  );
  return before !== null;
}

/**
 * Removes every entry of a list for exactly this block; false when there is none. An imported one comes back with the next
 * import of its file: to overrule it for good, enter the block in the other list.
 */
export async function deleteEntries(
  records: RecordStore,
  list: ListName,
  prefix: Prefix,
  act: ListAct,
): Promise<boolean> {
  const found = await readBlock(records, list, prefix);
  if (found.length === 0) return false;
  const changes = found.map(({ key }): RecordChange => ({ kind: list, key, remove: true }));
  const detail = { before: found.map(({ value }) => value) };
  await records.changeRecords(changes, auditOf(list, 'delete', formatPrefix(prefix), act, detail));
  return true;
}

/** Entries of a list in address order, IPv4 first; `after` is the `next` of the part before. */
export async function listEntries(
  records: RecordStore,
  list: ListName,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<Page<ListEntry>> {
  const { items, next } = await records.listRecords(list, page);
  return { items: items.map((stored) => must(list, stored)), next };
}

/** All entries of a list. One that this version cannot understand is told of and left out. */
export async function readEntries(
  records: RecordStore,
  list: ListName,
  onError: (error: unknown) => void,
): Promise<readonly ListEntry[]> {
  const entries: ListEntry[] = [];
  let after: string | undefined;
  do {
    const page = await records.listRecords(list, { limit: PAGE, after });
    for (const stored of page.items) {
      const entry = entryOf(list, stored);
      if (entry.ok) entries.push(entry.value);
      else onError(new Error(entry.error));
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return entries;
}

/** All entries of both lists. */
export async function readLists(
  records: RecordStore,
  onError: (error: unknown) => void,
): Promise<readonly ListEntry[]> {
  const lists = await Promise.all(LISTS.map((list) => readEntries(records, list, onError)));
  return lists.flat();
}

export function entryChange(entry: ListEntry): RecordChange {
  return { kind: entry.list, key: entryKey(entry.prefix, entry.source), value: recordValue(entry) };
}

export function removalOf({ list, prefix, source }: ListEntry): RecordChange {
  return { kind: list, key: entryKey(prefix, source), remove: true };
}

export function auditOf(
  list: ListName,
  act: string,
  target: string,
  { actor, at, reason }: ListAct,
  detail: Json,
): AuditEntry {
  return { at, actor, act: `list.${list}.${act}`, target, reason, detail };
}

async function readBlock(
  records: RecordStore,
  list: ListName,
  prefix: Prefix,
): Promise<readonly StoredRecord[]> {
  const key = entryKey(prefix, null);
  const found: StoredRecord[] = [];
  const byHand = await records.getRecord(list, key);
  if (byHand !== null) found.push(byHand);
  let after = key;
  for (;;) {
    const { items, next } = await records.listRecords(list, { after, limit: PAGE });
    const own = items.filter((stored) => stored.key.startsWith(`${key} `));
    found.push(...own);
    if (next === null || own.length < items.length) return found;
    after = next;
  }
}

function entryOf(list: ListName, { key, value }: StoredRecord): Result<ListEntry, string> {
  const fields = new RecordFields(value);
  const entry = {
    list,
    reason: fields.text('reason'),
    expires: fields.nullable('expires', (at, name) => at.number(name)),
    author: fields.text('author'),
    at: fields.number('at'),
    source: fields.nullable('source', (at, name) => at.text(name)),
  };
  const block = fields.text('prefix');
  if (!fields.sound) return fail(`${list} list: entry ${key} is not as this version writes them`);
  const prefix = parsePrefix(block);
  if (!prefix.ok) return fail(`${list} list: entry ${key}: ${prefix.error.detail}`);
  return ok({ ...entry, prefix: prefix.value });
}

function must(list: ListName, stored: StoredRecord): ListEntry {
  const entry = entryOf(list, stored);
  if (!entry.ok) throw new Error(entry.error);
  return entry.value;
}

function recordValue({ prefix, reason, expires, author, at, source }: ListEntry): Json {
  return { prefix: formatPrefix(prefix), reason, expires, author, at, source };
}

/** Family, first address in hexadecimal digits, length, source: text order is address order, the entry by hand first. */
function entryKey({ family, w0, w1, w2, w3, length }: Prefix, source: string | null): string {
  const words = family === 4 ? [w0] : [w0, w1, w2, w3];
  const digits = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  const block = `${family}/${digits}/${String(length).padStart(3, '0')}`;
  return source === null ? block : `${block} ${source}`;
}
