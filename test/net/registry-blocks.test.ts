/** The table of registries against the file it was made from. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { REGISTRY_ROWS, registryBlockOf } from '../../lib/net/registry-blocks.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';

const FILE = '../vectors/iana/ipv6-unicast-address-assignments-2019-11-06.xml';
const REGIONAL = ['AFRINIC', 'APNIC', 'ARIN', 'LACNIC', 'RIPE NCC'];

describe('the table of registries', () => {
  it('holds what IANA allocated to a regional registry, and nothing else', () => {
    const xml = readFileSync(new URL(FILE, import.meta.url), 'utf8');
    const records = [
      ...xml.matchAll(
        /<prefix>([^<]+)<\/prefix>\s*<description>([^<]+)<\/description>[\s\S]*?<status>(\w+)<\/status>/g,
      ),
    ];
    const allocated = records
      .filter(([, , registry = '', status]) => status === 'ALLOCATED' && REGIONAL.includes(registry))
      .map(([, prefix = '', registry = '']) => [formatPrefix(mustPrefix(prefix)), registry]);
    expect(records).toHaveLength(40);
    expect(REGISTRY_ROWS).toEqual(allocated);
  });

  it.each([
    ['2a00:1450:4001::1', 'RIPE NCC'],
    ['2001:4860::1', 'ARIN'],
    ['2607:f8b0::1', 'ARIN'],
    ['2c0f:fb50::1', 'AFRINIC'],
    ['2001:db8::1', 'APNIC'],
    ['2002:102:304::1', undefined],
    ['fe80::1', undefined],
    ['192.0.2.1', undefined],
  ])('says of %s: %s', (address, registry) => {
    expect(registryBlockOf(mustAddress(address))?.registry).toBe(registry);
  });
});
