/** Hosts inside an end site: the same bin for every spelling, spread evenly, none where there is one host. */
import { describe, expect, it } from 'vitest';
import { Address } from '../../lib/net/address.ts';
import { Prefix } from '../../lib/net/prefix.ts';
import { hostBin } from '../../lib/reputation/host.ts';
import { HOST_BINS } from '../../lib/reputation/tally.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';

describe('the bin of a host', () => {
  it('is none when the end site is a single address, or of the other family', () => {
    expect(hostBin(mustAddress('198.35.26.96'), mustPrefix('198.35.26.96/32'))).toBeNull();
    expect(hostBin(mustAddress('2a00::1'), mustPrefix('2a00::1/128'))).toBeNull();
    expect(hostBin(mustAddress('2002:c623:1a60::1'), mustPrefix('198.35.26.0/24'))).toBeNull();
  });

  it('is one of a fixed number, whatever the host', () => {
    for (let i = 0; i < 5000; i++) {
      const host = Address.v6(0x2a001450, i, Math.imul(i, 0x9e3779b1), ~i);
      const bin = hostBin(host, Prefix.covering(host, 64));
      expect(bin !== null && Number.isInteger(bin) && bin >= 0 && bin < HOST_BINS).toBe(true);
    }
  });

  it.each([
    ['numbered from one', (i: number) => [0, i]],
    ['by EUI-64', (i: number) => [0x021132ff, 0xfe000000 + i]],
    ['at random', (i: number) => [Math.imul(i, 0x9e3779b1), Math.imul(i, 0x85ebca6b)]],
    ['in the third group', (i: number) => [i, 1]],
  ])('is spread evenly over hosts %s', (_, interfaceOf) => {
    const site = mustPrefix('2a00:1450:4001:81b::/64');
    const perBin = new Array<number>(HOST_BINS).fill(0);
    const hosts = 40 * HOST_BINS;
    for (let i = 1; i <= hosts; i++) {
      const [w2 = 0, w3 = 0] = interfaceOf(i);
      const bin = hostBin(Address.v6(site.w0, site.w1, w2, w3), site) ?? -1;
      perBin[bin] = (perBin[bin] ?? 0) + 1;
    }
    // Chi-squared with 255 degrees of freedom: 400 is beyond one in a million for a fair hash.
    const chi = perBin.reduce((sum, n) => sum + (n - 40) ** 2 / 40, 0);
    expect(chi).toBeLessThan(400);
  });

  it('tells IPv4 hosts of a published block apart', () => {
    const site = mustPrefix('198.35.26.0/24');
    const bins = new Set(Array.from({ length: 256 }, (_, i) => hostBin(Address.v4(site.w0 + i), site)));
    expect(bins.size).toBeGreaterThan(130);
  });
});
