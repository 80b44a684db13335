/** Thousands of ranges in one /32, as three networks of the IPv6 registries have them, against the naive longest match. */
import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { type Address, formatAddress } from '../../lib/net/address.ts';
import { contains, firstAddress, formatPrefix, lastAddress, Prefix } from '../../lib/net/prefix.ts';
import { mustPrefix } from '../support/records.ts';
import { HashedMatch } from './hashed-match.ts';
import { diceOf, randomAddress, syntheticRows } from './synthetic-rows.ts';

/** So many ranges share their first word, which is all that the index of a table looks at. */
const ENOUGH = 8_192;
const CROWDED = ['2a01:c000::/32', '2a01:c001::/32', '2a10:3c00::/32'].map(mustPrefix);
const LENGTHS = [40, 48, 48, 52, 56, 64, 64, 128];

describe('a table with crowds of ranges in a few /32s', () => {
  const dice = diceOf(11);
  const crowds = CROWDED.flatMap((block) => crowdIn(block, dice));
  const rows = [...syntheticRows(2_000, 6), ...crowds];
  const table = AllocationTable.of(rows);
  const naive = new HashedMatch(rows);
  const agrees = (address: Address): boolean =>
    JSON.stringify(table.match(address)) === JSON.stringify(naive.match(address));

  it.each(CROWDED.map((block) => [formatPrefix(block), block] as const))(
    'has enough of them in %s',
    (_, block) => {
      const stated = [...table.stated()].filter(({ first }) => contains(block, first));
      expect(stated.length).toBeGreaterThanOrEqual(ENOUGH);
    },
  );

  it('agrees with the naive match inside the crowds, between them and beside them', () => {
    const around = [
      ...CROWDED,
      mustPrefix('2a01:c002::/32'),
      mustPrefix('2a01::/16'),
      mustPrefix('2000::/3'),
    ];
    for (const block of around) {
      for (let i = 0; i < 1_500; i++) {
        const address = randomAddress(dice, 6, block);
        expect(agrees(address), formatAddress(address)).toBe(true);
      }
    }
  });

  it('agrees at the edges of every block of a crowd', () => {
    for (const { prefix } of crowds.slice(0, 3_000)) {
      for (const edge of [firstAddress(prefix), lastAddress(prefix)]) {
        expect(agrees(edge), formatAddress(edge)).toBe(true);
      }
    }
  });
});

function crowdIn(block: Prefix, dice: () => number): Allocation[] {
  return syntheticRows(2 * ENOUGH, 6, dice()).map((row) => {
    const length = LENGTHS[dice() % LENGTHS.length] ?? 48;
    const prefix = Prefix.covering(randomAddress(dice, 6, block), length);
    return { ...row, prefix, endSiteLength: Math.max(length, row.endSiteLength) };
  });
}
