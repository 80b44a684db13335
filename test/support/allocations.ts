/** Allocations for tests: a list, matched by walking it. */
import { ALLOCATION_ORIGINS, type Allocation, type Allocations } from '../../lib/allocation/allocation.ts';
import { contains } from '../../lib/net/prefix.ts';
import { mustPrefix } from './must-address.ts';

/** An allocation of the block, an operator's unless said otherwise; its end sites are the block itself. */
export function allocationOf(block: string, changes: Partial<Omit<Allocation, 'prefix'>> = {}): Allocation {
  const prefix = mustPrefix(block);
  return {
    prefix,
    origin: 'operator',
    endSiteLength: prefix.length,
    endSites: 1,
    mechanism: 'native',
    ipv4MaskLength: 0,
    ipv4Prefix: null,
    date: 1_790_000_000,
    reference: 'a test',
    ...changes,
  };
}

/** Best origin first, then the longest block; asked one by one. */
export function allocationsOf(...list: readonly Allocation[]): Allocations {
  const rank = ({ origin, prefix }: Allocation): number =>
    ALLOCATION_ORIGINS.indexOf(origin) * 1000 - prefix.length;
  const sorted = list.toSorted((a, b) => rank(a) - rank(b));
  return { match: (address) => sorted.find(({ prefix }) => contains(prefix, address)) };
}
