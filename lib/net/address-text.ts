/**
 * Canonical text of addresses, written as bytes: a dotted quad, or RFC 5952 section 4. Read as a string it is one in one piece:
 * joining up to sixteen short ones costs three times as much, and the key or the JSON it ends up in pays for the joining again.
 */
import { Buffer } from 'node:buffer';

const ZERO = 48;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
/** The character codes of 0 to f. */
const HEX_DIGIT = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** The longest text: eight groups of four digits, and a length. */
const MAX_LENGTH = 43;
/** Formatting is synchronous, so one pair of scratch arrays serves every call. */
const groups = new Uint16Array(8);
const characters = Buffer.alloc(MAX_LENGTH);

/** The bits of an address, or of the first one of a prefix. */
export interface AddressBits {
  readonly family: 4 | 6;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

export function addressText(bits: AddressBits): string {
  return characters.toString('latin1', 0, writeAddress(bits, characters, 0));
}

/** As `addressText`, with the length of a prefix (0 to 128) behind it. */
export function prefixText(bits: AddressBits, length: number): string {
  const end = writeAddress(bits, characters, 0);
  characters[end] = SLASH;
  return characters.toString('latin1', 0, writeOctet(length, characters, end + 1));
}

/** Writes at most 39 characters from `start` on; where they end. */
export function writeAddress(
  { family, w0, w1, w2, w3 }: AddressBits,
  target: Uint8Array,
  start: number,
): number {
  return family === 4 ? writeV4(w0, target, start) : writeV6(w0, w1, w2, w3, target, start);
}

function writeV4(bits: number, target: Uint8Array, start: number): number {
  let end = start;
  for (let shift = 24; shift >= 0; shift -= 8) {
    end = writeOctet((bits >>> shift) & 255, target, end);
    if (shift > 0) target[end++] = DOT;
  }
  return end;
}

function writeOctet(octet: number, target: Uint8Array, start: number): number {
  let end = start;
  if (octet > 99) target[end++] = ZERO + ((octet / 100) | 0);
  if (octet > 9) target[end++] = ZERO + (((octet / 10) | 0) % 10);
  target[end++] = ZERO + (octet % 10);
  return end;
}

function writeV6(w0: number, w1: number, w2: number, w3: number, target: Uint8Array, start: number): number {
  setWord(0, w0);
  setWord(2, w1);
  setWord(4, w2);
  setWord(6, w3);
  const gap = longestZeroRun();
  let end = start;
  for (let i = 0; i < 8; i++) {
    if (i === gap) {
      while (i < 7 && group(i + 1) === 0) i++;
      target[end++] = COLON;
      target[end++] = COLON;
    } else {
      end = writeHex(group(i), target, end);
      if (i < 7 && i + 1 !== gap) target[end++] = COLON;
    }
  }
  return end;
}

function setWord(i: number, word: number): void {
  groups[i] = word >>> 16;
  groups[i + 1] = word & 0xffff;
}

/** Where the leftmost longest run of two or more zero groups starts (RFC 5952 sections 4.2.2 and 4.2.3), or -1. */
function longestZeroRun(): number {
  let bestStart = -1;
  let bestLength = 1;
  let length = 0;
  for (let i = 0; i < 8; i++) {
    length = group(i) === 0 ? length + 1 : 0;
    if (length > bestLength) {
      bestLength = length;
      bestStart = i - length + 1;
    }
  }
  return bestStart;
}

function writeHex(value: number, target: Uint8Array, start: number): number {
  let end = start;
  if (value > 0xfff) target[end++] = digit(value >>> 12);
  if (value > 0xff) target[end++] = digit((value >>> 8) & 15);
  if (value > 0xf) target[end++] = digit((value >>> 4) & 15);
  target[end++] = digit(value & 15);
  return end;
}

function digit(value: number): number {
  return HEX_DIGIT[value] ?? 0;
}

function group(i: number): number {
  return groups[i] ?? 0;
}
