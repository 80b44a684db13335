/**
 * The slow, obvious twin of lib/net: addresses as one bigint, prefixes as masks, tables walked row by row, text cut with
 * `split`. It shares nothing with the fast code but the rows of the special-purpose table.
 */
import { Address, type Family } from '../../lib/net/address.ts';
import type { Prefix } from '../../lib/net/prefix.ts';
import { IPV4_REGISTRY, IPV6_REGISTRY, STRUCTURAL_BLOCKS } from '../../lib/net/special-blocks.ts';

export interface SlowAddress {
  readonly family: Family;
  readonly bits: bigint;
}

export interface SlowBlock {
  readonly first: bigint;
  readonly last: bigint;
  readonly family: Family;
  readonly length: number;
  readonly name: string;
  readonly decodedAs: string | null;
}

const MASK_32 = 0xffffffffn;

export function slowOf(address: Address): SlowAddress {
  if (address.family === 4) return { family: 4, bits: BigInt(address.w0) };
  const words = [address.w0, address.w1, address.w2, address.w3];
  return { family: 6, bits: words.reduce((bits, word) => (bits << 32n) | BigInt(word), 0n) };
}

export function fastOf({ family, bits }: SlowAddress): Address {
  if (family === 4) return Address.v4(Number(bits));
  const word = (shift: bigint) => Number((bits >> shift) & MASK_32);
  return Address.v6(word(96n), word(64n), word(32n), word(0n));
}

export const widthOf = (family: Family): number => (family === 4 ? 32 : 128);

/** The block's first and last address as numbers. */
function slowRange(
  family: Family,
  bits: bigint,
  length: number,
): { readonly first: bigint; readonly last: bigint } {
  const size = 1n << BigInt(widthOf(family) - length);
  const first = (bits / size) * size;
  return { first, last: first + size - 1n };
}

export function slowContains(prefix: Prefix, address: Address): boolean {
  const outer = slowPrefix(prefix);
  const { family, bits } = slowOf(address);
  return outer.family === family && bits >= outer.first && bits <= outer.last;
}

export function slowCovers(outer: Prefix, inner: Prefix): boolean {
  const a = slowPrefix(outer);
  const b = slowPrefix(inner);
  return a.family === b.family && a.first <= b.first && a.last >= b.last;
}

export function slowPrefix(prefix: Prefix): { family: Family; first: bigint; last: bigint } {
  const { family, w0, w1, w2, w3, length } = prefix;
  const { bits } = slowOf(family === 4 ? Address.v4(w0) : Address.v6(w0, w1, w2, w3));
  return { family, ...slowRange(family, bits, length) };
}

/** Text without `::` rules spelled out: cut at the gap, cut at colons, count, add up. Null when it is no address. */
export function slowParse(text: string): SlowAddress | null {
  if (!text.includes(':')) {
    const bits = slowQuad(text);
    return bits === null ? null : { family: 4, bits };
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const parts = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = parts.at(-1)?.at(-1);
  if (last?.includes('.')) {
    const quad = slowQuad(last);
    if (quad === null) return null;
    parts.at(-1)?.splice(-1, 1, (quad >> 16n).toString(16), (quad & 0xffffn).toString(16));
  }
  const [head = [], tail = []] = parts;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return { family: 6, bits: groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n) };
}

function slowQuad(text: string): bigint | null {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^(0|[1-9][0-9]{0,2})$/.test(octet))) return null;
  if (octets.some((octet) => Number(octet) > 255)) return null;
  return octets.reduce((bits, octet) => bits * 256n + BigInt(octet), 0n);
}

/** RFC 5952 by trying: every way to write one run of zero groups as `::`; the shortest run is never one group. */
export function slowFormat({ family, bits }: SlowAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  for (let length = 8; length >= 2; length--) {
    for (let start = 0; start + length <= 8; start++) {
      if (groups.slice(start, start + length).every((group) => group === '0')) {
        return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
      }
    }
  }
  return groups.join(':');
}

/** Every row of the table, in no particular order. */
export const slowBlocks: readonly SlowBlock[] = [
  ...IPV4_REGISTRY,
  ...IPV6_REGISTRY,
  ...STRUCTURAL_BLOCKS,
].map(([prefix, name, , , decodedAs]) => {
  const [text = '', length = ''] = prefix.split('/');
  const start = slowParse(text);
  if (start === null) throw new Error(`${prefix} is no prefix`);
  const range = slowRange(start.family, start.bits, Number(length));
  if (range.first !== start.bits) throw new Error(`${prefix} has host bits`);
  return {
    family: start.family,
    ...range,
    length: Number(length),
    name,
    decodedAs: decodedAs ?? null,
  };
});

/** Walks the whole table and keeps the longest row that holds the address. */
export function slowBlockOf({ family, bits }: SlowAddress): SlowBlock | undefined {
  return slowBlocks
    .filter((block) => block.family === family && block.first <= bits && bits <= block.last)
    .sort((a, b) => b.length - a.length)[0];
}
