/**
 * Rungs: the names evidence is kept under, as compact keys.
 *
 * A key is a string of bytes (every character below 256): family, prefix length, then as many address bytes as the length
 * needs. So all rungs of one length lie together in address order, and the rungs inside a wider prefix are one range.
 *
 * What is no prefix has a rung by hashed names: an account, the organisation it belongs to, a reporter. Its key holds the names of
 * everything above it, so that the level above a rung follows from its key alone, as it does for a prefix.
 */
import type { Ladder } from '../allocation/ladder.ts';
import { Address, bitsOf, type Family } from '../net/address.ts';
import { firstAddress, lastAddress, Prefix } from '../net/prefix.ts';

declare const rungBrand: unique symbol;
/** A rung's key. Equal prefixes have equal keys; keys of different families never meet. */
export type RungKey = string & { readonly [rungBrand]?: true };

/** Families are 4 and 6; the lower numbers name what is no prefix. */
const ROOT = 0;
const NAMED = 1;

export function rungKey(prefix: Prefix): RungKey {
  const { family, length, w0, w1, w2, w3 } = prefix;
  const end = 2 + ((length + 7) >> 3);
  // Made in one go and cut off: put together from pieces it takes twice as long.
  const [a, b, c, d] = [w0 >>> 24, (w0 >>> 16) & 255, (w0 >>> 8) & 255, w0 & 255];
  if (end <= 6) return String.fromCharCode(family, length, a, b, c, d).slice(0, end);
  const [e, f, g, h] = [w1 >>> 24, (w1 >>> 16) & 255, (w1 >>> 8) & 255, w1 & 255];
  const half = String.fromCharCode(family, length, a, b, c, d, e, f, g, h);
  return end <= 10 ? half.slice(0, end) : half + (wordBytes(w2) + wordBytes(w3)).slice(0, end - 10);
}

/** The keys of a ladder in reading order: the subject, then its ancestors. At most six. */
export function rungsOf({ subject, ancestors }: Ladder): readonly RungKey[] {
  return [rungKey(subject), ...ancestors.map(rungKey)];
}

/** The rung above all prefixes of a family: the service's own running base rate. */
export function rootKey(family: Family): RungKey {
  return String.fromCharCode(ROOT, family);
}

/** Whether a key is a root's, or of a part that a store cuts roots into. */
export function isRootKey(key: RungKey): boolean {
  return key.charCodeAt(0) === ROOT;
}

/** Bytes of a hashed name. */
export const NAME_BYTES = 16;

/** Kinds of named rungs: the letter in the key, how many names it has, and the kind above it. */
const NAMED_KINDS = {
  /** An account that names no organisation. */
  account: { letter: 'a', names: 1, above: null },
  /** An account of an organisation: the organisation's name, then its own. */
  member: { letter: 'm', names: 2, above: 'org' },
  org: { letter: 'o', names: 1, above: null },
  /** What a reporter's own word is worth. */
  reporter: { letter: 'r', names: 1, above: null },
} as const;
export type NamedKind = keyof typeof NAMED_KINDS;
const KINDS_BY_LETTER = new Map<string, NamedKind>(
  (['account', 'member', 'org', 'reporter'] as const).map((kind) => [NAMED_KINDS[kind].letter, kind]),
);

/** The rung of a name, or of a name inside another: each hashed to `NAME_BYTES` bytes (no mailbox name is stored). */
export function namedKey(kind: NamedKind, ...hashedNames: readonly string[]): RungKey {
  const { letter, names } = NAMED_KINDS[kind];
  const name = hashedNames.join('');
  if (name.length !== names * NAME_BYTES) throw new RangeError(`a rung of kind ${kind} has ${names} names`);
  return String.fromCharCode(NAMED) + letter + name;
}

/** What kind of named rung a key is; null for prefixes and roots. */
export function namedKindOf(key: RungKey): NamedKind | null {
  return key.charCodeAt(0) === NAMED ? (KINDS_BY_LETTER.get(key.charAt(1)) ?? null) : null;
}

/** The rung above a named one; null at the top. */
export function aboveNamed(key: RungKey): RungKey | null {
  const kind = namedKindOf(key);
  const above = kind === null ? null : NAMED_KINDS[kind].above;
  return above === null ? null : namedKey(above, key.slice(2, 2 + NAME_BYTES));
}

/** The keys of a named rung in reading order: itself, then what is above it. */
export function namedRungsOf(key: RungKey): readonly RungKey[] {
  const above = aboveNamed(key);
  return above === null ? [key] : [key, above];
}

/** The characters of the rung's own key at the start of a text; a store may put more behind them. */
export function rungLength(key: string): number {
  if (key.charCodeAt(0) === ROOT) return 2;
  const kind = namedKindOf(key);
  if (kind !== null) return 2 + NAMED_KINDS[kind].names * NAME_BYTES;
  return 2 + ((key.charCodeAt(1) + 7) >> 3);
}

/** The family of the prefix that a key begins with; null for the root, for named rungs, and for what is no key. */
export function familyOf(key: RungKey): Family | null {
  const family = key.charCodeAt(0);
  return (family === 4 || family === 6) && key.charCodeAt(1) <= bitsOf(family) ? family : null;
}

/** The length of the prefix that a key begins with. */
export function lengthOfKey(key: RungKey): number {
  return key.charCodeAt(1);
}

/** The key of the wider prefix of that length around the one that a key names. */
export function widened(key: RungKey, length: number): RungKey {
  const whole = length >> 3;
  const head = String.fromCharCode(key.charCodeAt(0), length) + key.slice(2, 2 + whole);
  const odd = length & 7;
  return odd === 0 ? head : head + String.fromCharCode(byteAt(key, 2 + whole) & (0xff00 >> odd));
}

/** Whether the prefix of a rung lies inside a wider one; false when one of the two is no prefix. */
export function isInside(rung: RungKey, wide: RungKey): boolean {
  const length = lengthOfKey(wide);
  return familyOf(rung) !== null && lengthOfKey(rung) > length && widened(rung, length) === wide;
}

/** The prefix a key names, or null for the root and for named rungs. */
export function prefixOfKey(key: RungKey): Prefix | null {
  const family = familyOf(key);
  if (family === null) return null;
  const length = lengthOfKey(key);
  const word = (i: number): number =>
    byteAt(key, i) * 0x1000000 +
    byteAt(key, i + 1) * 0x10000 +
    byteAt(key, i + 2) * 0x100 +
    byteAt(key, i + 3);
  const first = family === 4 ? Address.v4(word(2)) : Address.v6(word(2), word(6), word(10), word(14));
  return Prefix.covering(first, length);
}

/** The keys, from `start` up to but without `end`, of all rungs of a length inside a wider prefix. */
export function rungRange(within: Prefix, length: number): { readonly start: string; readonly end: string } {
  const bytes = (length + 7) >> 3;
  const key = (address: Address, filler: string): string =>
    rungKey(Prefix.covering(address, length)).padEnd(2 + bytes, filler);
  const start = key(firstAddress(within), '\0');
  return { start, end: `${key(lastAddress(within), '\u00ff')}\u0000` };
}

function wordBytes(word: number): string {
  return String.fromCharCode(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
}

function byteAt(key: RungKey, i: number): number {
  return i < key.length ? key.charCodeAt(i) : 0;
}
