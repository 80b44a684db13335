/**
 * What the import of a list file did, in words.
 */
import type { ListImport, ListImportOutcome } from '../lists/list-import.ts';
import { count } from './import-progress.ts';

/** One line, ended. */
export function listImportText(
  { entries, added, changed, removed, repeated, refused, refusedBeyond }: ListImportOutcome,
  { list, source, dryRun }: Pick<ListImport, 'list' | 'source' | 'dryRun'>,
): string {
  const kept = entries - added - changed;
  const parts = [
    `${count(added)} added`,
    `${count(changed)} changed`,
    `${count(kept)} kept`,
    `${count(removed)} removed`,
    ...(repeated === 0 ? [] : [`${count(repeated)} repeated`]),
    `${count(refused.length + refusedBeyond)} lines refused`,
  ];
  const has = dryRun ? 'would have' : 'has';
  return `${source} ${has} ${count(entries)} entries on the ${list} list: ${parts.join(', ')}\n`;
}
