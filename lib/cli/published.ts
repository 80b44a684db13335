/**
 * Published allocations from files, in either format they come in.
 */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { RowRefusal } from '../allocation/published.ts';
import type { AllocationRows } from '../allocation/rows.ts';
import { readRows } from '../published/read-rows.ts';
import { openInput } from './input.ts';
import { progressBar } from './progress.ts';
import type { Terminal } from './terminal.ts';

/** What came of a file. */
export interface PublishedCounts {
  readonly taken: number;
  readonly refused: number;
}

/**
 * Adds a file's allocations to `rows`; each refused row goes to `onRefusal`. Throws `BrokenInput` when the file cannot be
 * read to its end.
 */
export async function readPublished(
  path: string,
  rows: AllocationRows,
  onRefusal: (refusal: RowRefusal) => void,
  terminal: Terminal,
): Promise<PublishedCounts> {
  const input = await openInput(path, terminal.stdin);
  if (!input.ok) throw input.error;
  const { bytes, size, taken } = input.value;
  const reference = basename(path);
  const date = path === '-' ? 0 : Math.floor((await stat(path)).mtimeMs / 1000);
  const bar = progressBar(reference, size, terminal);
  const counts = { taken: 0, refused: 0 };
  try {
    const { brokenOff } = await readRows(
      { reference, date, bytes },
      {
        row: (row) => {
          if (row.ok) rows.add(row.value);
          else onRefusal(row.error);
          counts[row.ok ? 'taken' : 'refused']++;
        },
        progress: () => bar.update(taken()),
      },
    );
    if (brokenOff !== null) throw brokenOff;
  } finally {
    bar.stop();
  }
  return counts;
}
