/**
 * What must hold for every address. The suite runs each property with a fixed seed; `test/hunt.ts` runs the same ones
 * for longer, with a new seed.
 */
import { isIP } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { Address, compareAddress, equalAddress, formatAddress, parseAddress } from '../../lib/net/address.ts';
import { type Classification, classify, type Translation } from '../../lib/net/kind.ts';
import {
  contains,
  covers,
  equalPrefix,
  firstAddress,
  formatPrefix,
  hostPrefix,
  lastAddress,
  Prefix,
  parsePrefix,
} from '../../lib/net/prefix.ts';
import { blockOf } from '../../lib/net/special.ts';
import {
  anyAddress,
  anyPrefix,
  anyV4,
  anyV6,
  declared,
  nearlyAddress,
  spelled,
} from './address-arbitrary.ts';
import {
  slowBlockOf,
  slowContains,
  slowCovers,
  slowFormat,
  slowOf,
  slowParse,
  slowPrefix,
  widthOf,
} from './address-slow.ts';
import { type SlowClassification, slowClassify } from './classify-slow.ts';

export interface AddressProperty {
  /** The sentence that must hold. */
  readonly says: string;
  /** Inputs in the suite; the hunt multiplies them. */
  readonly runs: number;
  /** Throws, with the shrunk counterexample, when the sentence does not hold. */
  readonly check: (seed: number, runs: number) => void;
}

export const ADDRESS_PROPERTIES: readonly AddressProperty[] = [
  property('every spelling of an address parses to that address', 20_000, spelled, ({ address, text }) =>
    same(show(text), slowOf(address)),
  ),
  property('canonical text is the one RFC 5952 allows, and parses back', 15_000, anyAddress, (address) => {
    const text = formatAddress(address);
    return text === slowFormat(slowOf(address)) && same(show(text), slowOf(address));
  }),
  property('canonical text is what ipaddr.js and URL write', 8_000, anyAddress, (address) => {
    const text = formatAddress(address);
    if (address.family === 4) return ipaddr.IPv4.parse(text).toString() === text;
    const url = new URL(`http://[${text}]/`).hostname;
    return url === `[${text}]` && ipaddr.IPv6.parse(text).toRFC5952String() === text;
  }),
  property('the parser accepts what net.isIP accepts, zones apart', 25_000, nearlyAddress, (text) => {
    const parsed = parseAddress(text);
    const family = text.includes('%') ? 0 : isIP(text);
    return parsed.ok ? parsed.value.family === family : family === 0;
  }),
  property('the parser agrees with cutting the text at colons', 10_000, nearlyAddress, (text) =>
    same(show(text), slowParse(text)),
  ),
  property('ipaddr.js agrees on every legal text outside ::d.d.d.d', 8_000, spelled, ({ text }) => {
    if (/^::\d+\.\d+\.\d+\.\d+$/.test(text)) return true;
    const octets = ipaddr.parse(text).toByteArray();
    const bits = octets.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
    return same(show(text), { family: octets.length === 4 ? 4 : 6, bits });
  }),
  property('a block of the table is the longest a linear walk finds', 10_000, anyAddress, (address) => {
    const fast = blockOf(address);
    const slow = slowBlockOf(slowOf(address));
    return fast?.name === slow?.name && fast?.prefix.length === slow?.length;
  }),
  property('an address is classified as the slow twin does it', 10_000, anyAddress, (address) =>
    agrees(address),
  ),
  property('a declared translation is decoded as on paper', 15_000, declared, ({ address, translation }) =>
    agrees(address, translation),
  ),
  property(
    'contains agrees with ranges of numbers',
    8_000,
    fc.tuple(anyPrefix, anyAddress),
    ([prefix, any]) => {
      const near = [any, firstAddress(prefix), lastAddress(prefix), ...neighbours(prefix)];
      return near.every((address) => contains(prefix, address) === slowContains(prefix, address));
    },
  ),
  property('covers agrees with ranges of numbers', 8_000, fc.tuple(anyPrefix, anyPrefix), ([a, b]) => {
    const wider = Prefix.covering(a, Math.min(a.length, b.length));
    const pairs = [a, b, wider].flatMap((x) => [a, b, wider].map((y) => [x, y] as const));
    return pairs.every(([x, y]) => {
      return (
        covers(x, y) === slowCovers(x, y) && equalPrefix(x, y) === (slowCovers(x, y) && slowCovers(y, x))
      );
    });
  }),
  property('a prefix holds what its masks say, and its text parses back', 8_000, anyPrefix, (prefix) => {
    const { family, first, last } = slowPrefix(prefix);
    const parsed = parsePrefix(formatPrefix(prefix));
    return (
      same(firstAddress(prefix), { family, bits: first }) &&
      same(lastAddress(prefix), { family, bits: last }) &&
      parsed.ok &&
      equalPrefix(parsed.value, prefix)
    );
  }),
  property(
    'addresses are ordered like their numbers, IPv4 first',
    8_000,
    fc.tuple(anyAddress, anyAddress),
    ([a, b]) => {
      const rank = (address: Address) => (address.family === 4 ? 0n : 1n << 128n) + slowOf(address).bits;
      const order = rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0;
      return Math.sign(compareAddress(a, b)) === order && equalAddress(a, b) === (order === 0);
    },
  ),
  property('families never meet', 8_000, fc.tuple(anyV4, anyV6, fc.nat({ max: 32 })), ([v4, v6, length]) => {
    const twin = Address.v6(v4.w0, 0, 0, 0);
    const mapped = Address.v6(0, 0, 0xffff, v4.w0);
    const narrow = Prefix.covering(v4, length);
    return [v6, twin, mapped].every((other) => {
      const wide = Prefix.covering(other, length);
      return (
        !equalAddress(v4, other) &&
        !contains(narrow, other) &&
        !contains(wide, v4) &&
        !covers(narrow, hostPrefix(other)) &&
        !covers(wide, hostPrefix(v4)) &&
        !equalPrefix(narrow, wide) &&
        compareAddress(v4, other) < 0
      );
    });
  }),
];

function property<T>(
  says: string,
  runs: number,
  arbitrary: fc.Arbitrary<T>,
  holds: (value: T) => boolean,
): AddressProperty {
  return {
    says,
    runs,
    check: (seed, numRuns) => fc.assert(fc.property(arbitrary, holds), { seed, numRuns }),
  };
}

function show(text: string): Address | null {
  const parsed = parseAddress(text);
  return parsed.ok ? parsed.value : null;
}

function same(fast: Address | null, slow: { family: number; bits: bigint } | null): boolean {
  if (fast === null || slow === null) return fast === slow;
  const { family, bits } = slowOf(fast);
  return family === slow.family && bits === slow.bits;
}

function agrees(address: Address, translation?: Translation): boolean {
  const slow = slowClassify(slowOf(address), translation);
  return JSON.stringify(plain(classify(address, translation))) === JSON.stringify(textOf(slow));
}

function plain({ kind, ipv4, special, delegated, teredo }: Classification): unknown {
  return textOf({
    kind,
    ipv4: ipv4 && slowOf(ipv4).bits,
    special,
    delegated: delegated && [slowPrefix(delegated).first, delegated.length],
    teredo: teredo ? [slowOf(teredo.server).bits, teredo.port, teredo.flags] : null,
  });
}

function textOf({ kind, ipv4, special, delegated, teredo }: SlowClassification): unknown {
  return [kind, ipv4?.toString(), special, delegated?.map(String), teredo?.map(String)];
}

/** The addresses just outside the prefix, where there are any. */
function neighbours(prefix: Prefix): Address[] {
  if (prefix.length === 0) return [];
  const bit = prefix.length - 1;
  const flip = (i: number, word: number) => (bit >> 5 === i ? word ^ (1 << (31 - (bit & 31))) : word);
  return [firstAddress(prefix), lastAddress(prefix)].map(({ w0, w1, w2, w3 }) =>
    widthOf(prefix.family) === 32
      ? Address.v4(flip(0, w0))
      : Address.v6(flip(0, w0), flip(1, w1), flip(2, w2), flip(3, w3)),
  );
}
