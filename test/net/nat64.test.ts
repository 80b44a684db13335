/** RFC 6052 at all six prefix lengths: whatever is embedded on paper comes back out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNat64Prefix, nat64Host } from '../../lib/net/nat64.ts';
import { Prefix } from '../../lib/net/prefix.ts';
import { anyV4, anyV6 } from '../support/address-arbitrary.ts';
import { fastOf, slowOf, slowPrefix } from '../support/address-slow.ts';
import { nat64Embed } from '../support/classify-slow.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';

describe('an IPv4-embedded address', () => {
  it.each([32, 40, 48, 56, 64, 96])('under a /%i gives back its IPv4 address', (length) => {
    fc.assert(
      fc.property(anyV6, anyV4, anyV6, (home, ipv4, suffix) => {
        const { first } = slowPrefix(Prefix.covering(home, Math.min(length, 64)));
        const bits = nat64Embed(first, length, slowOf(ipv4).bits, slowOf(suffix).bits);
        const address = fastOf({ family: 6, bits });
        expect(nat64Host(address, Prefix.covering(address, length))).toEqual(ipv4);
      }),
      { seed: 42, numRuns: 1_000 },
    );
  });

  it.each([32, 40, 48, 56, 64, 96])('under a /%i has a u octet of zero', (length) => {
    const address = mustAddress('2001:db8:122:344:100::');
    expect(nat64Host(address, Prefix.covering(address, length))).toBeNull();
  });
});

describe('a NAT64 prefix', () => {
  it.each([
    ['64:ff9b::/96', true],
    ['2001:db8::/32', true],
    ['2602:fbf6:800::/64', true],
    ['2a01:4f8:c2c:123f:64::/96', true],
    ['2a01:4f8:c2c:123f:6400::/96', false],
    ['2001:db8::/36', false],
    ['2001:db8::/128', false],
    ['::/0', false],
    ['192.0.2.1/32', false],
  ])('%s is one: %s', (text, answer) => {
    expect(isNat64Prefix(mustPrefix(text))).toBe(answer);
  });
});
