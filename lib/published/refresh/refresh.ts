/**
 * Refreshes published allocations from the files that the operator lists, within the time at hand.
 *
 * Each file is read as it comes, never held whole, and put into force by itself; the one asked for longest ago is first. So
 * a run that has no time left leaves the rest to the next one. A file that breaks off adds to its source and takes nothing
 * away, as for `import`; it counts as failed, and the next run fetches all of it again.
 */

import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { OpenedFile, OpenFile } from '../follow/fetch-file.ts';
import { readSources, type SourceRecord } from '../import-records.ts';
import { type ImportReport, importSource } from '../import-source.ts';
import { type Publisher, publish, type Shelves } from '../publish.ts';
import { type RemoteRecord, readRemote, remoteChange } from './remote-records.ts';
import type { RefreshSource } from './source-list.ts';

/** What became of one source. */
export interface SourceOutcome {
  readonly name: string;
  /** `postponed`: no time was left; nothing was asked. */
  readonly outcome: 'refreshed' | 'unchanged' | 'failed' | 'postponed';
  /** Why it failed; null when it did not. */
  readonly reason: string | null;
  /** Lines or objects refused. */
  readonly refused: number;
  /** When its server last confirmed what is in force: epoch milliseconds, 0 for never. */
  readonly confirmedAt: number;
}

export interface RefreshParts {
  readonly shelves: Shelves;
  readonly publisher: Publisher;
  readonly openFile: OpenFile;
  /** Milliseconds left in this run. */
  readonly timeLeft: () => number;
}

type Opened = Extract<OpenedFile, { readonly kind: 'opened' }>;

/** A source is begun only with this much time left, */
const LEAST_MS = 60_000;
/** and reading it ends with this much: for writing the tables, its own and the one of all sources. */
const RESERVE_MS = 45_000;

/** Refreshes every source that there is time for; never rejects for a source's sake. */
export async function refreshSources(
  sources: readonly RefreshSource[],
  parts: RefreshParts,
): Promise<readonly SourceOutcome[]> {
  const { records } = parts.shelves;
  const known = await Promise.all(
    sources.map(async (source) => ({ source, remote: await readRemote(records, source.name, source.url) })),
  );
  const outcomes: SourceOutcome[] = [];
  for (const { source, remote } of known.sort((a, b) => a.remote.askedAt - b.remote.askedAt)) {
    const { name } = source;
    const { confirmedAt } = remote;
    if (parts.timeLeft() < LEAST_MS) {
      outcomes.push({ name, outcome: 'postponed', reason: null, refused: 0, confirmedAt });
      continue;
    }
    try {
      outcomes.push(await refreshOne(source, remote, parts));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      outcomes.push({ name, outcome: 'failed', reason, refused: 0, confirmedAt });
    }
  }
  return outcomes;
}

async function refreshOne(
  { name, url }: RefreshSource,
  remote: RemoteRecord,
  parts: RefreshParts,
): Promise<SourceOutcome> {
  const { shelves, publisher, openFile, timeLeft } = parts;
  const now = publisher.clock();
  // Of a source that somebody removed since, an unchanged file is news.
  const isThere = (await readSources(shelves.records)).has(name);
  const signal = AbortSignal.timeout(timeLeft() - RESERVE_MS);
  const opened = await openFile(url, isThere && remote.confirmedAt > 0 ? remote : null, signal);
  const note = async (seen: RemoteRecord, outcome: Omit<SourceOutcome, 'name' | 'confirmedAt'>) => {
    const audit = { at: now, actor: publisher.actor, act: 'import.refresh', target: name, reason: null };
    const detail = { outcome: outcome.outcome, reason: outcome.reason };
    await shelves.records.changeRecords([remoteChange(name, seen)], { ...audit, detail });
    return { name, ...outcome, confirmedAt: seen.confirmedAt };
  };
  const asked = { ...remote, askedAt: now };
  if (!opened.ok) return note(asked, { outcome: 'failed', reason: opened.error, refused: 0 });
  if (opened.value.kind === 'unchanged') {
    return note({ ...asked, confirmedAt: now }, { outcome: 'unchanged', reason: null, refused: 0 });
  }
  const taken = await take(name, url, opened.value, parts);
  const { refused } = taken;
  if (taken.reason !== null) return note(asked, { outcome: 'failed', reason: taken.reason, refused });
  const confirmed = { ...asked, ...opened.value.validators, confirmedAt: now };
  return note(confirmed, { outcome: 'refreshed', reason: null, refused });
}

/** Reads a file and puts it into force; why it did not all go in. */
async function take(
  name: string,
  url: string,
  { bytes, validators }: Opened,
  { shelves, publisher }: RefreshParts,
): Promise<{ readonly reason: string | null; readonly refused: number }> {
  const { pathname } = new URL(url);
  const made = Date.parse(validators.lastModified ?? '');
  const date = Math.floor(
    Math.min(Number.isNaN(made) ? Number.POSITIVE_INFINITY : made, publisher.clock()) / 1000,
  );
  const file = { reference: url, date, bytes: pathname.endsWith('.gz') ? unpacked(bytes) : bytes };
  const request = { name, allowShrink: false, dryRun: false, fetchFile: null };
  const broken: Error[] = [];
  const { source } = await importSource(
    shelves,
    { ...request, files: [{ name: url, open: () => Promise.resolve(file) }] },
    publisher,
    {
      onRefusal: () => undefined,
      onFile: ({ brokenOff }) => void (brokenOff !== null && broken.push(brokenOff)),
    },
  );
  const { refused, record } = source;
  if (record === null) return { reason: broken[0]?.message ?? whyKept(source), refused };
  const published = await publish(shelves, new Map<string, SourceRecord>([[name, record]]), publisher);
  if (!published.ok) return { reason: published.error, refused };
  return { reason: broken[0]?.message ?? null, refused };
}

function whyKept({ outcome }: ImportReport['source']): string {
  return outcome === 'empty'
    ? 'no line of it can be used'
    : 'it would lose more than half of what it had; see import --allow-shrink';
}

/** The pipeline's own end is seen by whoever reads: a broken file makes the reading throw. */
function unpacked(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), () => undefined);
}
