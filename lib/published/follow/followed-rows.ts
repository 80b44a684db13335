/**
 * The rows of followed files, each held to the space of the objects that point to its file.
 */
import type { PointerMap } from '../../allocation/pointers.ts';
import { PrefixlenReader } from '../../allocation/prefixlen.ts';
import { linesOf } from '../file-lines.ts';
import type { Shelves } from '../publish.ts';
import type { SourceIntake } from '../source-intake.ts';
import { readFileRecord } from './file-records.ts';

/** What was not confirmed for this long is no longer believed. */
const STALE_MS = 90 * 86_400_000;

/** Takes in the rows of every file that is kept, fetched now or before; `now` is epoch milliseconds. */
export async function takeFollowedRows(
  { records, blobs }: Shelves,
  pointers: PointerMap,
  intake: SourceIntake,
  now: number,
): Promise<void> {
  for (const url of pointers.urls()) {
    const { blob, confirmedAt, fetchedAt } = await readFileRecord(records, url);
    const bytes = blob === null || confirmedAt < now - STALE_MS ? null : await blobs.getBlob(blob);
    if (bytes === null) continue;
    const reader = new PrefixlenReader({
      reference: url,
      date: Math.floor(fetchedAt / 1000),
      within: (block) => pointers.speaksFor(url, block),
    });
    let number = 0;
    for (const line of linesOf(bytes)) {
      number++;
      const row = reader.line(line);
      if (row !== undefined) intake.take(url, row, number);
    }
  }
}
