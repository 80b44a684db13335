/**
 * One family's address space cut into disjoint ranges, each with the number of the statement that holds in it.
 *
 * A range is one record: the first words of its start (of IPv4 the only one, of IPv6 three), and the statement; so a
 * search that has found its slot touches one or two cache lines, and none lies across the edge of one. Fourth words, which
 * only IPv6 starts beyond a /96 need, are kept aside.
 */
import { Address, type Family } from '../net/address.ts';
import { predecessor } from './ranges.ts';
import { SlotIndex } from './slot-index.ts';
import { NOTHING_SAID } from './statement.ts';

const MAX_WORD = 0xffffffff;
/** Words in a record of each family. The statement is the last. */
const STRIDES = { 4: 2, 6: 4 } as const;
/** Below this many ranges a search is as fast without an index. */
const WORTH_AN_INDEX = 8_192;
/** So few ranges are walked through from the first: halving them costs more in wrong guesses of the processor's. */
const FEW = 8;

/** Ranges in address order, a record each, and the fourth words of their starts (none for IPv4). */
export interface RangeColumns {
  readonly records: Uint32Array;
  readonly lows: Uint32Array;
}

export class DisjointRanges {
  readonly family: Family;
  readonly count: number;
  private readonly records: Uint32Array;
  private readonly lows: Uint32Array;
  private readonly stride: number;
  private readonly index: SlotIndex | null;

  /** Takes over the columns, which a `RangeBuilder` has put in order. */
  constructor(family: Family, columns: RangeColumns) {
    const { records, lows } = columns;
    const stride = STRIDES[family];
    this.family = family;
    this.count = records.length / stride;
    this.records = records;
    this.lows = lows;
    this.stride = stride;
    this.index =
      this.count < WORTH_AN_INDEX ? null : SlotIndex.over(this.count, (at) => records[at * stride] ?? 0);
  }

  /** Number of the statement that holds at the address, which must be of this family; `NOTHING_SAID` for none. */
  saidAt(address: Address): number {
    const at = this.find(address);
    return at < 0 ? NOTHING_SAID : this.statement(at);
  }

  /** Position of the range that holds the address; -1 before the first range. */
  find(address: Address): number {
    const { index } = this;
    let low = 0;
    let high = this.count;
    if (index !== null) {
      const slot = index.slotOf(address.w0);
      low = index.firstOf(slot);
      high = index.firstOf(slot + 1);
    }
    while (high - low > FEW) {
      const middle = (low + high) >>> 1;
      if (this.startsBeyond(middle, address)) high = middle;
      else low = middle + 1;
    }
    while (low < high && !this.startsBeyond(low, address)) low++;
    return low - 1;
  }

  /** Number of the statement that holds in the range. */
  statement(at: number): number {
    return this.records[(at + 1) * this.stride - 1] ?? NOTHING_SAID;
  }

  /** First address of the range. */
  start(at: number): Address {
    const record = at * this.stride;
    const w0 = this.records[record] ?? 0;
    if (this.family === 4) return Address.v4(w0);
    return Address.v6(w0, this.records[record + 1] ?? 0, this.records[record + 2] ?? 0, this.lows[at] ?? 0);
  }

  /** Last address of the range. */
  last(at: number): Address {
    const end = this.family === 4 ? Address.v4(MAX_WORD) : Address.v6(MAX_WORD, MAX_WORD, MAX_WORD, MAX_WORD);
    return at + 1 < this.count ? predecessor(this.start(at + 1)) : end;
  }

  /** Memory the ranges and their index take. */
  get bytes(): number {
    return this.records.byteLength + this.lows.byteLength + (this.index?.bytes ?? 0);
  }

  private startsBeyond(at: number, address: Address): boolean {
    const record = at * this.stride;
    const w0 = this.records[record] ?? 0;
    if (w0 !== address.w0) return w0 > address.w0;
    if (this.family === 4) return false;
    const w1 = this.records[record + 1] ?? 0;
    if (w1 !== address.w1) return w1 > address.w1;
    const w2 = this.records[record + 2] ?? 0;
    if (w2 !== address.w2) return w2 > address.w2;
    return (this.lows[at] ?? 0) > address.w3;
  }
}

/** Collects ranges in address order. Neighbours with one statement become one range. */
export class RangeBuilder {
  private readonly family: Family;
  private readonly stride: number;
  private records: Uint32Array;
  private lows: Uint32Array;
  private count = 0;

  constructor(family: Family, expected = 64) {
    const room = Math.max(expected, 1);
    this.family = family;
    this.stride = STRIDES[family];
    this.records = new Uint32Array(room * this.stride);
    this.lows = new Uint32Array(family === 6 ? room : 0);
  }

  /**
   * The statement that holds from this address on. A start that is the same as the last one replaces what was said
   * there; one before it throws, as a bug.
   */
  push(start: Address, statement: number): void {
    const order = this.count === 0 ? 1 : this.orderAfterLast(start);
    if (order < 0) throw new RangeError('ranges come in address order');
    if (order === 0) this.count--;
    const record = this.count * this.stride;
    const before = this.count === 0 ? NOTHING_SAID : this.records[record - 1];
    if (before === statement) return;
    if (record === this.records.length) this.grow();
    this.records[record] = start.w0;
    this.records[record + this.stride - 1] = statement;
    if (this.family === 6) {
      this.records[record + 1] = start.w1;
      this.records[record + 2] = start.w2;
      this.lows[this.count] = start.w3;
    }
    this.count++;
  }

  build(): DisjointRanges {
    return new DisjointRanges(this.family, {
      records: this.records.slice(0, this.count * this.stride),
      lows: this.lows.slice(0, this.family === 6 ? this.count : 0),
    });
  }

  /** Positive when the address comes after the last start. */
  private orderAfterLast(start: Address): number {
    const record = (this.count - 1) * this.stride;
    const first = start.w0 - (this.records[record] ?? 0);
    if (this.family === 4) return first;
    return (
      first ||
      start.w1 - (this.records[record + 1] ?? 0) ||
      start.w2 - (this.records[record + 2] ?? 0) ||
      start.w3 - (this.lows[this.count - 1] ?? 0)
    );
  }

  private grow(): void {
    const records = new Uint32Array(this.records.length * 2);
    const lows = new Uint32Array(this.lows.length * 2);
    records.set(this.records);
    lows.set(this.lows);
    this.records = records;
    this.lows = lows;
  }
}
