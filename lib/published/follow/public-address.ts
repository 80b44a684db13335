/**
 * Which addresses a URL that a stranger wrote into a registry may make us connect to: ordinary global unicast, nothing else.
 */
import type { Address } from '../../net/address.ts';
import { classify } from '../../net/kind.ts';

/**
 * False for private, loopback, link-local, multicast, documentation and every other special-purpose space, and for what
 * leads into IPv4 by a tunnel (6to4, Teredo, ISATAP, IPv4-mapped): a tunnel's end may be our own network. NAT64 passes when
 * the IPv4 address inside is global, as that is how an IPv6-only machine with DNS64 reaches half the Internet.
 */
export function isPublicAddress(address: Address): boolean {
  const { kind, ipv4, special } = classify(address);
  if (kind === 'nat64') return ipv4 !== null && special === null;
  return kind === 'ipv4' || kind === 'ipv6';
}
