/** The special-purpose table against the registries it was made from, and the search over it. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstAddress, formatPrefix, lastAddress } from '../../lib/net/prefix.ts';
import { blockOf, isGlobalUnicastV4, specialOf } from '../../lib/net/special.ts';
import { IPV4_REGISTRY, IPV6_REGISTRY, STRUCTURAL_BLOCKS } from '../../lib/net/special-blocks.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';

const rows = [...IPV4_REGISTRY, ...IPV6_REGISTRY, ...STRUCTURAL_BLOCKS];

describe('the table', () => {
  it.each([
    ['ipv4', IPV4_REGISTRY, 26],
    ['ipv6', IPV6_REGISTRY, 25],
  ] as const)('is what the %s registry says', (family, table, size) => {
    const file = `../vectors/iana/iana-${family}-special-registry-2026-07-18.csv`;
    const registered = readCsv(readFileSync(new URL(file, import.meta.url), 'utf8')).flatMap(rowsOf);
    expect(registered).toHaveLength(size);
    expect(table.map(([prefix, name, rfc, reachable]) => [prefix, name, rfc, reachable])).toEqual(registered);
  });

  it('sends only the blocks with an IPv4 address inside to a decoder', () => {
    const decoded = rows.filter(([, , , , decodedAs]) => decodedAs !== undefined).map(([prefix]) => prefix);
    expect(decoded).toEqual([
      '::ffff:0:0/96',
      '64:ff9b::/96',
      '2001::/32',
      '2002::/16',
      '::/96',
      '::ffff:0:0:0/96',
    ]);
  });

  it('names no block twice and spells each as it is stored', () => {
    const prefixes = rows.map(([prefix]) => prefix);
    expect(new Set(prefixes).size).toBe(rows.length);
    expect(prefixes.map((text) => formatPrefix(mustPrefix(text)))).toEqual(prefixes);
  });
});

describe('the search', () => {
  it.each(rows.map(([text]) => text))('finds %s or a longer row at both of its ends', (text) => {
    const prefix = mustPrefix(text);
    for (const address of [firstAddress(prefix), lastAddress(prefix)]) {
      expect(blockOf(address)?.prefix.length).toBeGreaterThanOrEqual(prefix.length);
    }
  });

  it.each([
    ['192.0.0.9', 'port-control-protocol-anycast', true],
    ['192.0.0.11', 'ietf-protocol-assignments', false],
    ['0.0.0.0', 'this-host-on-this-network', false],
    ['0.0.0.1', 'this-network', false],
    ['192.88.99.1', 'deprecated-6to4-relay-anycast', null],
    ['192.88.99.2', '6a44-relay-anycast', false],
    ['224.0.0.1', 'multicast', null],
    ['255.255.255.254', 'reserved', false],
    ['255.255.255.255', 'limited-broadcast', false],
    ['2001:1::2', 'traversal-using-relays-around-nat-anycast', true],
    ['2001:1::', 'ietf-protocol-assignments', false],
    ['100::ffff', 'discard-only-address-block', false],
    ['100:0:0:1::', 'dummy-ipv6-prefix', false],
    ['100:0:0:2::', 'reserved-by-ietf', null],
    ['fe7f:ffff::', 'reserved-by-ietf', null],
    ['febf::1', 'link-local-unicast', false],
    ['fec0::1', 'site-local', null],
    ['200::', 'nsap-mapped', null],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'multicast', null],
  ])('%s is %s, reachable: %s', (text, name, globallyReachable) => {
    expect(specialOf(mustAddress(text))).toMatchObject({ name, globallyReachable });
  });

  it.each(['8.8.8.8', '192.0.1.0', '2001:200::', '2a00::', '3ffe::1', '3fff:1000::'])(
    '%s is ordinary unicast',
    (text) => {
      expect(blockOf(mustAddress(text))).toBeUndefined();
    },
  );

  it.each([
    ['::ffff:127.0.0.1', 'ipv4-mapped'],
    ['::8.8.8.8', 'ipv4-compatible'],
    ['::ffff:0:8.8.8.8', 'ipv4-translated'],
    ['64:ff9b::1', 'nat64'],
    ['2001::1', 'teredo'],
    ['2002::1', '6to4'],
  ])('%s is left to the %s decoder', (text, decodedAs) => {
    expect(specialOf(mustAddress(text))).toBeUndefined();
    expect(blockOf(mustAddress(text))?.decodedAs).toBe(decodedAs);
  });

  it.each([
    ['8.8.8.8', true],
    ['10.0.0.1', false],
    ['192.0.2.33', false],
    ['198.51.100.200', false],
    ['203.0.113.7', false],
    ['192.31.196.1', false],
    ['192.88.99.1', false],
    ['224.0.0.1', false],
    ['240.0.0.1', false],
    ['2a00::1', false],
    ['::ffff:8.8.8.8', false],
  ])('%s is a global unicast IPv4 address: %s', (text, answer) => {
    expect(isGlobalUnicastV4(mustAddress(text))).toBe(answer);
  });
});

/** The registry's rows as table rows; one cell may hold two blocks, and footnote marks. */
function rowsOf(record: ReadonlyMap<string, string>): [string, string, string, boolean | null][] {
  const cell = (name: string) => (record.get(name) ?? '').replace(/\s*\[\d+\]/g, '').trim();
  const rfc = [...cell('RFC').matchAll(/RFC(\d+)/g)].map(([, number]) => `RFC ${number}`).join(', ');
  const reachable = cell('Globally Reachable');
  const name = cell('Name')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .replace(/-address$/, '');
  const answer = reachable === 'True' ? true : reachable === 'False' ? false : null;
  return cell('Address Block')
    .split(', ')
    .map((prefix) => [prefix, name, rfc, answer]);
}

/** RFC 4180: quoted cells hold commas, line ends and doubled quotes. One map per record, by column name. */
function readCsv(text: string): ReadonlyMap<string, string>[] {
  const records: string[][] = [[]];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    records.at(-1)?.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') records.push([]);
  }
  const [header = [], ...body] = records.filter((cells) => cells.length > 1);
  return body.map((cells) => new Map(header.map((name, i) => [name, cells[i] ?? ''])));
}
