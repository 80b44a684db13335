/**
 * One export: the state of the store read, walked, and put where it was wanted.
 */
import { once } from 'node:events';
import type { Format } from '../export/format.ts';
import { wholeOf } from '../export/landmarks.ts';
import { exportState } from '../export/state.ts';
import { walk } from '../export/walk.ts';
import { readLists } from '../lists/list-records.ts';
import { rungLengthsOf } from '../lookup/children.ts';
import type { Family } from '../net/address.ts';
import { equalPrefix } from '../net/prefix.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import type { LiveAllocations } from '../published/live.ts';
import type { Store } from '../store/port.ts';
import { progressBar } from './progress.ts';
import { Replacement } from './replacement.ts';
import type { Terminal } from './terminal.ts';

/** Where the lines of each family go: files, maybe the same one twice, or standard output. */
export type Target = Readonly<Record<Family, string>> | 'stdout';

export interface ExportJob {
  readonly store: Store;
  readonly allocations: LiveAllocations;
  readonly book: PolicyBook;
  readonly format: Format;
  readonly target: Target;
  readonly terminal: Terminal;
  /** To be asked often: whether to leave off. */
  readonly isStopped: () => boolean;
}

/** What came of it: lines written, and whether any file is another than before. */
export interface Exported {
  readonly lines: number;
  readonly isNew: boolean;
}

/** The export was told to leave off; everything is as it was. */
export class Stopped extends Error {}

interface Sink {
  write(text: string): Promise<void>;
}

const FAMILIES = [4, 6] as const satisfies readonly Family[];

/** Exports as of `now` (epoch milliseconds). Rejects with `BrokenOutput`, `Stopped`, or what the store says. */
export async function exportOnce(job: ExportJob, now: number): Promise<Exported> {
  const { target, terminal } = job;
  if (target === 'stdout') {
    const sink = standardOutput(terminal);
    return { lines: await writeLines(job, { 4: sink, 6: sink }, now), isNew: true };
  }
  const files: Replacement[] = [];
  try {
    for (const path of new Set(FAMILIES.map((family) => target[family])))
      files.push(await Replacement.begin(path));
    const [first, second = first] = files;
    if (first === undefined || second === undefined) throw new RangeError('an export has no file');
    const lines = await writeLines(job, { 4: first, 6: second }, now);
    // All are complete on disk before the first one takes its place.
    const news: boolean[] = [];
    for (const file of files) news.push(await file.finish());
    const isNew = news.includes(true);
    if (isNew) for (const file of files.splice(0)) await file.put();
    return { lines, isNew };
  } finally {
    for (const file of files) await file.discard();
  }
}

async function writeLines(
  job: ExportJob,
  sinks: Readonly<Record<Family, Sink>>,
  now: number,
): Promise<number> {
  const { store, allocations, book, format, terminal, isStopped } = job;
  const onError = (error: unknown): void => {
    terminal.stderr.write(`export: ${error instanceof Error ? error.message : String(error)}\n`);
  };
  const entries = await readLists(store.records, onError);
  const tables = allocations.tables();
  const state = await exportState({ store, tables, entries, book, withFaces: format.withFaces }, now);
  const bar = progressBar(
    'exporting ',
    terminal.stderr.isTTY === true ? await countWidest(store) : null,
    terminal,
  );
  let lines = 0;
  let done = 0;
  try {
    for (const family of FAMILIES) {
      const sink = sinks[family];
      for (const line of format.head(family)) await sink.write(`${line}\n`);
      const [widest] = rungLengthsOf(family);
      const said = walk(family, state, format, ({ prefix, ...landmark }) => {
        if (isStopped()) throw new Stopped('told to leave off');
        const isOwn = landmark.what === 'rung' && equalPrefix(landmark.rung.prefix, prefix);
        if (isOwn && prefix.length === widest) bar.update(++done);
      });
      for await (const block of said) {
        const line = format.line(block);
        if (line === null) continue;
        lines++;
        await sink.write(`${line}\n`);
      }
    }
  } finally {
    bar.stop();
  }
  return lines;
}

/** The widest blocks that something is known of: what progress is measured by. */
async function countWidest(store: Store): Promise<number> {
  let count = 0;
  for (const family of FAMILIES) {
    const [length = 0] = rungLengthsOf(family);
    let after: string | undefined;
    do {
      const page = await store.listRungs(wholeOf(family), length, { after, limit: 1000 });
      count += page.items.length;
      after = page.next ?? undefined;
    } while (after !== undefined);
  }
  return count;
}

function standardOutput({ stdout }: Terminal): Sink {
  return {
    write: async (text) => {
      if (!stdout.write(text)) await once(stdout, 'drain');
    },
  };
}
