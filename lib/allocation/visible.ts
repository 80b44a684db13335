/**
 * The allocations that a table still shows: what went in, less what a better or longer statement hides everywhere.
 *
 * Tables of several sources combine exactly through these: a statement hidden inside its own source cannot win in the
 * combination either.
 */
import { type Address, compareAddress } from '../net/address.ts';
import { equalPrefix, lastAddress, type Prefix } from '../net/prefix.ts';
import type { Allocation } from './allocation.ts';
import { successor } from './ranges.ts';
import type { AllocationTable, StatedRange } from './table.ts';

/** Every allocation that holds somewhere, IPv4 first, once each. */
export function* visibleAllocations(table: AllocationTable): Generator<Allocation> {
  /** By statement. Blocks of one statement come in address order, so only the last one can come again. */
  const latest = new Map<string, Prefix>();
  for (const range of table.stated()) {
    const key = `${range.first.family} ${range.number}`;
    for (const allocation of allocationsIn(table, range)) {
      const before = latest.get(key);
      latest.set(key, allocation.prefix);
      if (before === undefined || !equalPrefix(before, allocation.prefix)) yield allocation;
    }
  }
}

/** One for each block of the range's statement that the range touches. */
function* allocationsIn(table: AllocationTable, { first, last }: StatedRange): Generator<Allocation> {
  for (let at: Address | null = first; at !== null && compareAddress(at, last) <= 0; ) {
    const allocation = table.match(at);
    if (allocation === undefined) return;
    yield allocation;
    at = successor(lastAddress(allocation.prefix));
  }
}
