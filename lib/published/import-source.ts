/**
 * The import of one source: reads its files, holds the result against what the source had, follows its pointers, and
 * writes its tables. Nothing comes into force here; `publish` does that for all sources of a run together.
 */
import { PointerMap } from '../allocation/pointers.ts';
import type { RowRefusal } from '../allocation/published.ts';
import type { FetchFile } from './follow/fetch-file.ts';
import { type FollowCounts, followPointers } from './follow/follow.ts';
import { takeFollowedRows } from './follow/followed-rows.ts';
import { readSources, type SourceRecord } from './import-records.ts';
import { type Publisher, type Shelves, stageTable } from './publish.ts';
import type { FileAccount, PublishedFile } from './read-rows.ts';
import { type IntakeResult, SourceIntake } from './source-intake.ts';
import { readTable } from './stored-table.ts';

export interface SourceRequest {
  readonly name: string;
  readonly files: readonly SourceFile[];
  /** Whether a source may lose more than half of what it had. */
  readonly allowShrink: boolean;
  /** Whether nothing is to be written or fetched. */
  readonly dryRun: boolean;
  /** Fetches the files that pointers lead to; null when they are not followed. */
  readonly fetchFile: FetchFile | null;
}

export interface SourceFile {
  readonly name: string;
  readonly open: () => Promise<PublishedFile>;
}

export interface ImportHooks {
  readonly onRefusal: (file: string, refusal: RowRefusal) => void;
  /** Told after every chunk how much was taken and refused of the file that is being read. */
  readonly onRows?: (taken: number, refused: number) => void;
  readonly onFile?: (file: FileReport) => void;
  readonly onFetchFailure?: (url: string, reason: string) => void;
  readonly onFetched?: (done: number, total: number) => void;
}

export interface FileReport extends FileAccount {
  readonly name: string;
  readonly taken: number;
  readonly refused: number;
}

/** What becomes of one source. */
export interface SourceReport {
  readonly name: string;
  /**
   * `taken`: it will be replaced. `empty`: nothing usable was read, so it stays as it was. `shrunk`: it would lose more
   * than half of what it had of a family and may not, so it stays as it was.
   */
  readonly outcome: 'taken' | 'empty' | 'shrunk';
  readonly now: Omit<IntakeResult, 'table'>;
  /** What it had; null for a new source. */
  readonly before: SourceRecord | null;
  readonly refused: number;
  /** What to put into force; null in a dry run and for a source that stays as it was. */
  readonly record: SourceRecord | null;
}

export interface ImportReport {
  readonly source: SourceReport;
  /** The files that its pointers lead to, a source of its own; null when they are not followed. */
  readonly followed: FollowReport | null;
}

export interface FollowReport {
  readonly pointers: number;
  readonly files: number;
  /** Null in a dry run. */
  readonly fetches: FollowCounts | null;
  readonly source: SourceReport | null;
}

/** Name of the source that a source's followed files make up. */
export function followedName(name: string): string {
  return `${name}+followed`;
}

/** Imports one source up to the point where it can be put into force. */
export async function importSource(
  shelves: Shelves,
  request: SourceRequest,
  publisher: Publisher,
  hooks: ImportHooks,
): Promise<ImportReport> {
  const { name, files, fetchFile } = request;
  const intake = intakeFor(hooks, fetchFile !== null);
  let cutShort = false;
  for (const { name: file, open } of files) {
    const [taken, refused] = [intake.taken, intake.refused];
    const account = await intake.read(file, await open());
    cutShort ||= account.brokenOff !== null;
    hooks.onFile?.({
      ...account,
      name: file,
      taken: intake.taken - taken,
      refused: intake.refused - refused,
    });
  }
  const { pointers } = intake;
  const isUsable = intake.taken > 0 || pointers.length > 0;
  const source = await settle(shelves, request, name, intake, cutShort, publisher);
  const mayFollow = fetchFile !== null && isUsable && source.outcome !== 'shrunk';
  const followed = mayFollow ? await follow(shelves, request, intake, fetchFile, publisher, hooks) : null;
  return { source, followed };
}

function intakeFor(hooks: ImportHooks, keepPointers: boolean): SourceIntake {
  const intake: SourceIntake = new SourceIntake({
    keepPointers,
    onRefusal: hooks.onRefusal,
    onProgress: () => hooks.onRows?.(intake.taken, intake.refused),
  });
  return intake;
}

async function follow(
  shelves: Shelves,
  request: SourceRequest,
  { pointers }: SourceIntake,
  fetchFile: FetchFile,
  publisher: Publisher,
  hooks: ImportHooks,
): Promise<FollowReport> {
  const map = new PointerMap(pointers);
  const urls = map.urls();
  const counts = { pointers: pointers.length, files: urls.length };
  if (request.dryRun || urls.length === 0) return { ...counts, fetches: null, source: null };
  const fetches = await followPointers(shelves, urls, fetchFile, publisher, {
    onFailure: (url, reason) => hooks.onFetchFailure?.(url, reason),
    onProgress: (done, total) => hooks.onFetched?.(done, total),
  });
  const intake = intakeFor({ onRefusal: hooks.onRefusal }, false);
  await takeFollowedRows(shelves, map, intake, publisher.clock());
  const name = followedName(request.name);
  return { ...counts, fetches, source: await settle(shelves, request, name, intake, false, publisher) };
}

/** Decides what becomes of the source, and writes its table when it is to be replaced. */
async function settle(
  { records, blobs }: Shelves,
  { allowShrink, dryRun, files }: SourceRequest,
  name: string,
  intake: SourceIntake,
  cutShort: boolean,
  publisher: Publisher,
): Promise<SourceReport> {
  const before = (await readSources(records)).get(name) ?? null;
  const { refused } = intake;
  if (intake.taken === 0)
    return { name, outcome: 'empty', now: { ipv4: 0, ipv6: 0 }, before, refused, record: null };
  // What broke off says nothing of what came after, so it adds to what the source had and takes nothing away.
  const kept = cutShort && before !== null ? await readTable(blobs, before.table) : null;
  const { table, ...now } = intake.finish(kept?.ok ? kept.value : undefined);
  const shrunk = before !== null && !allowShrink && losesMoreThanHalf(before, now);
  const report = { name, outcome: shrunk ? 'shrunk' : 'taken', now, before, refused } as const;
  if (dryRun || shrunk) return { ...report, record: null };
  const record = {
    table: await stageTable(blobs, table, publisher),
    ...now,
    refused,
    files: files.map((file) => file.name),
    at: publisher.clock(),
  };
  return { ...report, record };
}

/** Counted by family: a dump of IPv4 that takes the place of both has lost all of IPv6, few as that may have been. */
function losesMoreThanHalf(before: SourceRecord, now: Omit<IntakeResult, 'table'>): boolean {
  return now.ipv4 * 2 < before.ipv4 || now.ipv6 * 2 < before.ipv6;
}
