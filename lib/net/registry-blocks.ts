/**
 * Which regional registry hands out a block of IPv6: the first thing an address says about where it comes from.
 */
import type { Address } from './address.ts';
import { contains, type Prefix, parsePrefix } from './prefix.ts';

/** A block that IANA gave to a registry. */
export interface RegistryBlock {
  readonly prefix: Prefix;
  readonly registry: string;
}

/**
 * https://www.iana.org/assignments/ipv6-unicast-address-assignments, registry of 2019-11-06: what is allocated to a
 * regional registry. A test derives the rows again from the registry's own file.
 */
export const REGISTRY_ROWS: readonly (readonly [prefix: string, registry: string])[] = [
  ['2001:200::/23', 'APNIC'],
  ['2001:400::/23', 'ARIN'],
  ['2001:600::/23', 'RIPE NCC'],
  ['2001:800::/22', 'RIPE NCC'],
  ['2001:c00::/23', 'APNIC'],
  ['2001:e00::/23', 'APNIC'],
  ['2001:1200::/23', 'LACNIC'],
  ['2001:1400::/22', 'RIPE NCC'],
  ['2001:1800::/23', 'ARIN'],
  ['2001:1a00::/23', 'RIPE NCC'],
  ['2001:1c00::/22', 'RIPE NCC'],
  ['2001:2000::/19', 'RIPE NCC'],
  ['2001:4000::/23', 'RIPE NCC'],
  ['2001:4200::/23', 'AFRINIC'],
  ['2001:4400::/23', 'APNIC'],
  ['2001:4600::/23', 'RIPE NCC'],
  ['2001:4800::/23', 'ARIN'],
  ['2001:4a00::/23', 'RIPE NCC'],
  ['2001:4c00::/23', 'RIPE NCC'],
  ['2001:5000::/20', 'RIPE NCC'],
  ['2001:8000::/19', 'APNIC'],
  ['2001:a000::/20', 'APNIC'],
  ['2001:b000::/20', 'APNIC'],
  ['2003::/18', 'RIPE NCC'],
  ['2400::/12', 'APNIC'],
  ['2600::/12', 'ARIN'],
  ['2610::/23', 'ARIN'],
  ['2620::/23', 'ARIN'],
  ['2630::/12', 'ARIN'],
  ['2800::/12', 'LACNIC'],
  ['2a00::/12', 'RIPE NCC'],
  ['2a10::/12', 'RIPE NCC'],
  ['2c00::/12', 'AFRINIC'],
];

/** The registry's block an IPv6 address is in; undefined for IPv4, special space, and what was given out later. */
export function registryBlockOf(address: Address): RegistryBlock | undefined {
  return blocks.find(({ prefix }) => contains(prefix, address));
}

const blocks = REGISTRY_ROWS.map(([text, registry]): RegistryBlock => {
  const prefix = parsePrefix(text);
  if (!prefix.ok) throw new Error(`registry table: ${prefix.error.detail}`);
  return { prefix: prefix.value, registry };
});
