/**
 * 6to4 (RFC 3056 section 2): 2002::/16, then the site's IPv4 address in bits 16 to 47, then subnet and interface.
 *
 * The decoder says what is written; whether that IPv4 address can be a site at all (section 9 rules out private,
 * loopback and multicast ones, RFC 7526 the relay anycast) is a matter of the special-purpose table.
 */
import { Address } from './address.ts';
import { Prefix } from './prefix.ts';

/** The IPv4 address of the 6to4 router, for an address of 2002::/16. */
export function sixToFourRouter(address: Address): Address {
  return Address.v4((address.w0 << 16) | (address.w1 >>> 16));
}

/** The /48 of the 6to4 site, for an address of 2002::/16. */
export function sixToFourSite(address: Address): Prefix {
  return Prefix.covering(address, 48);
}
