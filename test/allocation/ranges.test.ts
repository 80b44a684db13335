/** Ranges of addresses and the CIDR blocks they are made of. */
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { cidrsOf, parseRange, predecessor, rangeOf, successor } from '../../lib/allocation/ranges.ts';
import { compareAddress, formatAddress } from '../../lib/net/address.ts';
import { firstAddress, formatPrefix, lastAddress } from '../../lib/net/prefix.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';
import { crowdedAddress } from './allocation-arbitrary.ts';

function blocksOf(text: string): string[] {
  const range = parseRange(text);
  if (!range.ok) throw new Error(range.error.detail);
  return cidrsOf(range.value).map(formatPrefix);
}

describe('a range', () => {
  it.each([
    ['193.0.0.0 - 193.0.0.255', ['193.0.0.0/24']],
    ['193.0.0.0-193.0.0.191', ['193.0.0.0/25', '193.0.0.128/26']],
    ['193.0.0.1 - 193.0.0.6', ['193.0.0.1/32', '193.0.0.2/31', '193.0.0.4/31', '193.0.0.6/32']],
    ['193.0.0.7 - 193.0.0.7', ['193.0.0.7/32']],
    ['0.0.0.0 - 255.255.255.255', ['0.0.0.0/0']],
    ['255.255.255.254 - 255.255.255.255', ['255.255.255.254/31']],
    ['193.0.0.0/21', ['193.0.0.0/21']],
    ['2a00::/29', ['2a00::/29']],
    ['2a00:: - 2a00:2:ffff:ffff:ffff:ffff:ffff:ffff', ['2a00::/31', '2a00:2::/32']],
    [':: - ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', ['::/0']],
  ])('%s is %j', (text, blocks) => {
    expect(blocksOf(text)).toEqual(blocks);
  });

  it.each([
    ['193.0.0.9 - 193.0.0.1', 'ends before'],
    ['193.0.0.0 - 2a00::', 'one family'],
    ['193.0.0.0 -', 'empty'],
    ['- 193.0.0.0', 'empty'],
    ['193.0.0.0 - 193.0.0.7 - 193.0.0.9', 'unexpected character'],
    ['193.0.0.1/24', 'the block is'],
    ['', 'empty'],
  ])('"%s" is refused: %s', (text, reason) => {
    expect(parseRange(text)).toMatchObject({ ok: false, error: { detail: expect.stringContaining(reason) } });
  });

  it('takes at most 62 blocks in IPv4 and 254 in IPv6', () => {
    expect(blocksOf('0.0.0.1 - 255.255.255.254')).toHaveLength(62);
    expect(blocksOf('::1 - ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe')).toHaveLength(254);
  });

  it('with its ends of two families or the wrong way round is a bug', () => {
    expect(() => cidrsOf({ first: mustAddress('::'), last: mustAddress('193.0.0.0') })).toThrow(RangeError);
    expect(() => cidrsOf({ first: mustAddress('::1'), last: mustAddress('::') })).toThrow(RangeError);
  });

  it('is exactly its blocks, in order, and no two of them make one', () => {
    fc.assert(
      fc.property(crowdedAddress, crowdedAddress, (a, b) => {
        fc.pre(a.family === b.family);
        const [first, last] = compareAddress(a, b) <= 0 ? [a, b] : [b, a];
        const blocks = cidrsOf({ first, last });
        let next: typeof first | null = first;
        for (const block of blocks) {
          expect(firstAddress(block)).toEqual(next);
          next = successor(lastAddress(block));
        }
        expect(lastAddress(blocks.at(-1) ?? mustPrefix('::/0'))).toEqual(last);
        blocks.slice(1).forEach((block, i) => {
          const before = blocks[i] ?? block;
          const merged = ipaddr.parseCIDR(`${formatAddress(firstAddress(before))}/${before.length - 1}`);
          const aligned = ipaddr.parse(formatAddress(firstAddress(before))).toString() === networkOf(merged);
          expect(before.length === block.length && aligned).toBe(false);
        });
      }),
      { seed: 42, numRuns: 200 },
    );
  });
});

function networkOf([address, length]: ReturnType<typeof ipaddr.parseCIDR>): string {
  const text = `${address.toString()}/${length}`;
  return (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(text).toString();
}

describe('the address beside', () => {
  it.each([
    ['193.0.0.255', '193.0.1.0'],
    ['2a00::ffff:ffff', '2a00::1:0:0'],
    ['2a00::ffff:ffff:ffff:ffff', '2a00:0:0:1::'],
    ['2a00:0:ffff:ffff:ffff:ffff:ffff:ffff', '2a00:1::'],
    ['2a00:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '2a01::'],
  ])('%s is %s', (before, after) => {
    expect(successor(mustAddress(before))).toEqual(mustAddress(after));
    expect(predecessor(mustAddress(after))).toEqual(mustAddress(before));
  });

  it('is none at the ends of a family', () => {
    expect(successor(mustAddress('255.255.255.255'))).toBeNull();
    expect(successor(mustAddress('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'))).toBeNull();
    expect(() => predecessor(mustAddress('0.0.0.0'))).toThrow(RangeError);
    expect(() => predecessor(mustAddress('::'))).toThrow(RangeError);
  });
});

it('a block is the range from its first to its last address', () => {
  expect(rangeOf(mustPrefix('193.0.0.0/30'))).toEqual({
    first: mustAddress('193.0.0.0'),
    last: mustAddress('193.0.0.3'),
  });
});
