/**
 * What the last 64 bits of an IPv6 address look like. A hint for a reader, never a decision: a host may form any
 * identifier in its subnet.
 */
import type { Address } from '../../net/address.ts';

/** One sentence on how the identifier was probably made. */
export function interfaceHint({ w2, w3 }: Address): string {
  if (w2 === 0 && w3 === 0) return 'All zero: the subnet itself, or its routers.';
  if (w2 === 0 && w3 <= 0xffff) return 'A small number: given by hand, as servers have it.';
  // RFC 4291 appendix A: ff:fe in the middle of a 48-bit hardware address, its seventh bit flipped.
  if ((w2 & 0xff) === 0xff && w3 >>> 24 === 0xfe)
    return `Made from the hardware address ${hardwareAddress(w2, w3)}.`;
  return 'Looks random, as privacy addresses do: a host may use any number of them (RFC 8981).';
}

function hardwareAddress(w2: number, w3: number): string {
  const octets = [
    (w2 >>> 24) ^ 2,
    (w2 >>> 16) & 255,
    (w2 >>> 8) & 255,
    (w3 >>> 16) & 255,
    (w3 >>> 8) & 255,
    w3 & 255,
  ];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join('-');
}
