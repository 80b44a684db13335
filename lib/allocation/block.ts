/**
 * The envelope of the blocks that a table is stored as: a root that lists the leaves, and leaves of a few kilobytes
 * (a B-tree of ranges, after draft-levine-iprangepub).
 *
 * Every block: the letter `P`, its own letter (`R` root, `L` leaf), one byte of format version, the content, and the
 * CRC-32 of all that in four bytes. A leaf is known by its content: its id is the first 16 bytes of its SHA-256, which
 * the root lists. So a leaf never changes under its id, unchanged leaves survive a refresh, swapping the root swaps the
 * table, and a reader cannot mix two tables.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fail, ok, type Result } from '../result.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

export type BlockKind = 'root' | 'leaf';

/** Why bytes are not the block they should be: a sentence. */
export interface BlockRefusal {
  readonly kind: 'bad-block';
  readonly detail: string;
}

/** Rises when the content's layout changes; a reader refuses what it does not know. */
const VERSION = 1;
const MAGIC = 0x50;
const LETTERS = { root: 0x52, leaf: 0x4c } as const;
const HEADER_BYTES = 3;
const CRC_BYTES = 4;
/** Bytes of a leaf's id. */
export const ID_BYTES = 16;

/** Puts the envelope around a block's content. */
export function seal(kind: BlockKind, contents: readonly ByteWriter[]): Uint8Array {
  const out = new ByteWriter();
  out.byte(MAGIC);
  out.byte(LETTERS[kind]);
  out.byte(VERSION);
  for (const content of contents) out.bytes(content.finish());
  out.word(crc32(out.finish()));
  return out.finish();
}

/** Checks the envelope and gives a reader of the content. */
export function open(kind: BlockKind, block: Uint8Array): Result<ByteReader, BlockRefusal> {
  if (block.length < HEADER_BYTES + CRC_BYTES) return refuse(`a ${kind} is cut short`);
  if (block[0] !== MAGIC || block[1] !== LETTERS[kind]) return refuse(`these bytes are not a ${kind}`);
  if (block[2] !== VERSION) return refuse(`a ${kind} has format version ${block[2]}, not ${VERSION}`);
  const body = block.subarray(0, block.length - CRC_BYTES);
  if (new ByteReader(block.subarray(body.length)).word() !== crc32(body)) {
    return refuse(`the checksum of a ${kind} does not match its content`);
  }
  return ok(new ByteReader(body.subarray(HEADER_BYTES)));
}

/** The id of a leaf: 32 hex digits made from its bytes. */
export function idOf(leaf: Uint8Array): string {
  return createHash('sha256')
    .update(leaf)
    .digest('hex')
    .slice(0, 2 * ID_BYTES);
}

export function refuse(detail: string): Result<never, BlockRefusal> {
  return fail({ kind: 'bad-block', detail });
}
