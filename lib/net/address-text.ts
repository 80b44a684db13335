/**
 * Canonical text of addresses, written as bytes: a dotted quad, or RFC 5952 section 4. Read as a string it is one in one piece:
 * joining up to sixteen short ones costs three times as much, and the key or the JSON it ends up in pays for the joining again.
 */
import { Buffer } from 'node:buffer';

const SLASH = 47;
const COLON = 58;
/** The longest text, eight groups of four digits and a length, and what a store of four bytes puts behind its end. */
const ROOM = 46;
/** Formatting is synchronous, so one pair of scratch arrays serves every call. */
const groups = new Uint16Array(8);
const characters = Buffer.alloc(ROOM);
const scratch = viewOf(characters);

/** The bits of an address, or of the first one of a prefix. */
export interface AddressBits {
  readonly family: 4 | 6;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

export function addressText(bits: AddressBits): string {
  return characters.toString('latin1', 0, writeAddress(bits, scratch, 0));
}

/** As `addressText`, with the length of a prefix (0 to 128) behind it. */
export function prefixText(bits: AddressBits, length: number): string {
  const end = writeAddress(bits, scratch, 0);
  scratch.setInt8(end, SLASH);
  return characters.toString('latin1', 0, writeOctet(length, scratch, end + 1) - 1);
}

/**
 * Writes at most 39 characters from `start` on, and up to three bytes behind them; where they end. Digits are stored four at a
 * time and counted without a branch: how many an address has next, no processor guesses.
 */
export function writeAddress(
  { family, w0, w1, w2, w3 }: AddressBits,
  target: DataView,
  start: number,
): number {
  return family === 4 ? writeV4(w0, target, start) : writeV6(w0, w1, w2, w3, target, start);
}

function writeV4(bits: number, target: DataView, start: number): number {
  let end = start;
  for (let shift = 24; shift >= 0; shift -= 8) end = writeOctet((bits >>> shift) & 255, target, end);
  return end - 1;
}

/** Of each octet its digits and a dot, as they lie in four bytes, and how many they are. */
const OCTETS = Int32Array.from({ length: 256 }, (_, octet) => fourBytes(`${octet}.`));
const OCTET_LENGTHS = Uint8Array.from({ length: 256 }, (_, octet) => `${octet}.`.length);

/** Writes an octet and a dot. */
function writeOctet(octet: number, target: DataView, start: number): number {
  target.setInt32(start, OCTETS[octet] ?? 0, true);
  return start + (OCTET_LENGTHS[octet] ?? 0);
}

function writeV6(w0: number, w1: number, w2: number, w3: number, target: DataView, start: number): number {
  setWord(0, w0);
  setWord(2, w1);
  setWord(4, w2);
  setWord(6, w3);
  let zeros = 0;
  for (let i = 0; i < 8; i++) zeros |= ((group(i) - 1) >>> 31) << i;
  const { from, to } = GAPS[zeros] ?? NO_GAP;
  let end = writeGroups(0, from, target, start);
  if (from === 8) return end - 1;
  if (from === 0) target.setInt8(end++, COLON);
  target.setInt8(end++, COLON);
  if (to === 8) return end;
  end = writeGroups(to, 8, target, end);
  return end - 1;
}

function setWord(i: number, word: number): void {
  groups[i] = word >>> 16;
  groups[i + 1] = word & 0xffff;
}

/** Two hex digits of each byte, as they lie in two bytes. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) =>
  fourBytes(byte.toString(16).padStart(2, '0')),
);

/** Writes groups, a colon behind each. */
function writeGroups(from: number, to: number, target: DataView, start: number): number {
  let end = start;
  for (let i = from; i < to; i++) {
    const value = group(i);
    const digits = (HEX_PAIRS[value >>> 8] ?? 0) | ((HEX_PAIRS[value & 255] ?? 0) << 16);
    const zeros = (Math.clz32(value | 1) - 16) >> 2;
    target.setInt32(end, digits >>> (zeros * 8), true);
    end += 4 - zeros;
    target.setInt8(end++, COLON);
  }
  return end;
}

function group(i: number): number {
  return groups[i] ?? 0;
}

/** Groups that two colons stand for. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

const NO_GAP: Gap = { from: 8, to: 8 };
/** By which groups are zero, the first in the lowest bit. */
const GAPS = Array.from({ length: 256 }, (_, zeros) => longestZeroRun(zeros));

/** The leftmost longest run of two or more zero groups (RFC 5952 sections 4.2.2 and 4.2.3). */
function longestZeroRun(zeros: number): Gap {
  let best = NO_GAP;
  let bestLength = 1;
  let length = 0;
  for (let i = 0; i < 8; i++) {
    length = (zeros >> i) & 1 ? length + 1 : 0;
    if (length > bestLength) {
      bestLength = length;
      best = { from: i - length + 1, to: i + 1 };
    }
  }
  return best;
}

/** The first four characters of a text as they lie in memory, the first lowest. */
function fourBytes(text: string): number {
  const bytes = Buffer.alloc(4);
  bytes.write(text, 'latin1');
  return bytes.readInt32LE();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
