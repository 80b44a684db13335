/** From an address to its prefix and subject: the contract's table row by row, and the faces of one host. */
import { describe, expect, it } from 'vitest';
import { hostOf, networkOf } from '../../lib/allocation/network.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { facesOf, NAT64, OWN, SIX_RD, shown } from '../support/faces.ts';
import { mustAddress } from '../support/must-address.ts';

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
