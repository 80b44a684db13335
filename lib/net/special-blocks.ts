/**
 * Special-purpose address blocks, as a table.
 *
 * The two registries are IANA's IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190), snapshot of
 * 2026-07-18; a test derives them again from the registry's own CSV files. The structural blocks are those that
 * RFCs or the address architecture set aside and the registries leave out.
 */

/** Mechanisms that put an IPv4 address into a block of the table; traffic from there is told apart by decoding it. */
export type DecodedKind = 'ipv4-mapped' | 'ipv4-translated' | 'ipv4-compatible' | '6to4' | 'teredo' | 'nat64';

/**
 * One block. `name`: the registry's name in lower case, anything but letters and digits as `-`, a trailing "address"
 * dropped. `globallyReachable`: the registry's column, null where it says N/A or nothing. `decodedAs`: present when
 * addresses of the block carry an IPv4 address that says more than the block's name.
 */
export type BlockRow = readonly [
  prefix: string,
  name: string,
  rfc: string,
  globallyReachable: boolean | null,
  decodedAs?: DecodedKind,
];

/** https://www.iana.org/assignments/iana-ipv4-special-registry, 2026-07-18. */
export const IPV4_REGISTRY: readonly BlockRow[] = [
  ['0.0.0.0/8', 'this-network', 'RFC 791', false],
  ['0.0.0.0/32', 'this-host-on-this-network', 'RFC 1122', false],
  ['10.0.0.0/8', 'private-use', 'RFC 1918', false],
  ['100.64.0.0/10', 'shared-address-space', 'RFC 6598', false],
  ['127.0.0.0/8', 'loopback', 'RFC 1122', false],
  ['169.254.0.0/16', 'link-local', 'RFC 3927', false],
  ['172.16.0.0/12', 'private-use', 'RFC 1918', false],
  ['192.0.0.0/24', 'ietf-protocol-assignments', 'RFC 6890', false],
  ['192.0.0.0/29', 'ipv4-service-continuity-prefix', 'RFC 7335', false],
  ['192.0.0.8/32', 'ipv4-dummy', 'RFC 7600', false],
  ['192.0.0.9/32', 'port-control-protocol-anycast', 'RFC 7723', true],
  ['192.0.0.10/32', 'traversal-using-relays-around-nat-anycast', 'RFC 8155', true],
  ['192.0.0.170/32', 'nat64-dns64-discovery', 'RFC 8880, RFC 7050', false],
  ['192.0.0.171/32', 'nat64-dns64-discovery', 'RFC 8880, RFC 7050', false],
  ['192.0.2.0/24', 'documentation-test-net-1', 'RFC 5737', false],
  ['192.31.196.0/24', 'as112-v4', 'RFC 7535', true],
  ['192.52.193.0/24', 'amt', 'RFC 7450', true],
  ['192.88.99.0/24', 'deprecated-6to4-relay-anycast', 'RFC 7526', null],
  ['192.88.99.2/32', '6a44-relay-anycast', 'RFC 6751', false],
  ['192.168.0.0/16', 'private-use', 'RFC 1918', false],
  ['192.175.48.0/24', 'direct-delegation-as112-service', 'RFC 7534', true],
  ['198.18.0.0/15', 'benchmarking', 'RFC 2544', false],
  ['198.51.100.0/24', 'documentation-test-net-2', 'RFC 5737', false],
  ['203.0.113.0/24', 'documentation-test-net-3', 'RFC 5737', false],
  ['240.0.0.0/4', 'reserved', 'RFC 1112', false],
  ['255.255.255.255/32', 'limited-broadcast', 'RFC 8190, RFC 919', false],
];

/** https://www.iana.org/assignments/iana-ipv6-special-registry, 2026-07-18. */
export const IPV6_REGISTRY: readonly BlockRow[] = [
  ['::1/128', 'loopback', 'RFC 4291', false],
  ['::/128', 'unspecified', 'RFC 4291', false],
  ['::ffff:0:0/96', 'ipv4-mapped', 'RFC 4291', false, 'ipv4-mapped'],
  ['64:ff9b::/96', 'ipv4-ipv6-translat', 'RFC 6052', true, 'nat64'],
  ['64:ff9b:1::/48', 'ipv4-ipv6-translat', 'RFC 8215', false],
  ['100::/64', 'discard-only-address-block', 'RFC 6666', false],
  ['100:0:0:1::/64', 'dummy-ipv6-prefix', 'RFC 9780', false],
  ['2001::/23', 'ietf-protocol-assignments', 'RFC 2928', false],
  ['2001::/32', 'teredo', 'RFC 4380, RFC 8190', null, 'teredo'],
  ['2001:1::1/128', 'port-control-protocol-anycast', 'RFC 7723', true],
  ['2001:1::2/128', 'traversal-using-relays-around-nat-anycast', 'RFC 8155', true],
  ['2001:1::3/128', 'dns-sd-service-registration-protocol-anycast', 'RFC 9665', true],
  ['2001:2::/48', 'benchmarking', 'RFC 5180', false],
  ['2001:3::/32', 'amt', 'RFC 7450', true],
  ['2001:4:112::/48', 'as112-v6', 'RFC 7535', true],
  ['2001:10::/28', 'deprecated-previously-orchid', 'RFC 4843', null],
  ['2001:20::/28', 'orchidv2', 'RFC 7343', true],
  ['2001:30::/28', 'drone-remote-id-protocol-entity-tags-dets-prefix', 'RFC 9374', true],
  ['2001:db8::/32', 'documentation', 'RFC 3849', false],
  ['2002::/16', '6to4', 'RFC 3056', null, '6to4'],
  ['2620:4f:8000::/48', 'direct-delegation-as112-service', 'RFC 7534', true],
  ['3fff::/20', 'documentation', 'RFC 9637', false],
  ['5f00::/16', 'segment-routing-srv6-sids', 'RFC 9602', false],
  ['fc00::/7', 'unique-local', 'RFC 4193, RFC 8190', false],
  ['fe80::/10', 'link-local-unicast', 'RFC 4291', false],
];

/**
 * Blocks no special-purpose registry lists. The three widest say that IANA hands out unicast space from 2000::/3
 * only (RFC 4291 section 2.4 and the IPv6 address space registry), so what lies outside it has no holder.
 */
export const STRUCTURAL_BLOCKS: readonly BlockRow[] = [
  ['224.0.0.0/4', 'multicast', 'RFC 5771', null],
  ['::/96', 'ipv4-compatible', 'RFC 4291', null, 'ipv4-compatible'],
  ['::ffff:0:0:0/96', 'ipv4-translated', 'RFC 2765', null, 'ipv4-translated'],
  ['200::/7', 'nsap-mapped', 'RFC 4048', null],
  ['fec0::/10', 'site-local', 'RFC 3879', null],
  ['ff00::/8', 'multicast', 'RFC 4291', null],
  ['::/3', 'reserved-by-ietf', 'RFC 4291', null],
  ['4000::/2', 'reserved-by-ietf', 'RFC 4291', null],
  ['8000::/1', 'reserved-by-ietf', 'RFC 4291', null],
];
