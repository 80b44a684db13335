/** A million rows against the naive longest match, on a million random look-ups of a fixed seed. */
import { describe, expect, it } from 'vitest';
import { assembleTable, encodeTable } from '../../lib/allocation/blocks.ts';
import { decodeRoot } from '../../lib/allocation/root.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { type Family, formatAddress } from '../../lib/net/address.ts';
import { HashedMatch } from './hashed-match.ts';
import { diceOf, randomAddress, syntheticRows } from './synthetic-rows.ts';

const ROWS = { 4: 300_000, 6: 700_000 } as const;
const LOOKUPS = { 4: 300_000, 6: 700_000 } as const;

describe('a million rows', () => {
  const rows = { 4: syntheticRows(ROWS[4], 4), 6: syntheticRows(ROWS[6], 6) };
  const table = AllocationTable.of([...rows[4], ...rows[6]]);

  it.each([4, 6] as const)('of which those of IPv%i agree with the naive match', (family: Family) => {
    const naive = new HashedMatch(rows[family]);
    const dice = diceOf(7);
    let different = 0;
    let found = 0;
    for (let i = 0; i < LOOKUPS[family]; i++) {
      const around = i % 4 === 0 ? undefined : rows[family][dice() % rows[family].length]?.prefix;
      const address = randomAddress(dice, family, around);
      const [got, want] = [table.match(address), naive.match(address)];
      if (got !== undefined) found++;
      const same =
        got?.prefix.length === want?.prefix.length &&
        got?.endSiteLength === want?.endSiteLength &&
        got?.origin === want?.origin &&
        got?.date === want?.date;
      if (!same && different++ === 0) expect(got, formatAddress(address)).toEqual(want);
    }
    expect(different).toBe(0);
    expect(found).toBeGreaterThan(LOOKUPS[family] / 2);
  });

  it('come back from their blocks unchanged, leaves of a few kilobytes', () => {
    const { root, leaves } = encodeTable(table, { built: 0 });
    const decoded = decodeRoot(root);
    const back = decoded.ok
      ? assembleTable(
          decoded.value,
          leaves.map((leaf) => leaf.bytes),
        )
      : decoded;
    expect(back.ok && back.value.ranges(6).count).toBe(table.ranges(6).count);
    expect(back.ok && back.value.ranges(4).count).toBe(table.ranges(4).count);
    expect(Math.max(...leaves.map((leaf) => leaf.bytes.length))).toBeLessThan(8_200);
    const again = back.ok ? encodeTable(back.value, { built: 0 }) : undefined;
    expect(again && Buffer.compare(again.root, root)).toBe(0);
  });
});
