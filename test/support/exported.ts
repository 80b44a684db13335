/** What an export of a store says, line by line. */
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import type { Format } from '../../lib/export/format.ts';
import { rbldnsd } from '../../lib/export/rbldnsd.ts';
import { exportState } from '../../lib/export/state.ts';
import { walk } from '../../lib/export/walk.ts';
import type { ListEntry } from '../../lib/lists/list-entry.ts';
import { DEFAULT_POLICY_BOOK, type PolicyBook } from '../../lib/policy/policy-book.ts';
import type { Store } from '../../lib/store/port.ts';
import { NOW } from './records.ts';

export interface Exported {
  readonly store: Store;
  readonly allocations?: readonly Allocation[];
  readonly entries?: readonly ListEntry[];
  readonly book?: PolicyBook;
  readonly now?: number;
}

export const ZONE = { nameServers: [], contact: 'hostmaster', withFaces: true, combined: false } as const;

export async function exportedLines(
  { store, allocations = [], entries = [], book = DEFAULT_POLICY_BOOK, now = NOW }: Exported,
  format: Format = rbldnsd({ ...ZONE, book }),
): Promise<readonly string[]> {
  const tables = {
    operator: AllocationTable.of(allocations.filter(({ origin }) => origin === 'operator')),
    published: AllocationTable.of(allocations.filter(({ origin }) => origin !== 'operator')),
  };
  const state = await exportState({ store, tables, entries, book, withFaces: format.withFaces }, now);
  const lines: string[] = [];
  for (const family of [4, 6] as const) {
    lines.push(...format.head(family));
    for await (const said of walk(family, state, format, () => undefined)) {
      const line = format.line(said);
      if (line !== null) lines.push(line);
    }
  }
  return lines;
}
