/** From an address to its prefix and subject: the contract's table row by row, and what allocations change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { hostOf, type Network, networkOf } from '../../lib/allocation/network.ts';
import { Address, bitsOf, equalAddress, formatAddress, parseAddress } from '../../lib/net/address.ts';
import { contains, equalPrefix, formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { anyV4, spelled } from '../support/address-arbitrary.ts';
import { slowContains } from '../support/address-slow.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { nat64Embed, sixRdDelegate } from '../support/classify-slow.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';

const NONE = allocationsOf();
/** An operator's own: a NAT64 prefix, a 6rd domain over all IPv4, one whose customers share 10/8, private space. */
const NAT64 = allocationOf('2a00:b00:64::/96', { mechanism: 'nat64' });
const SIX_RD = allocationOf('2a00:b01::/32', { mechanism: '6rd' });
const PRIVATE_SIX_RD = allocationOf('2a00:b02::/32', {
  mechanism: '6rd',
  ipv4MaskLength: 8,
  ipv4Prefix: mustPrefix('10.0.0.0/8'),
});
const OWN = allocationsOf(NAT64, SIX_RD, PRIVATE_SIX_RD);

describe('each kind of address', () => {
  it.each([
    // kind, address, prefix, subject, source, embedded IPv4
    ['ipv4', '8.8.8.8', '8.8.8.8/32', '8.8.8.8/32', 'default', null],
    ['ipv4-mapped', '::ffff:8.8.8.8', '8.8.8.8/32', '8.8.8.8/32', 'default', '8.8.8.8'],
    ['ipv6', '2a00:1450:4001:81b::5', '2a00:1450:4001:81b::/64', '2a00:1450:4001:81b::/64', 'default', null],
    [
      'isatap',
      '2a00:1450:4001:81b:0:5efe:808:808',
      '2a00:1450:4001:81b::/64',
      '2a00:1450:4001:81b::/64',
      'default',
      '8.8.8.8',
    ],
    ['6to4', '2002:808:808::25', '2002:808:808::/48', '8.8.8.8/32', 'default', '8.8.8.8'],
    [
      'teredo',
      '2001:0:4136:e378:8000:63bf:f7f7:f7f7',
      '2001:0:4136:e378:8000:63bf:f7f7:f7f7/128',
      '8.8.8.8/32',
      'default',
      '8.8.8.8',
    ],
    ['nat64', '64:ff9b::808:808', '64:ff9b::808:808/128', '8.8.8.8/32', 'default', '8.8.8.8'],
    ['nat64', '2a00:b00:64::808:808', '2a00:b00:64::808:808/128', '8.8.8.8/32', 'operator', '8.8.8.8'],
    ['6rd', '2a00:b01:808:808::25', '2a00:b01:808:808::/64', '8.8.8.8/32', 'operator', '8.8.8.8'],
    ['6rd', '2a00:b02:102:3ff::25', '2a00:b02:102:300::/56', '2a00:b02:102:300::/56', 'operator', '10.1.2.3'],
    ['6to4', '2002:a00:1::1', '2002:a00:1::1/128', null, 'default', '10.0.0.1'],
    ['6to4', '2002:c058:6301::1', '2002:c058:6301::1/128', null, 'default', '192.88.99.1'],
    [
      'teredo',
      '2001:0:808:808:0:63bf:f5ff:fffe',
      '2001:0:808:808:0:63bf:f5ff:fffe/128',
      null,
      'default',
      '10.0.0.1',
    ],
    ['nat64', '64:ff9b::a00:1', '64:ff9b::a00:1/128', null, 'default', '10.0.0.1'],
    ['nat64', '64:ff9b::e000:1', '64:ff9b::e000:1/128', null, 'default', '224.0.0.1'],
    ['ipv4-mapped', '::ffff:10.0.0.1', '10.0.0.1/32', null, 'default', '10.0.0.1'],
    ['ipv4-translated', '::ffff:0:8.8.8.8', '::ffff:0:808:808/128', null, 'default', '8.8.8.8'],
    ['ipv4-compatible', '::8.8.8.8', '::808:808/128', null, 'default', '8.8.8.8'],
    ['special', '127.0.0.1', '127.0.0.1/32', null, 'default', null],
    ['special', '100.64.0.1', '100.64.0.1/32', null, 'default', null],
    ['special', '203.0.113.7', '203.0.113.7/32', null, 'default', null],
    ['special', '::1', '::1/128', null, 'default', null],
    ['special', 'fd00::1', 'fd00::1/128', null, 'default', null],
    ['special', '2001:db8::25', '2001:db8::25/128', null, 'default', null],
    ['special', '64:ff9b:1::808:808', '64:ff9b:1::808:808/128', null, 'default', null],
  ])('%s: %s has prefix %s and subject %s', (kind, address, prefix, subject, source, ipv4) => {
    expect(shown(address, OWN)).toEqual({ kind, prefix, subject, source, ipv4, shared: false });
  });

  it('is one of the eleven of the contract, all of which the rows above show', () => {
    const rows = [
      '8.8.8.8',
      '::ffff:8.8.8.8',
      '2a00::1',
      '2a00::5efe:808:808',
      '2002:808:808::',
      '2001::',
      '64:ff9b::1',
    ];
    const more = ['2a00:b01:808:808::', '::ffff:0:1.2.3.4', '::1.2.3.4', '::1'];
    const kinds = new Set([...rows, ...more].map((text) => networkOf(mustAddress(text), OWN).kind));
    expect([...kinds].sort()).toEqual([
      '6rd',
      '6to4',
      'ipv4',
      'ipv4-compatible',
      'ipv4-mapped',
      'ipv4-translated',
      'ipv6',
      'isatap',
      'nat64',
      'special',
      'teredo',
    ]);
  });
});

describe('one IPv4 host', () => {
  it.each(['8.8.8.8', '1.1.1.1', '198.17.255.255', '223.255.255.254', '100.63.255.255'])(
    '%s has one subject, seen natively, mapped, through 6to4, Teredo, NAT64 and an operator’s own translations',
    (text) => {
      const faces = facesOf(mustAddress(text));
      const subjects = faces.map((face) => networkOf(face, OWN).subject);
      expect(subjects.map((subject) => subject && formatPrefix(subject))).toEqual(
        faces.map(() => `${text}/32`),
      );
      for (const face of faces) expect(formatAddress(hostOf(networkOf(face, OWN)))).toBe(text);
    },
  );

  it('keeps one subject when its network publishes longer or shorter end sites', () => {
    for (const endSiteLength of [24, 27, 29, 32]) {
      const published = allocationsOf(
        NAT64,
        SIX_RD,
        allocationOf('8.8.8.0/24', { origin: 'prefixlen', endSiteLength }),
      );
      const subjects = facesOf(mustAddress('8.8.8.9')).map(
        (face) => shown(formatAddress(face), published).subject,
      );
      expect(new Set(subjects)).toEqual(
        new Set([formatPrefix(Prefix.covering(mustAddress('8.8.8.9'), endSiteLength))]),
      );
    }
  });

  it('is shared on every face when its network says that many sites share it', () => {
    const cgn = allocationsOf(
      NAT64,
      SIX_RD,
      allocationOf('8.8.8.0/24', { origin: 'prefixlen', endSiteLength: 32, endSites: 4000 }),
    );
    for (const face of facesOf(mustAddress('8.8.8.8'))) expect(networkOf(face, cgn).shared).toBe(true);
  });
});

describe('an allocation', () => {
  const host = '2a00:1450:4001:81b:12::5';

  it.each([
    [32, '2a00:1450::/32'],
    [48, '2a00:1450:4001::/48'],
    [56, '2a00:1450:4001:800::/56'],
    [62, '2a00:1450:4001:818::/62'],
    [64, '2a00:1450:4001:81b::/64'],
    [124, '2a00:1450:4001:81b:12::/124'],
    [128, '2a00:1450:4001:81b:12::5/128'],
  ])('of end sites of /%i replaces the default prefix and subject', (endSiteLength, site) => {
    const allocations = allocationsOf(allocationOf('2a00:1450::/32', { origin: 'prefixlen', endSiteLength }));
    expect(shown(host, allocations)).toMatchObject({ prefix: site, subject: site, source: 'published' });
  });

  it('counts for ISATAP and for IPv4 as well', () => {
    const allocations = allocationsOf(
      allocationOf('2a00:1450::/32', { origin: 'assignment-size', endSiteLength: 56 }),
      allocationOf('8.8.8.0/24', { origin: 'assigned' }),
    );
    expect(shown('2a00:1450::5efe:808:808', allocations)).toMatchObject({
      prefix: '2a00:1450::/56',
      kind: 'isatap',
    });
    expect(shown('8.8.8.8', allocations)).toMatchObject({ prefix: '8.8.8.0/24', subject: '8.8.8.0/24' });
    expect(shown('::ffff:8.8.8.8', allocations)).toMatchObject({ prefix: '8.8.8.0/24', source: 'published' });
  });

  it('is named as what decided', () => {
    const allocation = allocationOf('2a00:1450::/32', { origin: 'prefixlen', endSiteLength: 56 });
    expect(networkOf(mustAddress(host), allocationsOf(allocation)).allocation).toBe(allocation);
    expect(networkOf(mustAddress(host), NONE).allocation).toBeNull();
  });

  it('makes its end sites shared when several sites share one', () => {
    const of = (endSites: number) =>
      allocationsOf(allocationOf('2a00:1450::/32', { endSiteLength: 64, endSites }));
    expect(networkOf(mustAddress(host), of(1)).shared).toBe(false);
    expect(networkOf(mustAddress(host), of(2)).shared).toBe(true);
  });

  it.each(['fd00::1', '10.0.0.1', '100.64.0.1', '2001:db8::1', '64:ff9b:1::1'])(
    'by the operator makes special space rateable: %s; a published one does not',
    (text) => {
      const block = formatPrefix(Prefix.covering(mustAddress(text), 16));
      const length = text.includes(':') ? 64 : 32;
      const site = formatPrefix(Prefix.covering(mustAddress(text), length));
      const own = allocationsOf(allocationOf(block, { endSiteLength: length }));
      expect(shown(text, own)).toMatchObject({
        kind: 'special',
        prefix: site,
        subject: site,
        source: 'operator',
      });
      const published = allocationsOf(allocationOf(block, { origin: 'prefixlen', endSiteLength: length }));
      expect(shown(text, published)).toMatchObject({ subject: null, source: 'default' });
    },
  );

  it('by the operator over private IPv4 makes every face of it rateable', () => {
    const own = allocationsOf(NAT64, SIX_RD, allocationOf('10.0.0.0/8', { endSiteLength: 32 }));
    for (const face of facesOf(mustAddress('10.0.0.1'))) {
      expect(shown(formatAddress(face), own).subject).toBe('10.0.0.1/32');
    }
  });

  it('translates only when an operator declares it: a publisher’s word decodes nothing', () => {
    const claimed = allocationsOf(
      { ...NAT64, origin: 'prefixlen' },
      { ...SIX_RD, origin: 'assignment-size', endSiteLength: 48 },
    );
    expect(shown('2a00:b00:64::808:808', claimed)).toMatchObject({ kind: 'ipv6', ipv4: null });
    expect(shown('2a00:b01:808:808::1', claimed)).toMatchObject({
      kind: 'ipv6',
      subject: '2a00:b01:808::/48',
    });
  });

  it('never makes a translated or a compatible address rateable', () => {
    const own = allocationsOf(allocationOf('::/16', { endSiteLength: 64 }));
    for (const text of ['::ffff:0:8.8.8.8', '::8.8.8.8'])
      expect(networkOf(mustAddress(text), own).subject).toBeNull();
  });

  it('does not count where a mechanism of its own decides: 6to4, Teredo, the NAT64 of all, and mapped', () => {
    const published = allocationsOf(
      allocationOf('::/0', { origin: 'prefixlen', endSiteLength: 56, endSites: 9 }),
    );
    for (const text of [
      '2002:808:808::1',
      '2001:0:808:808:0:ffff:f7f7:f7f7',
      '64:ff9b::808:808',
      '::ffff:8.8.8.8',
    ]) {
      const { subject, source, allocation, shared } = networkOf(mustAddress(text), published);
      expect([text, subject && formatPrefix(subject), source, allocation, shared]).toEqual([
        text,
        '8.8.8.8/32',
        'default',
        null,
        false,
      ]);
    }
  });
});

describe('for every address', () => {
  /** Published end sites of odd lengths, shared ones, and an operator's translations, all over the space. */
  const crowded = allocationsOf(
    NAT64,
    SIX_RD,
    PRIVATE_SIX_RD,
    allocationOf('2000::/4', { origin: 'prefixlen', endSiteLength: 61 }),
    allocationOf('2a00::/12', { origin: 'assignment-size', endSiteLength: 56, endSites: 2 }),
    allocationOf('3000::/5', { origin: 'assigned', endSiteLength: 127 }),
    allocationOf('fc00::/7', { endSiteLength: 64 }),
    allocationOf('0.0.0.0/1', { origin: 'prefixlen', endSiteLength: 29 }),
    allocationOf('10.0.0.0/8', { endSiteLength: 24 }),
  );

  it.each([
    ['with defaults', NONE, 60_000],
    ['with allocations', crowded, 40_000],
  ])(
    'every spelling gives the same network, and the subject holds the host it is about: %s',
    (_, allocations, numRuns) => {
      fc.assert(
        fc.property(spelled, ({ address, text }) => {
          const parsed = parseAddress(text);
          if (!parsed.ok) return false;
          const network = networkOf(parsed.value, allocations);
          return sameNetwork(network, networkOf(address, allocations)) && makesSense(network);
        }),
        { seed: 42, numRuns },
      );
    },
  );

  it('every face of an IPv4 host has the subject of the host itself', () => {
    fc.assert(
      fc.property(anyV4, (host) => {
        const native = networkOf(host, OWN).subject;
        return facesOf(host).every((face) => {
          const { subject, kind } = networkOf(face, OWN);
          // A customer edge that is no host of the Internet still has its delegated prefix.
          return samePrefix(subject, native) || (kind === '6rd' && native === null && subject?.family === 6);
        });
      }),
      { seed: 42, numRuns: 10_000 },
    );
  });

  it('every address of an end site has that end site', () => {
    fc.assert(
      fc.property(spelled, fc.nat(), ({ address }, low) => {
        const { prefix, subject, kind } = networkOf(address, crowded);
        if (prefix.length > bitsOf(prefix.family) - 4 || kind === 'ipv4-mapped') return true;
        const { family, w0, w1, w2, w3 } = address;
        const spare = low & 7;
        const near = family === 4 ? Address.v4(w0 ^ spare) : Address.v6(w0, w1, w2, w3 ^ spare);
        if (!contains(prefix, near)) return true;
        const other = networkOf(near, crowded);
        return (
          other.kind !== kind || (samePrefix(other.prefix, prefix) && samePrefix(other.subject, subject))
        );
      }),
      { seed: 42, numRuns: 10_000 },
    );
  });
});

/** Native, mapped, 6to4, Teredo, NAT64 by the well-known and by a declared prefix, 6rd. */
function facesOf(host: Address): readonly Address[] {
  const declared = nat64Embed(0x2a000b00006400000000000000000000n, 96, BigInt(host.w0));
  const [delegated] = sixRdDelegate(0x2a000b01000000000000000000000000n, 32, 0, BigInt(host.w0));
  return [
    host,
    Address.v6(0, 0, 0xffff, host.w0),
    Address.v6(0x20020000 | (host.w0 >>> 16), host.w0 << 16, 0, 0x25),
    Address.v6(0x20010000, 0x4136e378, 0x800063bf, ~host.w0),
    Address.v6(0x0064ff9b, 0, 0, host.w0),
    fromBits(declared),
    fromBits(delegated + 1n),
  ];
}

function fromBits(bits: bigint): Address {
  const word = (shift: bigint) => Number((bits >> shift) & 0xffffffffn);
  return Address.v6(word(96n), word(64n), word(32n), word(0n));
}

function shown(text: string, allocations: Allocations) {
  const { kind, prefix, subject, source, ipv4, shared } = networkOf(mustAddress(text), allocations);
  return {
    kind,
    prefix: formatPrefix(prefix),
    subject: subject && formatPrefix(subject),
    source,
    ipv4: ipv4 && formatAddress(ipv4),
    shared,
  };
}

/** What holds for every network: the prefix holds the address, the subject the host, and families never meet. */
function makesSense(network: Network): boolean {
  const { address, kind, prefix, subject, ipv4, source, allocation } = network;
  const asked = kind === 'ipv4-mapped' && ipv4 !== null ? ipv4 : address;
  return (
    slowContains(prefix, asked) &&
    (subject === null || slowContains(subject, hostOf(network))) &&
    (subject === null || subject.family === prefix.family || (subject.family === 4 && ipv4 !== null)) &&
    (source === 'default') === (allocation === null)
  );
}

function sameNetwork(a: Network, b: Network): boolean {
  return (
    a.kind === b.kind &&
    samePrefix(a.prefix, b.prefix) &&
    samePrefix(a.subject, b.subject) &&
    equalAddress(hostOf(a), hostOf(b)) &&
    a.source === b.source &&
    a.shared === b.shared &&
    a.special === b.special
  );
}

function samePrefix(a: Prefix | null, b: Prefix | null): boolean {
  return a === null || b === null ? a === b : equalPrefix(a, b);
}
