/**
 * A million allocations waiting to be flattened, in columns: 20 bytes a row instead of two objects each.
 */
import { Address, type Family } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Allocation } from './allocation.ts';
import { StatementList, statementOf } from './statement.ts';

/** Words a row takes: the block's four and the statement's number. */
const STRIDE = 5;

/** Blocks of one family in the order they came, each with the number of its statement. */
export class BlockRows {
  private words = new Uint32Array(STRIDE * 64);
  private rows = 0;

  get count(): number {
    return this.rows;
  }

  push(block: Prefix, statement: number): void {
    const at = this.rows * STRIDE;
    if (at === this.words.length) {
      const wider = new Uint32Array(this.words.length * 2);
      wider.set(this.words);
      this.words = wider;
    }
    this.words[at] = block.w0;
    this.words[at + 1] = block.w1;
    this.words[at + 2] = block.w2;
    this.words[at + 3] = block.w3;
    this.words[at + 4] = statement;
    this.rows++;
  }

  /** The block's first address. */
  start(row: number, family: Family): Address {
    const at = row * STRIDE;
    const w0 = this.words[at] ?? 0;
    if (family === 4) return Address.v4(w0);
    return Address.v6(w0, this.words[at + 1] ?? 0, this.words[at + 2] ?? 0, this.words[at + 3] ?? 0);
  }

  statement(row: number): number {
    return this.words[row * STRIDE + 4] ?? 0;
  }

  /** Order of first addresses alone. */
  compareStarts(a: number, b: number): number {
    const words = this.words;
    for (let i = a * STRIDE, j = b * STRIDE, end = i + 4; i < end; i++, j++) {
      const order = (words[i] ?? 0) - (words[j] ?? 0);
      if (order !== 0) return order;
    }
    return 0;
  }
}

/** Collects allocations of both families from any number of sources. */
export class AllocationRows {
  readonly statements = new StatementList();
  private readonly ipv4 = new BlockRows();
  private readonly ipv6 = new BlockRows();

  get count(): number {
    return this.ipv4.count + this.ipv6.count;
  }

  of(family: Family): BlockRows {
    return family === 4 ? this.ipv4 : this.ipv6;
  }

  add(allocation: Allocation): void {
    this.of(allocation.prefix.family).push(
      allocation.prefix,
      this.statements.numberOf(statementOf(allocation)),
    );
  }
}
