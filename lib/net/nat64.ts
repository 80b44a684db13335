/**
 * IPv4-embedded IPv6 addresses (RFC 6052 section 2.2): a prefix of 32, 40, 48, 56, 64 or 96 bits, then the 32 bits of
 * the IPv4 address, stepping over bits 64 to 71 (the "u" octet, zero). Bits after the IPv4 address are ignored.
 */
import { Address } from './address.ts';
import type { Prefix } from './prefix.ts';

/** Whether RFC 6052 allows the prefix: an IPv6 one of a legal length, whose own u octet is zero if it reaches that far. */
export function isNat64Prefix(prefix: Prefix): boolean {
  return prefix.family === 6 && hostOf(prefix, prefix.length) !== null;
}

/**
 * The IPv4 host behind an address inside `prefix`, or null when the address is not IPv4-embedded: its u octet is not
 * zero, or the prefix has a length that RFC 6052 does not know.
 */
export function nat64Host(address: Address, prefix: Prefix): Address | null {
  const bits = hostOf(address, prefix.length);
  return bits === null ? null : Address.v4(bits);
}

function hostOf({ w1, w2, w3 }: Address | Prefix, length: number): number | null {
  if (w2 >>> 24 !== 0) return null;
  switch (length) {
    case 32:
      return w1;
    case 40:
      return (w1 << 8) | ((w2 >>> 16) & 0xff);
    case 48:
      return (w1 << 16) | ((w2 >>> 8) & 0xffff);
    case 56:
      return (w1 << 24) | (w2 & 0xffffff);
    case 64:
      return (w2 << 8) | (w3 >>> 24);
    case 96:
      return w3;
    default:
      return null;
  }
}
