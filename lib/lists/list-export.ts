/**
 * A list as a file that `importList` takes back.
 */
import { equalPrefix } from '../net/prefix.ts';
import type { RecordStore } from '../store/records.ts';
import { isInForce, type ListName } from './list-entry.ts';
import { fileLines } from './list-file.ts';
import { readEntries } from './list-records.ts';
import { getSource, sourceEntries } from './list-sources.ts';

/**
 * The lines of a list, without line ends: entries in force at time `now` (epoch milliseconds) in address order, each block
 * once. Of one imported file with the notice it came with, or of all (null). Throws when an entry cannot be understood.
 */
export async function* exportList(
  records: RecordStore,
  list: ListName,
  source: string | null,
  now: number,
): AsyncGenerator<string> {
  const entries =
    source === null
      ? await readEntries(records, list, (error) => {
          throw error;
        })
      : await sourceEntries(records, list, source);
  const inForce = entries.filter((entry) => isInForce(entry, now));
  const blocks = inForce.filter((entry, i) => {
    const before = inForce[i - 1];
    return before === undefined || !equalPrefix(before.prefix, entry.prefix);
  });
  const state = source === null ? null : await getSource(records, list, source);
  yield* fileLines(state?.notice ?? [], blocks);
}
