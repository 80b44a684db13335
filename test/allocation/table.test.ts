/** The table in memory: which statement holds at an address, against the reference that asks every allocation. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { overlay } from '../../lib/allocation/overlay.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { visibleAllocations } from '../../lib/allocation/visible.ts';
import { contains, firstAddress, lastAddress, Prefix } from '../../lib/net/prefix.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';
import { anyAllocation, crowdedAddress, edgesOf } from './allocation-arbitrary.ts';
import { HashedMatch } from './hashed-match.ts';
import { naiveMatch } from './naive-match.ts';
import { syntheticRows } from './synthetic-rows.ts';

function allocation(block: string, facts: Partial<Allocation> = {}): Allocation {
  const prefix = mustPrefix(block);
  return {
    prefix,
    origin: 'prefixlen',
    endSiteLength: prefix.length,
    endSites: 1,
    mechanism: 'native',
    ipv4MaskLength: 0,
    ipv4Prefix: null,
    date: 0,
    reference: 'test',
    ...facts,
  };
}

function matched(table: AllocationTable, address: string): number | undefined {
  return table.match(mustAddress(address))?.endSiteLength;
}

describe('a prefix that the table divides', () => {
  it('is one in which something else is said of a part, or something at all', () => {
    const table = AllocationTable.of([
      allocation('2a00::/32', { endSiteLength: 56 }),
      allocation('2a00:0:0:180::/60', { endSiteLength: 64 }),
    ]);
    const divided = ['2a00:0:0:100::/56', '2a00::/32', '2a00::/31', '::/0'];
    const whole = [
      '2a00:0:0:180::/60',
      '2a00:0:0:180::/64',
      '2a00:0:0:200::/56',
      '2a01::/64',
      '192.0.2.0/24',
    ];
    expect(divided.filter((prefix) => !table.divides(mustPrefix(prefix)))).toEqual([]);
    expect(whole.filter((prefix) => table.divides(mustPrefix(prefix)))).toEqual([]);
  });

  it('is every one with two answers in it, and none in which one allocation holds throughout', () => {
    fc.assert(
      fc.property(
        fc.array(anyAllocation, { maxLength: 20 }),
        crowdedAddress,
        fc.nat({ max: 128 }),
        (allocations, address, cut) => {
          const prefix = Prefix.covering(address, Math.min(cut, address.family === 4 ? 32 : 128));
          const edges = edgesOf(allocations).filter((edge) => contains(prefix, edge));
          const held = [firstAddress(prefix), lastAddress(prefix), ...edges].map((edge) =>
            naiveMatch(allocations, edge),
          );
          const isDivided = AllocationTable.of(allocations).divides(prefix);
          if (new Set(held.map((allocation) => allocation?.endSiteLength)).size > 1)
            expect(isDivided).toBe(true);
          if (new Set(held).size === 1) expect(isDivided).toBe(false);
        },
      ),
      { seed: 42, numRuns: 500 },
    );
  });
});

describe('which statement holds', () => {
  it('is the longest one of an origin, and outside it the one around', () => {
    const table = AllocationTable.of([
      allocation('2a00::/32', { endSiteLength: 56 }),
      allocation('2a00:0:f000::/36', { endSiteLength: 64 }),
    ]);
    expect(matched(table, '2a00:0:efff:ffff::1')).toBe(56);
    expect(matched(table, '2a00:0:f000::')).toBe(64);
    expect(matched(table, '2a00:0:ffff:ffff:ffff:ffff:ffff:ffff')).toBe(64);
    expect(matched(table, '2a00:1::')).toBeUndefined();
    expect(matched(table, '29ff:ffff::')).toBeUndefined();
  });

  it('is that of the better origin, however short its block', () => {
    const table = AllocationTable.of([
      allocation('2a00::/32', { endSiteLength: 60, origin: 'prefixlen' }),
      allocation('2a00:0:1::/48', { endSiteLength: 64, origin: 'assignment-size' }),
      allocation('2a00:0:1:2::/64', { endSiteLength: 128, origin: 'assigned' }),
      allocation('2a00:0:1:2:3::/80', { endSiteLength: 80, origin: 'operator' }),
    ]);
    expect(matched(table, '2a00:0:1:2::1')).toBe(60);
    expect(matched(table, '2a00:0:1:2:3::1')).toBe(80);
  });

  it('is the newer of two about one block, then the one read last', () => {
    const older = allocation('192.0.2.0/24', { endSiteLength: 29, date: 1 });
    const newer = allocation('192.0.2.0/24', { endSiteLength: 30, date: 2 });
    const again = allocation('192.0.2.0/24', { endSiteLength: 31, date: 2 });
    expect(matched(AllocationTable.of([newer, older]), '192.0.2.1')).toBe(30);
    expect(matched(AllocationTable.of([newer, again, older]), '192.0.2.1')).toBe(31);
  });

  it('never crosses families', () => {
    const table = AllocationTable.of([allocation('0.0.0.0/0'), allocation('2000::/3')]);
    expect(table.match(mustAddress('::ffff:192.0.2.1'))).toBeUndefined();
    expect(table.match(mustAddress('32.0.0.1'))?.prefix).toEqual(mustPrefix('0.0.0.0/0'));
  });

  it("is nobody's in the empty table", () => {
    expect(AllocationTable.empty.match(mustAddress('192.0.2.1'))).toBeUndefined();
    expect(AllocationTable.empty.match(mustAddress('2001:db8::1'))).toBeUndefined();
    expect(AllocationTable.empty.allocations).toBe(0);
  });

  it("keeps one range for neighbours that say the same, and still names each one's own block", () => {
    const table = AllocationTable.of([
      allocation('2a00:0:1::/48'),
      allocation('2a00:0:2::/48'),
      allocation('2a00:0:3::/48'),
    ]);
    expect([...table.stated()]).toHaveLength(1);
    expect(table.match(mustAddress('2a00:0:2::1'))?.prefix).toEqual(mustPrefix('2a00:0:2::/48'));
  });

  it('stands a block stated a hundred thousand times', () => {
    const same = allocation('2a00::/32');
    const table = AllocationTable.of(Array.from({ length: 100_000 }, () => same));
    expect(table.match(mustAddress('2a00::1'))).toEqual(same);
  });
});

describe('an overlay', () => {
  it('answers from the operator first, and from the published table where the operator says nothing', () => {
    const published = AllocationTable.of([allocation('2a00:0:1::/48', { endSiteLength: 56 })]);
    const operator = AllocationTable.of([allocation('2a00::/33', { endSiteLength: 64, origin: 'operator' })]);
    const both = overlay(operator, published);
    expect(both.match(mustAddress('2a00:0:1::1'))?.endSiteLength).toBe(64);
    expect(overlay(AllocationTable.empty, published).match(mustAddress('2a00:0:1::1'))?.endSiteLength).toBe(
      56,
    );
    expect(both.match(mustAddress('2a01::1'))).toBeUndefined();
  });
});

describe('against the naive longest match', () => {
  it('agrees at every edge and anywhere, all origins, both families', () => {
    fc.assert(
      fc.property(
        fc.array(anyAllocation, { maxLength: 24 }),
        fc.array(crowdedAddress, { maxLength: 8 }),
        (allocations, elsewhere) => {
          const table = AllocationTable.of(allocations);
          for (const address of [...edgesOf(allocations), ...elsewhere]) {
            expect(table.match(address)).toEqual(naiveMatch(allocations, address));
          }
        },
      ),
      { seed: 42, numRuns: 400 },
    );
  });

  it('agrees at every edge of enough blocks for an index, at both ends of the address space too', () => {
    for (const family of [4, 6] as const) {
      const ends =
        family === 4
          ? ['0.0.0.0/30', '255.255.255.252/30', '255.255.0.0/16']
          : ['::/126', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffc/126', 'ffff::/16'];
      const rows = [...syntheticRows(20_000, family), ...ends.map((block) => allocation(block))];
      const table = AllocationTable.of(rows);
      const naive = new HashedMatch(rows);
      expect(table.ranges(family).count).toBeGreaterThan(8_192);
      const differing = edgesOf(rows).filter((address) => {
        const [got, want] = [table.match(address), naive.match(address)];
        return (
          got?.prefix.length !== want?.prefix.length ||
          got?.origin !== want?.origin ||
          got?.date !== want?.date
        );
      });
      expect(differing).toEqual([]);
    }
  });

  it('agrees when a table is made of what other tables show', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyAllocation, { maxLength: 8 }), { maxLength: 4 }), (sources) => {
        const all = sources.flat();
        const shown = sources.flatMap((source) => [...visibleAllocations(AllocationTable.of(source))]);
        const combined = AllocationTable.of(shown);
        const whole = AllocationTable.of(all);
        for (const address of edgesOf(all)) {
          expect(combined.match(address)).toEqual(whole.match(address));
        }
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});
