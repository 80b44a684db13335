/** What an allocation changes of an address's prefix and subject. */
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../lib/allocation/network.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { facesOf, NAT64, NONE, SIX_RD, shown } from '../support/faces.ts';
import { mustAddress } from '../support/must-address.ts';

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

  it('published over private IPv4 makes no face of it rateable: nobody but us can know hosts there', () => {
    const claimed = allocationsOf(
      NAT64,
      SIX_RD,
      allocationOf('10.0.0.0/8', { origin: 'prefixlen', endSiteLength: 32 }),
    );
    for (const face of facesOf(mustAddress('10.0.0.1'))) {
      const { kind, subject } = shown(formatAddress(face), claimed);
      expect([kind, subject]).toEqual([kind, kind === '6rd' ? '2a00:b01:a00:1::/64' : null]);
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
