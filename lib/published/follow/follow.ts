/**
 * Keeps the files that pointers lead to: asks for those that are due, a few hosts at a time, and holds on to what it has
 * when a server fails or has nothing usable, for an empty answer must not clear what a network said before.
 */
import { PrefixlenReader } from '../../allocation/prefixlen.ts';
import type { RecordChange } from '../../store/records.ts';
import { linesOf } from '../file-lines.ts';
import type { Publisher, Shelves } from '../publish.ts';
import type { FetchFile } from './fetch-file.ts';
import { contentKey, type FileRecord, fileChange, forgottenFiles, readFileRecord } from './file-records.ts';
import { RETRY_MS } from './freshness.ts';

export interface FollowCounts {
  /** Files that came. */
  readonly fetched: number;
  /** Files that their servers said are unchanged. */
  readonly unchanged: number;
  /** Files that did not come; what is kept of them still counts. */
  readonly failed: number;
  /** Files that were not due. */
  readonly notDue: number;
  /** Files left to the next run: too many at once, or their host failed too often. */
  readonly postponed: number;
}

export interface FollowHooks {
  readonly onFailure: (url: string, reason: string) => void;
  /** Told after each file how many of how many were asked for. */
  readonly onProgress?: (done: number, total: number) => void;
}

interface Outcome {
  readonly kind: 'fetched' | 'unchanged' | 'failed';
  readonly file: FileRecord;
  /** Content that the file no longer has. */
  readonly obsolete: string | null;
}

const HOSTS_AT_ONCE = 8;
/** Files asked for in one run, those asked for longest ago first. */
const MAX_FILES = 10_000;
/** Failures in a row after which a host is left alone until the next run. */
const MAX_HOST_FAILURES = 3;
/** Records written together. */
const SAVE_EVERY = 100;

/** Asks for the files that are due; `urls` are each there once. */
export async function followPointers(
  shelves: Shelves,
  urls: readonly string[],
  fetchFile: FetchFile,
  publisher: Publisher,
  hooks: FollowHooks,
): Promise<FollowCounts> {
  const now = publisher.clock();
  const known: FileRecord[] = [];
  for (const url of urls) known.push(await readFileRecord(shelves.records, url));
  const due = known.filter(({ notBefore }) => notBefore <= now).sort((a, b) => a.checkedAt - b.checkedAt);
  const asked = due.slice(0, MAX_FILES);
  const ledger = new Ledger(shelves, publisher);
  const hosts = byHost(asked);
  let done = 0;
  const work = async (): Promise<void> => {
    for (let files = hosts.pop(); files !== undefined; files = hosts.pop()) {
      let failures = 0;
      for (const file of files) {
        if (failures < MAX_HOST_FAILURES) {
          const outcome = await askFor(file, fetchFile, shelves, publisher);
          failures = outcome.kind === 'failed' ? failures + 1 : 0;
          if (outcome.file.failure !== null) hooks.onFailure(file.url, outcome.file.failure);
          await ledger.enter(outcome);
        }
        hooks.onProgress?.(++done, asked.length);
      }
    }
  };
  await Promise.all(Array.from({ length: HOSTS_AT_ONCE }, work));
  await ledger.close();
  const { fetched, unchanged, failed } = ledger;
  const postponed = due.length - fetched - unchanged - failed;
  return { fetched, unchanged, failed, notDue: known.length - due.length, postponed };
}

async function askFor(
  file: FileRecord,
  fetchFile: FetchFile,
  { blobs }: Shelves,
  { clock }: Publisher,
): Promise<Outcome> {
  const answer = await fetchFile(file.url, file.blob === null ? null : file);
  const now = clock();
  const failed = (failure: string): Outcome => ({
    kind: 'failed',
    file: { ...file, checkedAt: now, notBefore: now + RETRY_MS, failure },
    obsolete: null,
  });
  if (!answer.ok) return failed(answer.error);
  const seen = { checkedAt: now, confirmedAt: now, notBefore: now + answer.value.freshMs, failure: null };
  if (answer.value.kind === 'unchanged') {
    return { kind: 'unchanged', file: { ...file, ...seen }, obsolete: null };
  }
  const { bytes, validators } = answer.value;
  if (!isUsable(bytes, file.url)) return failed('no line of it can be used');
  const blob = contentKey(file.url, bytes);
  if (blob !== file.blob) await blobs.putBlob(blob, bytes);
  return {
    kind: 'fetched',
    file: { ...file, ...seen, ...validators, blob, fetchedAt: now },
    obsolete: blob === file.blob ? null : file.blob,
  };
}

/** Whether one row can be read, wherever it is for: an error page in place of the file has none. */
function isUsable(bytes: Uint8Array, reference: string): boolean {
  const reader = new PrefixlenReader({ reference, date: 0 });
  for (const line of linesOf(bytes)) if (reader.line(line)?.ok === true) return true;
  return false;
}

/** The files of each host, in the order given. */
function byHost(files: readonly FileRecord[]): FileRecord[][] {
  const hosts = new Map<string, FileRecord[]>();
  for (const file of files) {
    const { host } = new URL(file.url);
    const own = hosts.get(host) ?? [];
    own.push(file);
    hosts.set(host, own);
  }
  return [...hosts.values()].reverse();
}

/** Writes what came of the files, many in one write, and removes content once nothing names it. */
class Ledger {
  fetched = 0;
  unchanged = 0;
  failed = 0;
  readonly #shelves: Shelves;
  readonly #publisher: Publisher;
  #waiting: Outcome[] = [];

  constructor(shelves: Shelves, publisher: Publisher) {
    this.#shelves = shelves;
    this.#publisher = publisher;
  }

  async enter(outcome: Outcome): Promise<void> {
    this[outcome.kind]++;
    this.#waiting.push(outcome);
    if (this.#waiting.length >= SAVE_EVERY) await this.#save();
  }

  async close(): Promise<void> {
    await this.#save();
    const { changes, blobs } = await forgottenFiles(this.#shelves, this.#publisher.clock());
    if (changes.length > 0) await this.#write(changes, blobs, 'import.forget');
  }

  async #save(): Promise<void> {
    const outcomes = this.#waiting;
    if (outcomes.length === 0) return;
    this.#waiting = [];
    const obsolete = outcomes.flatMap((outcome) => (outcome.obsolete === null ? [] : [outcome.obsolete]));
    await this.#write(
      outcomes.map(({ file }) => fileChange(file)),
      obsolete,
      'import.follow',
    );
  }

  async #write(changes: readonly RecordChange[], obsolete: readonly string[], act: string): Promise<void> {
    const { clock, actor } = this.#publisher;
    const { records, blobs } = this.#shelves;
    const detail = { fetched: this.fetched, unchanged: this.unchanged, failed: this.failed };
    const target = `${changes.length} files`;
    await records.changeRecords(changes, { at: clock(), actor, act, target, reason: null, detail });
    for (const blob of obsolete) await blobs.deleteBlob(blob);
  }
}
