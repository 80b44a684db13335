/**
 * The one parser of address text, and canonical text back (RFC 4291 section 2.2, RFC 5952 section 4).
 *
 * Accepts every legal spelling of an IPv6 address, including the dotted quad in the last 32 bits, and
 * strict dotted-quad IPv4. Refuses what other parsers let slip: leading zeros in an octet (octal to some),
 * one- to three-part IPv4, hex, brackets, the SMTP `IPv6:` tag, surrounding space and zone identifiers
 * (RFC 4007 section 11: a zone has no meaning off its node, so it may never be part of a key).
 */
import { fail, ok, type Result } from '../result.ts';
import { addressText } from './address-text.ts';

export type Family = 4 | 6;

/**
 * A parsed address: its bits as unsigned 32-bit words, most significant first. An IPv4 address has its 32 bits in
 * `w0` and zeros after it, so that one prefix arithmetic serves both families; families never compare equal.
 */
export class Address {
  readonly family: Family;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  declare private readonly nominal: 'Address';

  private constructor(family: Family, w0: number, w1: number, w2: number, w3: number) {
    this.family = family;
    this.w0 = w0;
    this.w1 = w1;
    this.w2 = w2;
    this.w3 = w3;
  }

  /** The IPv4 address with these 32 bits; bits above the 32nd are dropped. */
  static v4(bits: number): Address {
    return new Address(4, bits >>> 0, 0, 0, 0);
  }

  /** The IPv6 address of four words, most significant first. */
  static v6(w0: number, w1: number, w2: number, w3: number): Address {
    return new Address(6, w0 >>> 0, w1 >>> 0, w2 >>> 0, w3 >>> 0);
  }
}

/** Why a text is no address: a sentence for the caller's error. */
export interface AddressRefusal {
  readonly kind: 'bad-address';
  readonly detail: string;
}

const ZERO = 48;
const NINE = 57;
const COLON = 58;
const DOT = 46;
/** The longest legal text: six full groups and a dotted quad. */
const MAX_TEXT = 45;

/**
 * Parses any legal spelling of an IPv4 or IPv6 address.
 * Never throws; a refusal says in one sentence what was wrong.
 */
export function parseAddress(text: string): Result<Address, AddressRefusal> {
  if (text.length === 0) return refuse('an address is empty');
  if (text.length > MAX_TEXT) return refuse(`an address has at most ${MAX_TEXT} characters`);
  const address = text.includes(':') ? parseV6(text) : parseV4(text);
  return typeof address === 'string' ? refuse(address) : ok(address);
}

/** RFC 5952 canonical text; IPv4 as a dotted quad. Embedded IPv4 is written in hex, so that one form serves all kinds. */
export function formatAddress(address: Address): string {
  return addressText(address);
}

export function equalAddress(a: Address, b: Address): boolean {
  return a.family === b.family && a.w0 === b.w0 && a.w1 === b.w1 && a.w2 === b.w2 && a.w3 === b.w3;
}

/** A number of 32 bits, unsigned, that differs between addresses about as often as chance has it. */
export function hashOfAddress({ w0, w1, w2, w3 }: Address): number {
  let hash = Math.imul(w0, 0x85ebca6b) ^ Math.imul(w1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) ^ w2;
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f) ^ w3;
  hash = Math.imul(hash ^ (hash >>> 16), 0x165667b1);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** Order of storage and of published tables: every IPv4 address before every IPv6 one, then by bits. */
export function compareAddress(a: Address, b: Address): number {
  return a.family - b.family || a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3;
}

/** Bits in an address of the family: 32 or 128. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

function refuse(detail: string): Result<never, AddressRefusal> {
  return fail({ kind: 'bad-address', detail });
}

function parseV4(text: string): Address | string {
  const bits = quadAt(text, 0);
  return typeof bits === 'string' ? bits : Address.v4(bits);
}

/** Strict dotted quad from `start` to the end of the text: the 32 bits, or the refusal. */
function quadAt(text: string, start: number): number | string {
  let bits = 0;
  let octet = 0;
  let digits = 0;
  let octets = 0;
  for (let i = start; i <= text.length; i++) {
    const c = i < text.length ? text.charCodeAt(i) : DOT;
    if (c >= ZERO && c <= NINE) {
      if (digits > 0 && octet === 0) return 'an IPv4 octet has a leading zero';
      octet = octet * 10 + c - ZERO;
      digits++;
      if (octet > 255) return 'an IPv4 octet is above 255';
    } else if (c === DOT) {
      if (digits === 0 || octets === 4) return 'an IPv4 address is four octets between dots';
      bits = bits * 256 + octet;
      octet = 0;
      digits = 0;
      octets++;
    } else return unexpected(text, i);
  }
  return octets === 4 ? bits : 'an IPv4 address is four octets between dots';
}

const NO_DIGIT = 255;
/** The value of a hex digit by its character code: a table, because the loop over the text asks for every character. */
const HEX_VALUE = Uint8Array.from({ length: 128 }, (_, c) => {
  const value = Number.parseInt(String.fromCharCode(c), 16);
  return Number.isNaN(value) ? NO_DIGIT : value;
});

/** The eight groups of the address being parsed; parsing is synchronous, so one scratch array serves every call. */
const groups = new Uint16Array(8);

function parseV6(text: string): Address | string {
  let count = 0;
  let gap = -1;
  let value = 0;
  let digits = 0;
  let groupStart = 0;
  let i = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return 'an IPv6 address starts with a single colon';
    gap = 0;
    i = 2;
    groupStart = 2;
  }
  for (; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const digit = HEX_VALUE[c] ?? NO_DIGIT;
    if (digit !== NO_DIGIT) {
      value = (value << 4) | digit;
      if (++digits > 4) return 'an IPv6 group has more than four hex digits';
      continue;
    }
    if (c === DOT) return withQuad(text, groupStart, count, gap);
    if (c !== COLON) return unexpected(text, i);
    if (digits > 0) {
      if (count === 8) return 'an IPv6 address has more than eight groups';
      groups[count++] = value;
      value = 0;
      digits = 0;
      groupStart = i + 1;
      if (i + 1 === text.length) return 'an IPv6 address ends with a single colon';
    } else if (gap >= 0) return 'an IPv6 address has "::" more than once';
    else {
      gap = count;
      groupStart = i + 1;
    }
  }
  if (digits > 0) {
    if (count === 8) return 'an IPv6 address has more than eight groups';
    groups[count++] = value;
  }
  return assemble(count, gap);
}

function withQuad(text: string, start: number, count: number, gap: number): Address | string {
  if (count > 6) return 'an IPv6 address has too many groups before its dotted quad';
  const quad = quadAt(text, start);
  if (typeof quad === 'string') return quad;
  groups[count] = quad >>> 16;
  groups[count + 1] = quad & 0xffff;
  return assemble(count + 2, gap);
}

function assemble(count: number, gap: number): Address | string {
  if (gap < 0) {
    if (count !== 8) return 'an IPv6 address has eight groups, or "::" for the missing ones';
  } else {
    if (count > 7) return 'an IPv6 address has "::" but no group is missing';
    const shift = 8 - count;
    for (let i = 7; i >= gap + shift; i--) groups[i] = group(i - shift);
    for (let i = gap; i < gap + shift; i++) groups[i] = 0;
  }
  return Address.v6(word(0), word(2), word(4), word(6));
}

function group(i: number): number {
  return groups[i] ?? 0;
}

function word(i: number): number {
  return (group(i) << 16) | group(i + 1);
}

function unexpected(text: string, at: number): string {
  if (text[at] === '%') return 'a zone identifier (%) has no meaning off its own host';
  return `unexpected character at position ${at + 1} of an address`;
}
