/** RFC 5969 section 4: prefix arithmetic at every length, and what makes no domain. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Prefix } from '../../lib/net/prefix.ts';
import { decodeSixRd, isSixRdDomain } from '../../lib/net/sixrd.ts';
import { anyV4, anyV6 } from '../support/address-arbitrary.ts';
import { fastOf, slowOf, slowPrefix } from '../support/address-slow.ts';
import { sixRdDelegate } from '../support/classify-slow.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';

describe('a 6rd domain', () => {
  it('gives every customer edge its prefix, and every address of that prefix its customer edge', () => {
    const lengths = fc.tuple(fc.nat({ max: 128 }), fc.nat({ max: 32 }));
    fc.assert(
      fc.property(anyV6, anyV4, anyV6, lengths, (home, ipv4, inside, [wanted, ipv4MaskLength]) => {
        const length = Math.min(wanted, 96 + ipv4MaskLength);
        const prefix = Prefix.covering(home, length);
        const ipv4Prefix = Prefix.covering(ipv4, ipv4MaskLength);
        const delegation = sixRdDelegate(slowPrefix(prefix).first, length, ipv4MaskLength, slowOf(ipv4).bits);
        const [first, delegatedLength] = delegation;
        const host = slowOf(inside).bits % (1n << BigInt(128 - delegatedLength));
        const address = fastOf({ family: 6, bits: first | host });
        expect(decodeSixRd(address, { prefix, ipv4MaskLength, ipv4Prefix })).toEqual({
          delegated: Prefix.covering(fastOf({ family: 6, bits: first }), delegatedLength),
          customerEdge: ipv4,
        });
      }),
      { seed: 42, numRuns: 5_000 },
    );
  });

  it.each([
    ['2001:db8::/32', 0, null, true],
    ['2001:db8::/32', 8, '10.0.0.0/8', true],
    ['2001:db8::/32', 0, '0.0.0.0/0', true],
    ['2001:db8::/32', 8, '10.1.0.0/16', false],
    ['2001:db8::/32', 0, '10.0.0.0/8', false],
    ['2001:db8::/32', 32, '192.0.2.1', true],
    ['2001:db8:1:2:3:4::/96', 0, null, true],
    ['2001:db8:1:2:3:4::/97', 0, null, false],
    ['2001:db8::/32', 8, null, false],
    ['2001:db8::/32', 16, '10.0.0.0/8', false],
    ['2001:db8::/32', 33, '192.0.2.1', false],
    ['2001:db8::/32', -1, null, false],
    ['2001:db8::/32', 8.5, '10.1.0.0/16', false],
    ['2001:db8::/32', 8, '2001:db8::/32', false],
    ['10.0.0.0/8', 8, '10.0.0.0/8', false],
  ])('of %s, mask length %d and common bits %s is one: %s', (prefix, ipv4MaskLength, ipv4Prefix, answer) => {
    const domain = {
      prefix: mustPrefix(prefix),
      ipv4MaskLength,
      ipv4Prefix: ipv4Prefix === null ? null : mustPrefix(ipv4Prefix),
    };
    expect(isSixRdDomain(domain)).toBe(answer);
    if (!answer) expect(decodeSixRd(mustAddress('2001:db8::1'), domain)).toBeNull();
  });
});
