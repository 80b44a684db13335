/**
 * The naive longest match at a size where asking every allocation takes days: for each origin and each length, longest
 * first, one look into a hash of the masked address.
 */
import { ALLOCATION_ORIGINS, type Allocation } from '../../lib/allocation/allocation.ts';
import type { Address } from '../../lib/net/address.ts';
import { Prefix } from '../../lib/net/prefix.ts';

export class HashedMatch {
  /** By origin, then by length from long to short. */
  private readonly levels: { length: number; rows: Map<string, Allocation> }[] = [];

  /** For allocations of one family; later ones of one block and origin win unless they are older. */
  constructor(allocations: Iterable<Allocation>) {
    const levels = new Map<string, { rank: number; length: number; rows: Map<string, Allocation> }>();
    for (const allocation of allocations) {
      const rank = ALLOCATION_ORIGINS.indexOf(allocation.origin);
      const { length } = allocation.prefix;
      const level = levels.get(`${rank} ${length}`) ?? { rank, length, rows: new Map<string, Allocation>() };
      levels.set(`${rank} ${length}`, level);
      const key = keyOf(allocation.prefix);
      const before = level.rows.get(key);
      if (before === undefined || before.date <= allocation.date) level.rows.set(key, allocation);
    }
    this.levels = [...levels.values()].sort((a, b) => a.rank - b.rank || b.length - a.length);
  }

  match(address: Address): Allocation | undefined {
    for (const { length, rows } of this.levels) {
      const found = rows.get(keyOf(Prefix.covering(address, length)));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function keyOf({ w0, w1, w2, w3 }: { readonly [word in 'w0' | 'w1' | 'w2' | 'w3']: number }): string {
  return String.fromCharCode(
    w0 >>> 16,
    w0 & 0xffff,
    w1 >>> 16,
    w1 & 0xffff,
    w2 >>> 16,
    w2 & 0xffff,
    w3 >>> 16,
    w3 & 0xffff,
  );
}
