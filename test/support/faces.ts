/** The faces of an IPv4 host, under allocations that an operator declared; and networks as text. */
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { networkOf } from '../../lib/allocation/network.ts';
import { Address, formatAddress } from '../../lib/net/address.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { allocationOf, allocationsOf } from './allocations.ts';
import { nat64Embed, sixRdDelegate } from './classify-slow.ts';
import { mustAddress, mustPrefix } from './must-address.ts';

export const NONE = allocationsOf();
/** An operator's own: a NAT64 prefix, a 6rd domain over all IPv4, one whose customers share 10/8, private space. */
export const NAT64 = allocationOf('2a00:b00:64::/96', { mechanism: 'nat64' });
export const SIX_RD = allocationOf('2a00:b01::/32', { mechanism: '6rd' });
export const PRIVATE_SIX_RD = allocationOf('2a00:b02::/32', {
  mechanism: '6rd',
  ipv4MaskLength: 8,
  ipv4Prefix: mustPrefix('10.0.0.0/8'),
});
export const OWN = allocationsOf(NAT64, SIX_RD, PRIVATE_SIX_RD);

/** Native, mapped, 6to4, Teredo, NAT64 by the well-known and by a declared prefix, 6rd. */
export function facesOf(host: Address): readonly Address[] {
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

export function shown(text: string, allocations: Allocations) {
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
