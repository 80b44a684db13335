/** The match that nobody can doubt: every allocation is asked, with another library's arithmetic, and the best is kept. */
import ipaddr from 'ipaddr.js';
import { ALLOCATION_ORIGINS, type Allocation } from '../../lib/allocation/allocation.ts';
import { type Address, formatAddress } from '../../lib/net/address.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';

export function naiveMatch(allocations: readonly Allocation[], address: Address): Allocation | undefined {
  const asked = ipaddr.parse(formatAddress(address));
  let best: Allocation | undefined;
  for (const allocation of allocations) {
    const [block, length] = ipaddr.parseCIDR(formatPrefix(allocation.prefix));
    const covers = block.kind() === asked.kind() && asked.match(block, length);
    if (covers && (best === undefined || !isBetter(best, allocation))) best = allocation;
  }
  return best;
}

/** Better origin, then longer block, then newer; equal in all that, the later one wins, so this is strict. */
function isBetter(a: Allocation, b: Allocation): boolean {
  const [rankA, rankB] = [ALLOCATION_ORIGINS.indexOf(a.origin), ALLOCATION_ORIGINS.indexOf(b.origin)];
  if (rankA !== rankB) return rankA < rankB;
  if (a.prefix.length !== b.prefix.length) return a.prefix.length > b.prefix.length;
  return a.date > b.date;
}
