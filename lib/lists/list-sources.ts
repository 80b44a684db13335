/**
 * What is known of imported files: a record of kind `import` for each, and the entries that are its own.
 */
import * as z from 'zod/mini';
import type { RecordChange, RecordStore } from '../store/records.ts';
import type { ListEntry, ListName } from './list-entry.ts';
import { readEntries } from './list-records.ts';

const count = z.number();

const sourceSchema = z.object({
  /** When it was imported last: epoch milliseconds. */
  at: z.number(),
  entries: count,
  added: count,
  changed: count,
  removed: count,
  refused: count,
  /** The comments before its first block. */
  notice: z.readonly(z.array(z.string())),
});
/** The last import of a file. */
export type ListSource = z.infer<typeof sourceSchema>;

/** The last import of a file; null when there was none. Throws when what is stored cannot be understood. */
export async function getSource(
  records: RecordStore,
  list: ListName,
  source: string,
): Promise<ListSource | null> {
  const stored = await records.getRecord('import', sourceKey(list, source));
  return stored === null ? null : z.parse(sourceSchema, stored.value);
}

/** Sets what is known of a file; null when it is removed. */
export function sourceChange(list: ListName, source: string, state: ListSource | null): RecordChange {
  const key = sourceKey(list, source);
  if (state === null) return { kind: 'import', key, remove: true };
  return { kind: 'import', key, value: { ...state, notice: [...state.notice] } };
}

/**
 * The entries a file has, in address order. Throws when one cannot be understood: it would be taken for missing, and an
 * import would lose it.
 */
export async function sourceEntries(
  records: RecordStore,
  list: ListName,
  source: string,
): Promise<readonly ListEntry[]> {
  const entries = await readEntries(records, list, (error) => {
    throw error;
  });
  return entries.filter((entry) => entry.source === source);
}

function sourceKey(list: ListName, source: string): string {
  return `list/${list}/${source}`;
}
