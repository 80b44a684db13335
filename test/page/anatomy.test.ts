import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { networkOf } from '../../lib/allocation/network.ts';
import { anatomyOf } from '../../lib/http/page/anatomy.ts';
import { bitsAt, childAt, nibblesOf } from '../../lib/http/page/bits.ts';
import { bitsOf, formatAddress } from '../../lib/net/address.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { anyAddress } from '../support/address-arbitrary.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';
import { NO_ALLOCATIONS } from '../support/records.ts';

function anatomy(address: string, allocations: Allocations = NO_ALLOCATIONS) {
  const segments = anatomyOf(networkOf(mustAddress(address), allocations));
  return segments.map(({ role, from, to, value }) => `${role} ${from}-${to} ${value}`);
}

describe('the anatomy of an address', () => {
  it('covers every bit once, in order, for every kind of address', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const segments = anatomyOf(networkOf(address, NO_ALLOCATIONS));
        expect(segments[0]?.from).toBe(0);
        expect(segments.at(-1)?.to).toBe(bitsOf(address.family));
        for (const [i, { from, to, value, name }] of segments.entries()) {
          expect(to).toBeGreaterThan(from);
          if (i > 0) expect(from).toBe(segments[i - 1]?.to);
          expect(value).not.toBe('');
          expect(name).not.toBe('');
        }
      }),
      { seed: 42, numRuns: 2000 },
    );
  });

  it.each([
    [
      '2a00:1450:4864:20::32a',
      [
        'registry 0-12 2a0',
        'allocation 12-32 0:1450',
        'site 32-64 4864:0020',
        'interface 64-128 0000:0000:0000:032a',
      ],
    ],
    [
      '2002:2d4f:1b22:7::25',
      [
        'marker 0-16 2002',
        'ipv4 16-48 45.79.27.34',
        'subnet 48-64 0007',
        'interface 64-128 0000:0000:0000:0025',
      ],
    ],
    [
      '2001:0:4136:e378:8000:63bf:d2b0:e4dd',
      [
        'marker 0-32 2001:0000',
        'filler 32-64 65.54.227.120',
        'filler 64-80 0x8000',
        'port 80-96 40000',
        'ipv4 96-128 45.79.27.34',
      ],
    ],
    ['64:ff9b::2d4f:1b22', ['marker 0-96 0064:ff9b:0000:0000:0000:0000', 'ipv4 96-128 45.79.27.34']],
    ['::ffff:45.79.27.34', ['marker 0-96 0000:0000:0000:0000:0000:ffff', 'ipv4 96-128 45.79.27.34']],
    [
      '2a01:4f8:1:2:0:5efe:2d4f:1b22',
      [
        'registry 0-12 2a0',
        'allocation 12-32 1:04f8',
        'site 32-64 0001:0002',
        'marker 64-96 0000:5efe',
        'ipv4 96-128 45.79.27.34',
      ],
    ],
    ['45.79.27.34', ['allocation 0-24 45.79.27', 'site 24-32 34']],
    ['fe80::1', ['marker 0-10 fe8', 'interface 10-128 80:0000:0000:0000:0000:0000:0000:0001']],
    ['10.1.2.3', ['marker 0-8 10', 'interface 8-32 1.2.3']],
    ['4000::1', ['marker 0-2 4', 'interface 2-128 4000:0000:0000:0000:0000:0000:0000:0001']],
  ])('of %s is as its kind has it', (address, expected) => {
    expect(anatomy(address)).toEqual(expected);
  });

  it('follows a published plan, to the bit', () => {
    const published = allocationsOf(
      allocationOf('2a02:1230::/29', { origin: 'prefixlen', endSiteLength: 58 }),
    );
    expect(anatomy('2a02:1234:5600:77::1', published)).toEqual([
      'registry 0-12 2a0',
      'allocation 12-29 2:1234',
      'site 29-58 4:5600:007',
      'subnet 58-64 77',
      'interface 64-128 0000:0000:0000:0001',
    ]);
  });

  it('knows no interface identifier inside an end site of one address', () => {
    const published = allocationsOf(
      allocationOf('2a02:1230::/32', { origin: 'prefixlen', endSiteLength: 128 }),
    );
    expect(anatomy('2a02:1230::7', published).at(-1)).toBe('site 32-128 0000:0000:0000:0000:0000:0007');
  });

  it('decodes what an operator declared: 6rd, and NAT64 around its reserved octet', () => {
    const sixRd = allocationOf('2a0a:e5c0::/32', { mechanism: '6rd', endSiteLength: 64 });
    expect(anatomy('2a0a:e5c0:2d4f:1b22::9', allocationsOf(sixRd)).slice(0, 2)).toEqual([
      'allocation 0-32 2a0a:e5c0',
      'ipv4 32-64 45.79.27.34',
    ]);
    const nat64 = allocationOf('2a0a:e5c1:1::/48', { mechanism: 'nat64', endSiteLength: 128 });
    expect(anatomy('2a0a:e5c1:1:2d4f:1b:2200::', allocationsOf(nat64))).toEqual([
      'marker 0-48 2a0a:e5c1:0001',
      'ipv4 48-64 45.79.27.34',
      'filler 64-72 00',
      'ipv4 72-88 45.79.27.34',
      'filler 88-128 00:0000:0000',
    ]);
  });
});

describe('the bits of an address', () => {
  it('are read from the left', () => {
    expect(bitsAt(mustAddress('8000::1'), 0, 1)).toBe(1);
    expect(bitsAt(mustAddress('8000::1'), 127, 128)).toBe(1);
    expect(bitsAt(mustAddress('2001:db8::'), 16, 32)).toBe(0xdb8);
    expect(bitsAt(mustAddress('192.0.2.1'), 0, 32)).toBe(0xc0000201);
  });

  it('spell the address when put in a row', () => {
    fc.assert(
      fc.property(anyAddress, (address) => {
        const digits = nibblesOf(address).join('');
        const text =
          address.family === 4
            ? [0, 8, 16, 24].map((at) => bitsAt(address, at, at + 8)).join('.')
            : (digits.match(/..../g) ?? []).join(':');
        expect(formatAddress(mustAddress(text))).toBe(formatAddress(address));
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('name the parts of a block in order', () => {
    const parts = (block: string, length: number) =>
      [0, 1, 2 ** (length - mustPrefix(block).length) - 1].map((place) =>
        formatPrefix(childAt(mustPrefix(block), length, place)),
      );
    expect(parts('2001:db0::/28', 36)).toEqual(['2001:db0::/36', '2001:db0:1000::/36', '2001:dbf:f000::/36']);
    expect(parts('192.0.2.0/24', 32)).toEqual(['192.0.2.0/32', '192.0.2.1/32', '192.0.2.255/32']);
    expect(parts('::/60', 68)).toEqual(['::/68', '::1000:0:0:0/68', '::f:f000:0:0:0/68']);
  });
});
