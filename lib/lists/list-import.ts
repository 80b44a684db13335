/**
 * A list file into a list: what the file has is entered under the file's name, and what that name had before and the file
 * has no longer is removed, all in one change. Entries by hand and of other files are not touched.
 *
 * A file that suddenly has less than half of what it had is refused unless the operator insists: an empty download must not
 * open the gates, nor a broken allow list close them.
 */
import { LineSplitter } from '../allocation/lines.ts';
import { formatPrefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import type { RecordChange, RecordStore } from '../store/records.ts';
import { isSourceName, type ListEntry, type ListName } from './list-entry.ts';
import { type ListedBlock, ListFileReader, type RefusedLine } from './list-file.ts';
import { auditOf, entryChange, type ListAct, removalOf } from './list-records.ts';
import { sourceChange, sourceEntries } from './list-sources.ts';

export interface ListImport {
  readonly list: ListName;
  /** The file's name by which a newer one replaces it (`isSourceName`). */
  readonly source: string;
  /** When its entries lapse unless the file is imported again: epoch milliseconds; null for never. */
  readonly expires: number | null;
  /** Take the file although it has less than half of what it had, or nothing. */
  readonly allowShrink: boolean;
  /** Say what would be, and change nothing. */
  readonly dryRun?: boolean;
}

export interface ListImportOutcome {
  /** Entries the source has now. */
  readonly entries: number;
  readonly added: number;
  /** Had another reason or expiry before. */
  readonly changed: number;
  readonly removed: number;
  /** Lines that repeat a block. */
  readonly repeated: number;
  readonly refused: readonly RefusedLine[];
  /** Refused lines beyond those named. */
  readonly refusedBeyond: number;
}

export interface ListImportFailure {
  readonly kind: 'bad-source' | 'too-large' | 'shrunk';
  readonly detail: string;
  readonly refused: readonly RefusedLine[];
}

/** Blocks of one file. */
export const MAX_FILE_ENTRIES = 200_000;
/** Refused lines that are named. */
const MAX_NAMED = 1000;
/** Below this many a list may well lose more than half. */
const SHRINK_FROM = 10;

/** Imports a file, given as chunks of bytes (UTF-8); durable when it resolves. */
export async function importList(
  records: RecordStore,
  file: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: ListImport,
  act: ListAct,
): Promise<Result<ListImportOutcome, ListImportFailure>> {
  const { list, source } = options;
  if (!isSourceName(source))
    return refuse('bad-source', 'source: a-z, 0-9, dots and hyphens are expected', []);
  const contents = await readFile(file);
  const { blocks, refused } = contents;
  if (blocks.size > MAX_FILE_ENTRIES) {
    return refuse('too-large', `file: at most ${MAX_FILE_ENTRIES} entries are taken`, refused);
  }
  const before = await sourceEntries(records, list, source);
  const shrunk = shrinkage(before.length, blocks.size);
  if (shrunk !== null && !options.allowShrink) return refuse('shrunk', shrunk, refused);
  const plan = planOf(before, blocks, options, act);
  const { entries, added, changed, removed } = plan;
  const { repeated, refusedBeyond } = contents;
  const outcome = { entries, added, changed, removed, repeated, refused, refusedBeyond };
  if (options.dryRun === true) return ok(outcome);
  const counts = { entries, added, changed, removed, refused: refused.length + refusedBeyond };
  const state = sourceChange(list, source, { ...counts, at: act.at, notice: contents.notice });
  await records.changeRecords([...plan.changes, state], auditOf(list, 'import', source, act, counts));
  return ok(outcome);
}

/** Removes everything a source has; resolves to how many entries. */
export async function removeSource(
  records: RecordStore,
  list: ListName,
  source: string,
  act: ListAct,
): Promise<number> {
  const before = await sourceEntries(records, list, source);
  const changes = [...before.map(removalOf), sourceChange(list, source, null)];
  await records.changeRecords(
    changes,
    auditOf(list, 'remove-source', source, act, { removed: before.length }),
  );
  return before.length;
}

interface FileContents {
  /** By canonical text. */
  readonly blocks: ReadonlyMap<string, ListedBlock>;
  readonly notice: readonly string[];
  readonly repeated: number;
  readonly refused: readonly RefusedLine[];
  readonly refusedBeyond: number;
}

async function readFile(file: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<FileContents> {
  const reader = new ListFileReader();
  const blocks = new Map<string, ListedBlock>();
  const refused: RefusedLine[] = [];
  let repeated = 0;
  let refusedBeyond = 0;
  for await (const line of linesOf(file)) {
    const read = reader.line(line);
    if (read === undefined) continue;
    if ('line' in read) {
      if (refused.length < MAX_NAMED) refused.push(read);
      else refusedBeyond++;
      continue;
    }
    const key = formatPrefix(read.prefix);
    if (blocks.has(key)) repeated++;
    else blocks.set(key, read);
    if (blocks.size > MAX_FILE_ENTRIES) break;
  }
  return { blocks, notice: reader.notice, repeated, refused, refusedBeyond };
}

async function* linesOf(file: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string> {
  const splitter = new LineSplitter('utf-8');
  for await (const chunk of file) yield* splitter.push(chunk);
  yield* splitter.end();
}

interface Plan extends Pick<ListImportOutcome, 'entries' | 'added' | 'changed' | 'removed'> {
  readonly changes: readonly RecordChange[];
}

function planOf(
  before: readonly ListEntry[],
  blocks: ReadonlyMap<string, ListedBlock>,
  { list, source, expires }: ListImport,
  { actor, at }: ListAct,
): Plan {
  const former = new Map(before.map((entry) => [formatPrefix(entry.prefix), entry]));
  const changes: RecordChange[] = [];
  let added = 0;
  for (const [key, { prefix, comment }] of blocks) {
    const reason = comment === '' ? `listed by ${source}` : comment;
    const had = former.get(key);
    if (had?.reason === reason && had.expires === expires) continue;
    if (had === undefined) added++;
    changes.push(entryChange({ list, prefix, reason, expires, author: actor, at, source }));
  }
  const changed = changes.length - added;
  const gone = before.filter((entry) => !blocks.has(formatPrefix(entry.prefix)));
  changes.push(...gone.map(removalOf));
  return { entries: blocks.size, added, changed, removed: gone.length, changes };
}

/** Why the file has suspiciously little, as a sentence; null when it has not. */
function shrinkage(before: number, now: number): string | null {
  if (now > 0 && (before < SHRINK_FROM || now * 2 >= before)) return null;
  return now === 0 ? 'file: it has no entry' : `file: it has ${now} entries where it had ${before}`;
}

function refuse(
  kind: ListImportFailure['kind'],
  detail: string,
  refused: readonly RefusedLine[],
): Result<never, ListImportFailure> {
  return fail({ kind, detail, refused });
}
