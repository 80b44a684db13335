/** What an address is: every mechanism's published examples, the blocks around them, and the collected vectors. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../lib/net/address.ts';
import { type Classification, classify, type Translation } from '../../lib/net/kind.ts';
import { formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';
import kinds from '../vectors/address-kinds.json' with { type: 'json' };
import collected from '../vectors/address-vectors.json' with { type: 'json' };

describe('an address', () => {
  it.each(kinds)('$address is $kind: $reason', (row) => {
    expect(shown(classify(mustAddress(row.address), declaredIn(row)))).toEqual({
      address: formatAddress(mustAddress(row.address)),
      kind: row.kind,
      ipv4: row.ipv4,
      special: row.special,
      delegated: row.delegated ?? null,
      teredo: row.teredo ?? null,
    });
  });

  it('is kept as given, whatever is found inside it', () => {
    const address = mustAddress('::ffff:192.0.2.1');
    expect(classify(address).address).toBe(address);
  });
});

/** Our kind and block for each class of the collected vectors, with the reason where the names do not say it. */
const OURS: ReadonlyMap<string, readonly [kind: string, special?: string]> = new Map([
  ['teredo', ['teredo']],
  ['6to4', ['6to4']],
  ['ipv4-mapped', ['ipv4-mapped']],
  ['ipv4-compatible', ['ipv4-compatible']],
  ['ipv4-translated', ['ipv4-translated']],
  ['nat64', ['nat64']],
  // Decoded because the test declares the vector's prefix, as an operator would.
  ['nat64-network-specific', ['nat64']],
  ['nat64-local', ['nat64']],
  ['6rd', ['6rd']],
  ['global', ['ipv6']],
  ['unspecified', ['special', 'unspecified']],
  ['discard', ['special', 'discard-only-address-block']],
  ['dummy', ['special', 'dummy-ipv6-prefix']],
  ['amt', ['special', 'amt']],
  ['as112', ['special', 'direct-delegation-as112-service']],
  ['orchid-deprecated', ['special', 'deprecated-previously-orchid']],
  ['orchidv2', ['special', 'orchidv2']],
  ['pcp-anycast', ['special', 'port-control-protocol-anycast']],
  ['dnssd-srp-anycast', ['special', 'dns-sd-service-registration-protocol-anycast']],
  ['documentation', ['special', 'documentation']],
  ['srv6-sid', ['special', 'segment-routing-srv6-sids']],
  ['unique-local', ['special', 'unique-local']],
  // An ISATAP or EUI-64 identifier does not make a link-local address anything else.
  ['link-local', ['special', 'link-local-unicast']],
  ['multicast', ['special', 'multicast']],
  // The registry of the address space calls everything outside 2000::/3 and its named blocks "Reserved by IETF".
  ['reserved', ['special', 'reserved-by-ietf']],
]);

/** "global-unallocated" is two things to us: IANA assigns unicast from 2000::/3 only, and inside it we judge nothing. */
const UNALLOCATED: ReadonlyMap<string, readonly [kind: string, special?: string]> = new Map([
  ['3ffe:831f:ce49:7601:8000:efff:af4a:86bf', ['ipv6']],
  ['3fff:1000::', ['ipv6']],
  ['64:ff9a::', ['special', 'reserved-by-ietf']],
  ['4000::1', ['special', 'reserved-by-ietf']],
  ['8000::1', ['special', 'reserved-by-ietf']],
]);

describe('a collected vector', () => {
  it.each(collected.vectors)('$address ($class)', (row) => {
    const [kind, special] =
      (row.class === 'global-unallocated' ? UNALLOCATED.get(row.canonical) : OURS.get(row.class)) ?? [];
    const found = shown(classify(mustAddress(row.address), declaredInCollected(row)));
    expect(found.kind).toBe(kind);
    if (special !== undefined) expect(found).toMatchObject({ special, ipv4: null });
    else expect(found.ipv4).toBe(row.embedded_ipv4 ?? null);
    if (row.embedded_is_global !== undefined) expect(found.special === null).toBe(row.embedded_is_global);
    if (row.delegated_prefix !== undefined) expect(found.delegated).toBe(row.delegated_prefix);
    if (row.teredo_server !== undefined) expect(found.teredo?.server).toBe(row.teredo_server);
    if (row.teredo_client_port !== undefined) expect(found.teredo?.port).toBe(row.teredo_client_port);
    if (row.teredo_flags !== undefined) expect(found.teredo?.flags).toBe(row.teredo_flags);
  });

  it.each(collected.vectors.filter(({ class: name }) => /^(6rd|nat64-)/.test(name)))(
    '$address ($class) says nothing of IPv4 unless a translation is declared',
    ({ address }) => {
      const { kind, ipv4 } = classify(mustAddress(address));
      expect(['ipv6', 'special']).toContain(kind);
      expect(ipv4).toBeNull();
    },
  );
});

function shown({ address, kind, ipv4, special, delegated, teredo }: Classification) {
  return {
    address: formatAddress(address),
    kind,
    ipv4: ipv4 && formatAddress(ipv4),
    special,
    delegated: delegated && formatPrefix(delegated),
    teredo: teredo ? { ...teredo, server: formatAddress(teredo.server) } : null,
  };
}

function declaredIn({ nat64, sixrd }: (typeof kinds)[number]): Translation | undefined {
  if (nat64 !== undefined) return { mechanism: 'nat64', prefix: mustPrefix(nat64) };
  if (sixrd === undefined) return undefined;
  const { prefix, ipv4MaskLength, ipv4Prefix } = sixrd;
  return {
    mechanism: '6rd',
    prefix: mustPrefix(prefix),
    ipv4MaskLength,
    ipv4Prefix: ipv4Prefix === null ? null : mustPrefix(ipv4Prefix),
  };
}

function declaredInCollected(row: (typeof collected.vectors)[number]): Translation | undefined {
  if (row.nat64_prefix !== undefined) return { mechanism: 'nat64', prefix: mustPrefix(row.nat64_prefix) };
  if (row.sixrd_prefix === undefined) return undefined;
  // The collection leaves the common bits out; they are those of its own customer edge.
  const ipv4MaskLength = row.ipv4_mask_len ?? 0;
  const ipv4Prefix = Prefix.covering(mustAddress(row.embedded_ipv4 ?? ''), ipv4MaskLength);
  return { mechanism: '6rd', prefix: mustPrefix(row.sixrd_prefix), ipv4MaskLength, ipv4Prefix };
}
