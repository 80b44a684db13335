/**
 * The allocations that a table still shows: what went in, less what a better or longer statement hides everywhere.
 *
 * Tables of several sources combine exactly through these: a statement hidden inside its own source cannot win in the
 * combination either.
 */
import { compareAddress } from '../net/address.ts';
import { firstAddress, lastAddress, Prefix } from '../net/prefix.ts';
import type { Allocation } from './allocation.ts';
import { successor } from './ranges.ts';
import { allocationAt } from './statement.ts';
import type { AllocationTable, StatedRange } from './table.ts';

/** Every allocation that holds somewhere, IPv4 first, once each. */
export function* visibleAllocations(table: AllocationTable): Generator<Allocation> {
  /** Blocks of one statement come in address order, so only the last one can come again. */
  const latest = new Map<unknown, Prefix>();
  for (const range of table.stated()) {
    for (const block of blocksOf(range)) {
      const before = latest.get(range.statement);
      latest.set(range.statement, block);
      const again = before !== undefined && compareAddress(firstAddress(before), firstAddress(block)) === 0;
      if (!again) yield allocationAt(range.statement, firstAddress(block));
    }
  }
}

/** The statement's blocks that the range touches. */
function* blocksOf({ first, last, statement }: StatedRange): Generator<Prefix> {
  for (let at: typeof first | null = first; at !== null && compareAddress(at, last) <= 0; ) {
    const block = Prefix.covering(at, statement.blockLength);
    yield block;
    at = successor(lastAddress(block));
  }
}
