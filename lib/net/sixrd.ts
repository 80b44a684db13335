/**
 * 6rd (RFC 5969 section 4): the operator's prefix, then those bits of the customer edge's IPv4 address that the domain's
 * customers do not have in common. Nothing in an address tells 6rd from native space, so a domain has to be declared.
 */
import { Address } from './address.ts';
import { Prefix } from './prefix.ts';

/** One 6rd domain, as an operator declares it. */
export interface SixRdDomain {
  readonly prefix: Prefix;
  /** IPv4MaskLen, 0 to 32: how many high bits all customer edges have in common and leave out of the prefix. */
  readonly ipv4MaskLength: number;
  /** Those common bits, as a prefix of `ipv4MaskLength`; may be null when there are none. */
  readonly ipv4Prefix: Prefix | null;
}

/** What an address of a 6rd domain says. */
export interface SixRd {
  /** The prefix delegated to the customer. */
  readonly delegated: Prefix;
  /** The customer edge's IPv4 address. */
  readonly customerEdge: Address;
}

/** Whether the parameters make a domain: exactly the common bits are given, and the others have room in 128 bits. */
export function isSixRdDomain({ prefix, ipv4MaskLength, ipv4Prefix }: SixRdDomain): boolean {
  const common = ipv4Prefix ?? ANY_IPV4;
  return (
    prefix.family === 6 &&
    common.family === 4 &&
    common.length === ipv4MaskLength &&
    prefix.length + 32 - ipv4MaskLength <= 128
  );
}

/** Decodes an address inside the domain's prefix; null when the parameters make no domain. */
export function decodeSixRd(address: Address, domain: SixRdDomain): SixRd | null {
  if (!isSixRdDomain(domain)) return null;
  const { prefix, ipv4MaskLength, ipv4Prefix } = domain;
  const common = ipv4Prefix?.w0 ?? 0;
  // A shift by 32 would shift by nothing.
  const own = ipv4MaskLength === 32 ? 0 : wordAt(address, prefix.length) >>> ipv4MaskLength;
  return {
    delegated: Prefix.covering(address, prefix.length + 32 - ipv4MaskLength),
    customerEdge: Address.v4(common | own),
  };
}

const ANY_IPV4 = Prefix.covering(Address.v4(0), 0);

/** The 32 bits of an IPv6 address from bit `offset` on, 0 to 128; zeros beyond the last bit. */
function wordAt(address: Address, offset: number): number {
  const words = [address.w0, address.w1, address.w2, address.w3];
  const shift = offset % 32;
  const first = words[offset >> 5] ?? 0;
  if (shift === 0) return first;
  return ((first << shift) | ((words[(offset >> 5) + 1] ?? 0) >>> (32 - shift))) >>> 0;
}
