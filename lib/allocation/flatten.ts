/**
 * Allocations, which nest, flattened into disjoint ranges, which do not: one statement holds at each address.
 *
 * At every address the best origin wins (operator, prefixlen, assignment-size, assigned); within an origin the longest
 * block; for one block stated twice by one origin the newer statement, then the one read last. Blocks are CIDR, so any
 * two of them nest or are disjoint: one pass over the sorted rows with a stack of the enclosing blocks is enough.
 */
import { type Address, compareAddress, type Family } from '../net/address.ts';
import { lastAddress, Prefix } from '../net/prefix.ts';
import { ALLOCATION_ORIGINS } from './allocation.ts';
import { type DisjointRanges, RangeBuilder } from './disjoint-ranges.ts';
import { successor } from './ranges.ts';
import type { AllocationRows, BlockRows } from './rows.ts';
import { NOTHING_SAID, type Statement } from './statement.ts';

/** What the sweep needs of each statement, by its number. */
interface Ranking {
  readonly blockLength: Uint8Array;
  /** Place of the origin, 0 best. */
  readonly rank: Uint8Array;
  readonly date: Float64Array;
}

/** The disjoint ranges of one family; statement numbers are those of `rows.statements`. */
export function flatten(rows: AllocationRows, family: Family): DisjointRanges {
  const blocks = rows.of(family);
  const ranking = rankingOf(rows.statements.all());
  const builder = new RangeBuilder(family, blocks.count);
  const sweep = new Sweep(family, blocks, ranking, builder);
  for (const row of inSweepOrder(blocks, ranking)) sweep.enter(row);
  sweep.leaveBefore(null);
  return builder.build();
}

/** By first address; a block before the blocks inside it; of one block stated twice, the statement that wins last. */
function inSweepOrder(blocks: BlockRows, { blockLength, rank, date }: Ranking): Uint32Array {
  const order = Uint32Array.from({ length: blocks.count }, (_, row) => row);
  const sorted = order.every((row) => row === 0 || blocks.compareStarts(row - 1, row) < 0);
  if (sorted) return order;
  return order.sort((a, b) => {
    const byStart = blocks.compareStarts(a, b);
    if (byStart !== 0) return byStart;
    const [x, y] = [blocks.statement(a), blocks.statement(b)];
    return (
      (blockLength[x] ?? 0) - (blockLength[y] ?? 0) ||
      (rank[y] ?? 0) - (rank[x] ?? 0) ||
      (date[x] ?? 0) - (date[y] ?? 0) ||
      a - b
    );
  });
}

function rankingOf(statements: readonly (Statement | undefined)[]): Ranking {
  return {
    blockLength: Uint8Array.from(statements, (s) => s?.blockLength ?? 0),
    rank: Uint8Array.from(statements, (s) => (s === undefined ? 255 : ALLOCATION_ORIGINS.indexOf(s.origin))),
    date: Float64Array.from(statements, (s) => s?.date ?? 0),
  };
}

/** The sweep's stack: the blocks around the present address, each with the statement that holds inside it. */
class Sweep {
  private readonly blocks: BlockRows;
  private readonly ranking: Ranking;
  private readonly builder: RangeBuilder;
  private readonly family: Family;
  private readonly rows: number[] = [];
  private readonly holding: number[] = [];
  /** The first address after each level's block; null when the block runs to the end of the address space. */
  private readonly after: (Address | null)[] = [];

  constructor(family: Family, blocks: BlockRows, ranking: Ranking, builder: RangeBuilder) {
    this.family = family;
    this.blocks = blocks;
    this.ranking = ranking;
    this.builder = builder;
  }

  enter(row: number): void {
    const start = this.blocks.start(row, this.family);
    this.leaveBefore(start);
    const own = this.blocks.statement(row);
    const outer = this.holding.at(-1) ?? NOTHING_SAID;
    const holds = this.rankOf(own) <= this.rankOf(outer) ? own : outer;
    const length = this.lengthOf(own);
    if (this.isTop(row, length)) this.holding.pop();
    else {
      this.rows.push(row);
      this.after.push(successor(lastAddress(Prefix.covering(start, length))));
    }
    this.holding.push(holds);
    this.say(start, holds);
  }

  /** Leaves every block that ends before the address; all of them for null. */
  leaveBefore(address: Address | null): void {
    for (let after = this.after.at(-1); after !== undefined; after = this.after.at(-1)) {
      if (address !== null && (after === null || compareAddress(after, address) > 0)) return;
      this.after.pop();
      this.rows.pop();
      this.holding.pop();
      if (after !== null) this.say(after, this.holding.at(-1) ?? NOTHING_SAID);
    }
  }

  private say(start: Address, statement: number): void {
    this.builder.push(start, statement);
  }

  /** Whether the block on top of the stack is this row's: stated twice, it must not count as nested. */
  private isTop(row: number, length: number): boolean {
    const top = this.rows.at(-1);
    if (top === undefined || this.lengthOf(this.blocks.statement(top)) !== length) return false;
    return this.blocks.compareStarts(top, row) === 0;
  }

  private rankOf(statement: number): number {
    return this.ranking.rank[statement] ?? 0;
  }

  private lengthOf(statement: number): number {
    return this.ranking.blockLength[statement] ?? 0;
  }
}
