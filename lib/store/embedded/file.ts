/**
 * A look at the store's file before LMDB maps it: mapping a file that is no database ends the process without a word.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

/** LMDB's magic number, in the header of its first page. */
const MAGIC = 0xbeefc0de;
const HEADER_BYTES = 64;

/** Throws when a file is there, is not empty, and is not LMDB's. */
export function refuseForeignFile(path: string): void {
  if (!existsSync(path)) return;
  const header = new DataView(new ArrayBuffer(HEADER_BYTES));
  const file = openSync(path, 'r');
  const length = readSync(file, header, 0, HEADER_BYTES, 0);
  closeSync(file);
  if (length === 0) return;
  for (let at = 0; at + 4 <= length; at += 4) if (header.getUint32(at, true) === MAGIC) return;
  throw new Error(`${path} is not a Prefixwise store; move it away or set DATA_DIR to another folder`);
}
