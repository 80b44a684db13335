/**
 * Faces: blocks of IPv6 space in which IPv4 hosts show, one prefix each, and what an IPv4 block looks like there.
 *
 * 6to4 (RFC 3056), 6rd (RFC 5969) and NAT64 with a /96 (RFC 6052) put the IPv4 address into the leading bits of what they
 * give a host, so an IPv4 block is an IPv6 block. Teredo (RFC 4380) has the client's address last, behind its server, flags
 * and port, and shorter NAT64 prefixes have to step over the "u" octet: no block of theirs is one host's.
 */
import type { Statement } from '../allocation/statement.ts';
import type { AllocationTable } from '../allocation/table.ts';
import { Address } from '../net/address.ts';
import { covers, formatPrefix, Prefix } from '../net/prefix.ts';
import { isSixRdDomain } from '../net/sixrd.ts';
import { blocksOf } from '../net/special.ts';

export interface Face {
  /** Where the hosts show. */
  readonly at: Prefix;
  /** The IPv4 block they are from. */
  readonly of: Prefix;
}

const NAT64_LENGTH = 96;
const ALL_IPV4 = Prefix.covering(Address.v4(0), 0);

/** The faces there are: the two well-known blocks, and what the operator declared. */
export function facesOf(operator: AllocationTable): readonly Face[] {
  const wellKnown = blocksOf(6)
    .filter(({ decodedAs }) => decodedAs === '6to4' || decodedAs === 'nat64')
    .map(({ prefix }): Face => ({ at: prefix, of: ALL_IPV4 }));
  return [...wellKnown, ...declaredFaces(operator)];
}

/** The IPv6 block that an IPv4 one shows as; of one wider than the face is from, the whole face. */
export function imageIn({ at, of }: Face, ipv4: Prefix): Prefix {
  if (covers(ipv4, of)) return at;
  const own = ipv4.w0 << of.length;
  const words: [number, number, number, number] = [at.w0, at.w1, at.w2, at.w3];
  const word = at.length >> 5;
  const shift = at.length & 31;
  words[word] = (words[word] ?? 0) | (own >>> shift);
  if (shift > 0) words[word + 1] = own << (32 - shift);
  return Prefix.covering(Address.v6(...words), at.length + ipv4.length - of.length);
}

/** A statement comes again in every range it holds in: each face once. */
function declaredFaces(operator: AllocationTable): readonly Face[] {
  const faces = new Map<string, Face>();
  for (const { first, statement } of operator.stated()) {
    const { mechanism, blockLength, ipv4MaskLength, ipv4Prefix } = statement;
    if (first.family !== 6 || mechanism === 'native') continue;
    const at = Prefix.covering(first, blockLength);
    const of = ipv4Prefix ?? ALL_IPV4;
    const isBlockwise =
      mechanism === 'nat64'
        ? !isScattered(statement)
        : isSixRdDomain({ prefix: at, ipv4MaskLength, ipv4Prefix });
    if (isBlockwise) faces.set(formatPrefix(at), { at, of });
  }
  return [...faces.values()];
}

/** Whether hosts show in the statement's block in a way that no list of prefixes can tell. */
export function isScattered({ mechanism, blockLength }: Statement): boolean {
  return mechanism === 'nat64' && blockLength !== NAT64_LENGTH;
}
