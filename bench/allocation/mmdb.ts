/**
 * A writer of MaxMind DB files (format 2.0), as small as the bench needs it: disjoint blocks, records of whole numbers.
 */
import { bitsOf, type Family } from '../../lib/net/address.ts';
import type { Prefix } from '../../lib/net/prefix.ts';

/** What a record holds: short names and 32-bit numbers. */
export type MmdbRecord = Readonly<Record<string, number>>;

/** Marks a place in the tree that holds a record and not a node. */
const IS_RECORD = 0x80000000;
const SEPARATOR = 16;

export class MmdbWriter {
  private readonly family: Family;
  /** Two places a node; 0 is empty, because no place leads back to the first node. */
  private places = new Uint32Array(1 << 20);
  private nodes = 1;
  private readonly records: MmdbRecord[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(family: Family) {
    this.family = family;
  }

  add(block: Prefix, record: MmdbRecord): void {
    let node = 0;
    for (let depth = 0; depth < block.length - 1; depth++) node = this.follow(node, bitAt(block, depth));
    const place = 2 * node + bitAt(block, block.length - 1);
    this.places[place] = IS_RECORD + this.numberOf(record);
  }

  finish(): Buffer {
    const offsets: number[] = [];
    let size = 0;
    const data = this.records.map((record) => {
      const encoded = mapOf(Object.entries(record).map(([name, value]) => [name, uint(6, value)]));
      offsets.push(size);
      size += encoded.length;
      return encoded;
    });
    const tree = Buffer.alloc(this.nodes * 8);
    for (let place = 0; place < this.nodes * 2; place++) {
      const held = this.places[place] ?? 0;
      const target = held >= IS_RECORD ? SEPARATOR + (offsets[held - IS_RECORD] ?? 0) : 0;
      tree.writeUInt32BE(held > 0 && held < IS_RECORD ? held : this.nodes + target, place * 4);
    }
    const marker = Buffer.from('abcdef4d61784d696e642e636f6d', 'hex');
    return Buffer.concat([tree, Buffer.alloc(SEPARATOR), ...data, marker, this.metadata()]);
  }

  private follow(node: number, bit: number): number {
    const place = 2 * node + bit;
    const next = this.places[place] ?? 0;
    if (next >= IS_RECORD) throw new RangeError('blocks are disjoint');
    if (next > 0) return next;
    if (this.nodes * 2 === this.places.length) {
      const wider = new Uint32Array(this.places.length * 2);
      wider.set(this.places);
      this.places = wider;
    }
    this.places[place] = this.nodes;
    return this.nodes++;
  }

  private numberOf(record: MmdbRecord): number {
    const key = JSON.stringify(record);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.records.length);
    return this.records.push(record) - 1;
  }

  private metadata(): Buffer {
    return mapOf([
      ['node_count', uint(6, this.nodes)],
      ['record_size', uint(5, 32)],
      ['ip_version', uint(5, this.family)],
      ['database_type', text('bench')],
      ['languages', Buffer.from([0, 4])],
      ['binary_format_major_version', uint(5, 2)],
      ['binary_format_minor_version', uint(5, 0)],
      ['build_epoch', Buffer.from([1, 2, 1])],
      ['description', mapOf([])],
    ]);
  }
}

function bitAt(block: Prefix, at: number): number {
  const word = [block.w0, block.w1, block.w2, block.w3][at >> 5] ?? 0;
  if (at < 0 || at >= bitsOf(block.family)) throw new RangeError('a block of the bench has a bit');
  return (word >>> (31 - (at & 31))) & 1;
}

/** A whole number of a type (5: 16 bits, 6: 32 bits), without leading zero bytes. */
function uint(type: 5 | 6, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  const used = bytes.subarray(Math.clz32(value) >> 3);
  return Buffer.concat([Buffer.from([(type << 5) | used.length]), used]);
}

/** Up to 28 bytes of UTF-8. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(2 << 5) | bytes.length]), bytes]);
}

/** Up to 28 pairs. */
function mapOf(pairs: readonly (readonly [name: string, value: Buffer])[]): Buffer {
  return Buffer.concat([
    Buffer.from([(7 << 5) | pairs.length]),
    ...pairs.flatMap(([name, value]) => [text(name), value]),
  ]);
}
