/**
 * How far the last load into the table has come.
 */
import type { LoadMark } from '../../state.ts';
import { keyAttributes, present, text, textIn } from '../item.ts';
import { LOAD_MARK } from '../keys.ts';
import type { Table } from '../table.ts';

export async function getLoadMark(table: Table): Promise<LoadMark | null> {
  const item = await table.get(LOAD_MARK, { consistent: true });
  if (item === undefined) return null;
  const mark: LoadMark = JSON.parse(present(textIn(item, 'mark'), 'mark'));
  return mark;
}

export async function putLoadMark(table: Table, mark: LoadMark): Promise<void> {
  await table.put({ Item: { ...keyAttributes(LOAD_MARK), mark: text(JSON.stringify(mark)) } });
}
