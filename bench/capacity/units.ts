/**
 * What calls of a table cost, by the sizes of the items they touch, as the developer guide has it: an item is as large as the names and
 * values of its attributes; a read is counted in steps of 4 kB (half as much when eventually consistent), a write in steps
 * of 1 kB of the larger of what was there and what comes, whether its condition holds or not.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../lib/store/dynamodb/item.ts';

const READ_STEP = 4096;
const WRITE_STEP = 1024;

/** Bytes of an item. */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value),
    0,
  );
}

/** Read units of one item of so many bytes; one that does not exist costs the least there is. */
export function readUnits(bytes: number, consistent: boolean): number {
  return Math.max(1, Math.ceil(bytes / READ_STEP)) * (consistent ? 1 : 0.5);
}

export function writeUnits(before: number, after: number): number {
  return Math.max(1, Math.ceil(Math.max(before, after) / WRITE_STEP));
}

/** A number takes a byte for two digits, and one more. */
function bytesOf({ S, N, B }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  return N !== undefined ? Math.ceil(N.length / 2) + 1 : (B?.length ?? 0);
}
