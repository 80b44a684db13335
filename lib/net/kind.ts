/**
 * What an address is: the kind that decides which prefix and which subject it is known under, and the IPv4 address
 * that a translation or a tunnel put inside it.
 *
 * Order: IPv4-mapped unwraps before all else, blocks with a mechanism of their own decode themselves, then what an
 * operator declared for the block, then the special-purpose table, and last the hint of an ISATAP identifier.
 */
import { Address } from './address.ts';
import { isatapHost } from './isatap.ts';
import { nat64Host } from './nat64.ts';
import { contains, type Prefix } from './prefix.ts';
import { sixToFourRouter, sixToFourSite } from './six-to-four.ts';
import { decodeSixRd, type SixRdDomain } from './sixrd.ts';
import { blockOf, specialOf } from './special.ts';
import type { DecodedKind } from './special-blocks.ts';
import { decodeTeredo } from './teredo.ts';

export type Kind = 'ipv4' | 'ipv6' | '6rd' | 'isatap' | 'special' | DecodedKind;

/** What an operator declared for the block an address is in: nothing in the address itself would tell. */
export type Translation =
  | {
      readonly mechanism: 'nat64';
      /** RFC 6052: 32, 40, 48, 56, 64 or 96 bits. */
      readonly prefix: Prefix;
    }
  | ({ readonly mechanism: '6rd' } & SixRdDomain);

export interface Classification {
  readonly kind: Kind;
  /** The address as given. */
  readonly address: Address;
  /** The IPv4 address inside an IPv6 one; null for kind `ipv4`, whose own bits they are. */
  readonly ipv4: Address | null;
  /**
   * The special-purpose block: for kind `special` the address's own; for `ipv4-mapped`, `ipv4-translated`,
   * `ipv4-compatible`, `6to4`, `teredo` and `nat64` that of the IPv4 address inside; else null.
   */
  readonly special: string | null;
  /** The prefix the mechanism gives a customer: the 6rd delegated prefix, the 6to4 /48; else null. */
  readonly delegated: Prefix | null;
  /** Kind `teredo` only. `port` is the client's UDP port, `flags` 16 bits. */
  readonly teredo?: { readonly server: Address; readonly port: number; readonly flags: number };
}

/**
 * Classifies an address. A `translation` whose prefix does not hold the address, or that cannot be decoded (a NAT64
 * u octet that is not zero, RFC 6052 section 2.2), counts as none.
 */
export function classify(address: Address, translation?: Translation): Classification {
  const block = blockOf(address);
  if (block !== undefined && block.decodedAs !== null) return decode(address, block.decodedAs);
  const declared = translation === undefined ? null : applyTranslation(address, translation);
  if (declared !== null) return declared;
  if (block !== undefined) return plain('special', address, block.name);
  if (address.family === 4) return plain('ipv4', address, null);
  const host = isatapHost(address);
  return host === null
    ? plain('ipv6', address, null)
    : { kind: 'isatap', address, ipv4: host, special: null, delegated: null };
}

function decode(address: Address, kind: DecodedKind): Classification {
  switch (kind) {
    case '6to4':
      return embedded(kind, address, sixToFourRouter(address), sixToFourSite(address));
    case 'teredo': {
      const { client, server, port, flags } = decodeTeredo(address);
      const special = specialOf(client)?.name ?? null;
      return { kind, address, ipv4: client, special, delegated: null, teredo: { server, port, flags } };
    }
    case 'nat64':
    case 'ipv4-mapped':
    case 'ipv4-translated':
    case 'ipv4-compatible':
      return embedded(kind, address, Address.v4(address.w3), null);
  }
}

function applyTranslation(address: Address, translation: Translation): Classification | null {
  if (!contains(translation.prefix, address)) return null;
  if (translation.mechanism === 'nat64') {
    const host = nat64Host(address, translation.prefix);
    return host === null ? null : embedded('nat64', address, host, null);
  }
  const decoded = decodeSixRd(address, translation);
  if (decoded === null) return null;
  const { customerEdge, delegated } = decoded;
  // A private customer edge is ordinary in 6rd: the delegated prefix still names one customer.
  return { kind: '6rd', address, ipv4: customerEdge, special: null, delegated };
}

function embedded(kind: Kind, address: Address, ipv4: Address, delegated: Prefix | null): Classification {
  return { kind, address, ipv4, special: specialOf(ipv4)?.name ?? null, delegated };
}

function plain(kind: Kind, address: Address, special: string | null): Classification {
  return { kind, address, ipv4: null, special, delegated: null };
}
