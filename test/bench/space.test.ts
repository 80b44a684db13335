import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../bench/accuracy/random.ts';
import { anyAddress, childOf, numberedAddress, prefixOf, Space } from '../../bench/accuracy/space.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { contains, covers, formatPrefix, type Prefix } from '../../lib/net/prefix.ts';

describe('address space for the generators', () => {
  it('numbers children from the left', () => {
    expect(formatPrefix(childOf(prefixOf('2a00::/32'), 48, 0x1ff))).toBe('2a00:0:1ff::/48');
    expect(formatPrefix(childOf(prefixOf('2a00::/44'), 64, 0xfffff))).toBe('2a00:0:f:ffff::/64');
    expect(formatPrefix(childOf(prefixOf('2a00::/64'), 124, 2))).toBe('2a00::20/124');
    expect(formatPrefix(childOf(prefixOf('5.0.0.0/24'), 32, 7))).toBe('5.0.0.7/32');
    expect(() => childOf(prefixOf('2a00::/62'), 64, 4)).toThrow(RangeError);
  });

  it('numbers servers from the first address', () => {
    expect(formatAddress(numberedAddress(prefixOf('2a00::/64'), 5))).toBe('2a00::5');
    expect(formatAddress(numberedAddress(prefixOf('5.0.0.0/24'), 5))).toBe('5.0.0.5');
  });

  it('never leaves a block when it draws an address of it', () => {
    const blocks = ['2a00:8000::/33', '2a00:1:2::/48', '2a00::/64', '2a00::/124', '5.0.0.0/22', '5.0.0.1/32'];
    fc.assert(
      fc.property(fc.constantFrom(...blocks), fc.nat(), (text, seed) => {
        const block = prefixOf(text);
        return contains(block, anyAddress(new Random(seed, 'test'), block));
      }),
      { seed: 42, numRuns: 300 },
    );
  });

  it('gives blocks that do not overlap, unless one is taken inside the other on purpose', () => {
    const space = new Space(new Random(7, 'test'), 0);
    const parent = space.v6(40);
    const inside = Array.from({ length: 200 }, () => space.within(parent, 48));
    const apart: Prefix[] = [space.v6(20), space.v6(32), space.v4(9), space.v4(24), ...inside];
    expect(apart.filter((a) => apart.some((b) => a !== b && covers(a, b)))).toEqual([]);
    expect(inside.every((block) => covers(parent, block))).toBe(true);
  });

  it('says when a block is full', () => {
    const space = new Space(new Random(7, 'test'), 0);
    const parent = space.v6(62);
    for (let i = 0; i < 4; i++) space.within(parent, 64);
    expect(() => space.within(parent, 64)).toThrow('used up');
  });
});
