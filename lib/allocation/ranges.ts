/**
 * Inclusive address ranges, as registries write them (RPSL `inetnum`), and the CIDR blocks they consist of.
 */

import { Address, bitsOf, compareAddress, parseAddress } from '../net/address.ts';
import { firstAddress, lastAddress, Prefix, parsePrefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';

/** First and last address of one family, first not after last. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/** Why a text is no range: a sentence. */
export interface RangeRefusal {
  readonly kind: 'bad-range';
  readonly detail: string;
}

/** Parses `first - last` (spaces optional), or a CIDR block, whose host bits must be zero. */
export function parseRange(text: string): Result<AddressRange, RangeRefusal> {
  const dash = text.indexOf('-');
  if (dash < 0) {
    const prefix = parsePrefix(text.trim());
    return prefix.ok ? ok(rangeOf(prefix.value)) : refuse(prefix.error.detail);
  }
  const first = parseAddress(text.slice(0, dash).trim());
  if (!first.ok) return refuse(first.error.detail);
  const last = parseAddress(text.slice(dash + 1).trim());
  if (!last.ok) return refuse(last.error.detail);
  if (first.value.family !== last.value.family) return refuse('a range has both its ends in one family');
  if (compareAddress(first.value, last.value) > 0) return refuse('a range ends before it begins');
  return ok({ first: first.value, last: last.value });
}

export function rangeOf(prefix: Prefix): AddressRange {
  return { first: firstAddress(prefix), last: lastAddress(prefix) };
}

/**
 * The fewest CIDR blocks that make up exactly the range, in address order: at most 62 for IPv4, 254 for IPv6.
 * Throws RangeError when the ends are of two families or the wrong way round.
 */
export function cidrsOf(range: AddressRange): Prefix[] {
  const { first, last } = range;
  if (first.family !== last.family || compareAddress(first, last) > 0) {
    throw new RangeError('a range runs from its first to its last address, in one family');
  }
  const blocks: Prefix[] = [];
  for (let start: Address | null = first; start !== null && compareAddress(start, last) <= 0; ) {
    const block = widestFrom(start, last);
    blocks.push(block);
    start = successor(lastAddress(block));
  }
  return blocks;
}

/** The next address of the family; null after its last one. */
export function successor(address: Address): Address | null {
  const { w0, w1, w2, w3 } = address;
  const max = 0xffffffff;
  if (address.family === 4) return w0 === max ? null : Address.v4(w0 + 1);
  if (w3 !== max) return Address.v6(w0, w1, w2, w3 + 1);
  if (w2 !== max) return Address.v6(w0, w1, w2 + 1, 0);
  if (w1 !== max) return Address.v6(w0, w1 + 1, 0, 0);
  return w0 === max ? null : Address.v6(w0 + 1, 0, 0, 0);
}

/** The address before; the first address of a family has none, and asking for it throws RangeError. */
export function predecessor(address: Address): Address {
  const { w0, w1, w2, w3 } = address;
  const max = 0xffffffff;
  if (address.family === 6) {
    if (w3 !== 0) return Address.v6(w0, w1, w2, w3 - 1);
    if (w2 !== 0) return Address.v6(w0, w1, w2 - 1, max);
    if (w1 !== 0) return Address.v6(w0, w1 - 1, max, max);
    if (w0 !== 0) return Address.v6(w0 - 1, max, max, max);
  } else if (w0 !== 0) return Address.v4(w0 - 1);
  throw new RangeError('no address comes before the first');
}

/** The widest block that begins at `start` and does not run past `last`. */
function widestFrom(start: Address, last: Address): Prefix {
  let length = bitsOf(start.family) - trailingZeros(start);
  let block = Prefix.covering(start, length);
  while (compareAddress(lastAddress(block), last) > 0) {
    length++;
    block = Prefix.covering(start, length);
  }
  return block;
}

function trailingZeros(address: Address): number {
  const words = address.family === 4 ? [address.w0] : [address.w3, address.w2, address.w1, address.w0];
  let zeros = 0;
  for (const word of words) {
    if (word !== 0) return zeros + 31 - Math.clz32(word & -word);
    zeros += 32;
  }
  return zeros;
}

function refuse(detail: string): Result<never, RangeRefusal> {
  return fail({ kind: 'bad-range', detail });
}
