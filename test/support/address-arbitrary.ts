/** Generators of addresses, of every spelling of one address, and of texts that nearly are addresses. */
import fc from 'fast-check';
import { Address } from '../../lib/net/address.ts';
import type { Translation } from '../../lib/net/kind.ts';
import { Prefix } from '../../lib/net/prefix.ts';
import { fastOf, slowBlocks, slowFormat, slowOf, widthOf } from './address-slow.ts';

const word = fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.constantFrom(0, 0xffffffff, 0x0000ffff));
/** Groups of real addresses: many zeros, small numbers, and anything. */
const group = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 0xff }),
  fc.integer({ min: 0, max: 0xffff }),
);

const uniform6 = fc.tuple(word, word, word, word).map(([a, b, c, d]) => Address.v6(a, b, c, d));
const grouped6 = fc.array(group, { minLength: 8, maxLength: 8 }).map((groups) => {
  const at = (i: number) => (groups[i] ?? 0) * 0x10000 + (groups[i + 1] ?? 0);
  return Address.v6(at(0), at(2), at(4), at(6));
});
const isatap6 = fc
  .tuple(word, word, fc.constantFrom(0, 1, 2, 3, 4), word)
  .map(([a, b, ug, ipv4]) => Address.v6(0x20000000 | (a >>> 3), b, ug * 0x1000000 + 0x5efe, ipv4));

/** Inside a row of the special-purpose table, at its edges, and one step beyond them. */
const nearRow = fc
  .tuple(
    fc.nat({ max: slowBlocks.length - 1 }),
    fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
    fc.constantFrom('inside', 'first', 'last', 'before', 'after'),
  )
  .map(([row, random, where]) => {
    const block = slowBlocks[row];
    if (block === undefined) throw new Error('no such row');
    const end = (1n << BigInt(widthOf(block.family))) - 1n;
    const inside = block.first + (random % (block.last - block.first + 1n));
    const bits = {
      inside,
      first: block.first,
      last: block.last,
      before: block.first > 0n ? block.first - 1n : end,
      after: block.last < end ? block.last + 1n : 0n,
    }[where];
    return fastOf({ family: block.family, bits });
  });

export const anyV4 = word.map((bits) => Address.v4(bits));
export const anyV6 = fc.oneof(uniform6, grouped6, isatap6);
export const anyAddress = fc.oneof(
  { weight: 1, arbitrary: anyV4 },
  { weight: 2, arbitrary: anyV6 },
  { weight: 2, arbitrary: nearRow },
);

export const anyPrefix = fc
  .tuple(anyAddress, fc.nat({ max: 128 }))
  .map(([address, length]) => Prefix.covering(address, length % (widthOf(address.family) + 1)));

/** An address with one of its legal spellings, the RFC 5952 one among them. */
export const spelled = fc
  .tuple(anyAddress, fc.infiniteStream(fc.nat({ max: 0xffff })))
  .map(([address, dice]) => ({ address, text: spell(address, () => dice.next().value ?? 0) }));

const CHANGES = {
  insert: (head: string, tail: string, piece: string) => head + piece + tail,
  drop: (head: string, tail: string) => head + tail.slice(1),
  replace: (head: string, tail: string, piece: string) => head + piece + tail.slice(1),
  double: (head: string, tail: string) => head + tail.slice(0, 1) + tail,
  cut: (head: string, tail: string) => (head.length > tail.length ? head : tail),
};

/** Texts near the grammar: a legal spelling with none to three characters changed, doubled, dropped or moved. */
export const nearlyAddress = fc
  .tuple(
    spelled,
    fc.array(
      fc.tuple(
        fc.nat({ max: 50 }),
        fc.constantFrom('insert', 'drop', 'replace', 'double', 'cut'),
        fc.constantFrom(
          ...'0123456789abcdefABCDEFg:.%/ xX[]-+_\t\n\0',
          '::',
          '\u0661',
          '\uff11',
          '00',
          '.0',
          ':0',
        ),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([{ text }, changes]) =>
    changes.reduce((changed, [place, change, piece]) => {
      const at = place % (changed.length + 1);
      return CHANGES[change](changed.slice(0, at), changed.slice(at), piece);
    }, text),
  );

/** An address and a translation declared for a block that holds it (mostly: one in eight is declared elsewhere). */
export const declared = fc
  .tuple(
    anyV6,
    fc.boolean(),
    fc.constantFrom(32, 40, 48, 56, 64, 96),
    fc.nat({ max: 96 }),
    fc.nat({ max: 32 }),
    word,
    fc.nat({ max: 7 }),
    fc.boolean(),
  )
  .map(([address, nat64, nat64Length, sixRdLength, ipv4MaskLength, ipv4, elsewhere, clear]) => {
    // Half the addresses get the zero u octet that makes them IPv4-embedded.
    const inside = clear ? Address.v6(address.w0, address.w1, address.w2 & 0xffffff, address.w3) : address;
    const home = elsewhere === 0 ? Address.v6(~address.w0, address.w1, address.w2, address.w3) : inside;
    const ipv4Prefix = Prefix.covering(Address.v4(ipv4), ipv4MaskLength);
    const translation: Translation = nat64
      ? { mechanism: 'nat64', prefix: Prefix.covering(home, nat64Length) }
      : { mechanism: '6rd', prefix: Prefix.covering(home, sixRdLength), ipv4MaskLength, ipv4Prefix };
    return { address: inside, translation };
  });

/** One legal spelling: zero padding, letter case, any run of zero groups as `::`, a dotted quad at the end. */
function spell(address: Address, die: () => number): string {
  const canonical = slowFormat(slowOf(address));
  if (address.family === 4 || die() % 8 === 0) return canonical;
  const values = [address.w0, address.w1, address.w2, address.w3].flatMap((w) => [w >>> 16, w & 0xffff]);
  const texts = values.map((value) => cased(value.toString(16).padStart(1 + (die() % 4), '0'), die()));
  if (die() % 4 === 0) texts.splice(6, 2, slowFormat(slowOf(Address.v4(address.w3))));
  const zeros = texts.flatMap((text, i) => (/^0+$/.test(text) ? [i] : []));
  const start = zeros[die() % Math.max(1, zeros.length)];
  if (start === undefined || die() % 4 === 0) return texts.join(':');
  let end = start + 1;
  while (zeros.includes(end) && die() % 4 !== 0) end++;
  return `${texts.slice(0, start).join(':')}::${texts.slice(end).join(':')}`;
}

function cased(text: string, die: number): string {
  return [...text].map((c, i) => ((die >> i) & 1 ? c.toUpperCase() : c)).join('');
}
