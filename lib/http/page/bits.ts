/**
 * The bits of addresses and prefixes, counted from the left as prefix lengths are.
 */
import { Address } from '../../net/address.ts';
import { Prefix } from '../../net/prefix.ts';

/** The bits from `from` up to but without `to`, as a number; at most 32 of them. */
export function bitsAt({ w0, w1, w2, w3 }: Address | Prefix, from: number, to: number): number {
  const words = [w0, w1, w2, w3];
  let value = 0;
  for (let at = from; at < to; at++) {
    value = value * 2 + (((words[at >> 5] ?? 0) >>> (31 - (at & 31))) & 1);
  }
  return value;
}

/** The sub-prefix of a length at a place in its block: 0 is the first. `length` is at most 31 bits beyond the block's. */
export function childAt(block: Prefix, length: number, place: number): Prefix {
  const words = [block.w0, block.w1, block.w2, block.w3];
  for (let at = block.length; at < length; at++) {
    if (((place >>> (length - 1 - at)) & 1) === 1)
      words[at >> 5] = (words[at >> 5] ?? 0) | (1 << (31 - (at & 31)));
  }
  const [w0 = 0, w1 = 0, w2 = 0, w3 = 0] = words;
  return Prefix.covering(block.family === 4 ? Address.v4(w0) : Address.v6(w0, w1, w2, w3), length);
}

/** All 32 hex digits of an IPv6 address, or the 8 of an IPv4 one. */
export function nibblesOf(address: Address): readonly string[] {
  const count = address.family === 4 ? 8 : 32;
  return Array.from({ length: count }, (_, i) => bitsAt(address, 4 * i, 4 * i + 4).toString(16));
}
