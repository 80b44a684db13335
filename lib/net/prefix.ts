/**
 * Prefixes (CIDR blocks) of either family and the few questions asked of them.
 *
 * Families never meet: an IPv4 prefix contains no IPv6 address, not even an IPv4-mapped one, and the other way round.
 * Unwrapping a mapped address is the classifier's business, before any prefix is asked.
 */
import { fail, ok, type Result } from '../result.ts';
import { Address, bitsOf, compareAddress, type Family, parseAddress } from './address.ts';
import { prefixText } from './address-text.ts';

/** A masked block: bits beyond `length` are zero, so equal blocks are equal field by field. */
export class Prefix {
  readonly family: Family;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  /** 0 to 32 for IPv4, 0 to 128 for IPv6. */
  readonly length: number;
  declare private readonly nominal: 'Prefix';

  private constructor(family: Family, w0: number, w1: number, w2: number, w3: number, length: number) {
    this.family = family;
    this.w0 = w0;
    this.w1 = w1;
    this.w2 = w2;
    this.w3 = w3;
    this.length = length;
  }

  /** The block of `length` bits that holds the address (or the whole of the other prefix); host bits are cleared. */
  static covering(inner: Address | Prefix, length: number): Prefix {
    const limit = inner instanceof Prefix ? inner.length : bitsOf(inner.family);
    if (!Number.isInteger(length) || length < 0 || length > limit) {
      throw new RangeError(`no /${length} covers a /${limit}`);
    }
    return new Prefix(
      inner.family,
      maskWord(inner.w0, length),
      maskWord(inner.w1, length - 32),
      maskWord(inner.w2, length - 64),
      maskWord(inner.w3, length - 96),
      length,
    );
  }
}

/** Why a text is no prefix: a sentence for the caller's error. */
export interface PrefixRefusal {
  readonly kind: 'bad-prefix';
  readonly detail: string;
}

/**
 * Parses `address/length`; a bare address is a /32 or /128. Non-zero host bits are refused: the writer meant either the
 * address or the block, and guessing would name somebody else's record.
 */
export function parsePrefix(text: string): Result<Prefix, PrefixRefusal> {
  const parsed = parseInterface(text);
  if (!parsed.ok) return parsed;
  const { address, length } = parsed.value;
  const prefix = Prefix.covering(address, length);
  if (compareAddress(firstAddress(prefix), address) !== 0) {
    return refuse(`${text} has bits set beyond its length; the block is ${formatPrefix(prefix)}`);
  }
  return ok(prefix);
}

/** As `parsePrefix`, but host bits are cleared: for lists and feeds whose writers are known to be careless. */
export function parsePrefixLoosely(text: string): Result<Prefix, PrefixRefusal> {
  const parsed = parseInterface(text);
  return parsed.ok ? ok(Prefix.covering(parsed.value.address, parsed.value.length)) : parsed;
}

export function formatPrefix(prefix: Prefix): string {
  return prefixText(prefix, prefix.length);
}

/**
 * The IPv4 block that an IPv6 one inside ::ffff:0:0/96 stands for (IPv4-mapped, RFC 4291 section 2.5.5.2):
 * ::ffff:10.0.0.0/104 is 10.0.0.0/8. Every other block stays as it is, also one that holds all mapped addresses and more.
 */
export function unmapped(prefix: Prefix): Prefix {
  const { family, w0, w1, w2, w3, length } = prefix;
  const isMapped = family === 6 && length >= 96 && w0 === 0 && w1 === 0 && w2 === 0xffff;
  return isMapped ? Prefix.covering(Address.v4(w3), length - 96) : prefix;
}

/** The block that is one address: /32 or /128. */
export function hostPrefix(address: Address): Prefix {
  return Prefix.covering(address, bitsOf(address.family));
}

export function firstAddress(prefix: Prefix): Address {
  return prefix.family === 4 ? Address.v4(prefix.w0) : Address.v6(prefix.w0, prefix.w1, prefix.w2, prefix.w3);
}

export function lastAddress(prefix: Prefix): Address {
  const { length } = prefix;
  if (prefix.family === 4) return Address.v4(fillWord(prefix.w0, length));
  return Address.v6(
    fillWord(prefix.w0, length),
    fillWord(prefix.w1, length - 32),
    fillWord(prefix.w2, length - 64),
    fillWord(prefix.w3, length - 96),
  );
}

/** Whether the address is inside the prefix; never across families. */
export function contains(prefix: Prefix, address: Address): boolean {
  return prefix.family === address.family && sameBits(prefix, address, prefix.length);
}

/** Whether `outer` holds all of `inner`; a prefix covers itself; never across families. */
export function covers(outer: Prefix, inner: Prefix): boolean {
  return (
    outer.family === inner.family && outer.length <= inner.length && sameBits(outer, inner, outer.length)
  );
}

export function equalPrefix(a: Prefix, b: Prefix): boolean {
  return a.length === b.length && covers(a, b);
}

/** Table order: by first address, and a block before the blocks inside it. */
export function comparePrefix(a: Prefix, b: Prefix): number {
  return (
    a.family - b.family || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3 || a.length - b.length
  );
}

function parseInterface(text: string): Result<{ address: Address; length: number }, PrefixRefusal> {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address.ok) return refuse(address.error.detail);
  const limit = bitsOf(address.value.family);
  if (slash < 0) return ok({ address: address.value, length: limit });
  const digits = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(digits) || Number(digits) > limit) {
    return refuse(`a prefix length is a whole number from 0 to ${limit}`);
  }
  return ok({ address: address.value, length: Number(digits) });
}

function sameBits(a: Address | Prefix, b: Address | Prefix, length: number): boolean {
  return (
    maskWord(a.w0 ^ b.w0, length) === 0 &&
    maskWord(a.w1 ^ b.w1, length - 32) === 0 &&
    maskWord(a.w2 ^ b.w2, length - 64) === 0 &&
    maskWord(a.w3 ^ b.w3, length - 96) === 0
  );
}

/** The first `keep` bits of a word; none when `keep` is negative, all from 32 on. */
function maskWord(word: number, keep: number): number {
  if (keep >= 32) return word >>> 0;
  return keep <= 0 ? 0 : (word & (-1 << (32 - keep))) >>> 0;
}

/** The word with every bit after the first `keep` set. */
function fillWord(word: number, keep: number): number {
  if (keep >= 32) return word;
  return keep <= 0 ? 0xffffffff : (word | (0xffffffff >>> keep)) >>> 0;
}

function refuse(detail: string): Result<never, PrefixRefusal> {
  return fail({ kind: 'bad-prefix', detail });
}
