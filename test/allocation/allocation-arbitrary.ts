/** Generators of allocations that nest, touch and repeat, and of the addresses where that matters. */
import fc from 'fast-check';
import { ALLOCATION_ORIGINS, type Allocation } from '../../lib/allocation/allocation.ts';
import { predecessor, successor } from '../../lib/allocation/ranges.ts';
import { Address, bitsOf } from '../../lib/net/address.ts';
import { firstAddress, lastAddress, Prefix } from '../../lib/net/prefix.ts';

/** Few values, so that blocks fall on and into each other; the ends of the address space among them. */
const crowdedWord = fc.oneof(
  fc.constantFrom(0, 0xffffffff, 0x20010db8, 0x2a001450, 0x80000000, 0x00010000),
  fc.integer({ min: 0, max: 0xffffffff }),
);
export const crowdedAddress = fc
  .tuple(fc.boolean(), crowdedWord, crowdedWord, crowdedWord, crowdedWord)
  .map(([v4, a, b, c, d]) => (v4 ? Address.v4(a) : Address.v6(a, b, c, d)));

export const anyAllocation: fc.Arbitrary<Allocation> = fc
  .record({
    address: crowdedAddress,
    length: fc.nat({ max: 128 }),
    extra: fc.nat({ max: 128 }),
    origin: fc.constantFrom(...ALLOCATION_ORIGINS),
    endSites: fc.constantFrom(1, 1, 2, 4000, 10_000_000),
    mechanism: fc.constantFrom('native', 'native', '6rd', 'nat64'),
    ipv4Length: fc.constantFrom(null, 0, 8, 32),
    date: fc.constantFrom(0, 86_400, 1_790_000_000),
    reference: fc.constantFrom('https://example.net/prefixlen.csv', 'RIPE inet6num', '', 'Büro \u{1f4e1}'),
  })
  .map(({ address, length, extra, ipv4Length, ...facts }) => {
    const bits = bitsOf(address.family);
    const prefix = Prefix.covering(address, length % (bits + 1));
    const endSiteLength = prefix.length + (extra % (bits - prefix.length + 1));
    const ipv4Prefix = ipv4Length === null ? null : Prefix.covering(Address.v4(0x0a000000), ipv4Length);
    return { prefix, endSiteLength, ...facts, ipv4MaskLength: ipv4Length ?? 0, ipv4Prefix };
  });

/** The addresses at which something may change: the ends of each block, and one step beyond them. */
export function edgesOf(allocations: readonly Allocation[]): Address[] {
  return allocations.flatMap(({ prefix }) => {
    const [first, last] = [firstAddress(prefix), lastAddress(prefix)];
    const isZero = first.w0 === 0 && first.w1 === 0 && first.w2 === 0 && first.w3 === 0;
    const after = successor(last);
    return [first, last, ...(isZero ? [] : [predecessor(first)]), ...(after === null ? [] : [after])];
  });
}
