/**
 * ISATAP (RFC 5214 section 6.1): an interface identifier of 0000:5efe or 0200:5efe and an IPv4 address.
 *
 * A hint only. The routing prefix is the site's as in any other native address, and the IPv4 is often private.
 */
import { Address } from './address.ts';

/** The IPv4 address in an ISATAP interface identifier, or null; the u and g bits are free (RFC 7136). */
export function isatapHost(address: Address): Address | null {
  return (address.w2 & 0xfcffffff) === 0x5efe ? Address.v4(address.w3) : null;
}
