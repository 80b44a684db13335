/**
 * Canonical text of an IPv6 address (RFC 5952 section 4), written as bytes and read as a string once: joining up to
 * sixteen short strings costs three times as much, and the key or the JSON it ends up in pays for the joining again.
 */
import { Buffer } from 'node:buffer';

const COLON = 58;
/** The character codes of 0 to f. */
const HEX_DIGIT = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** Formatting is synchronous, so one pair of scratch arrays serves every call. */
const groups = new Uint16Array(8);
const characters = Buffer.alloc(39);

/** The text of four unsigned words, most significant first. */
export function formatV6(w0: number, w1: number, w2: number, w3: number): string {
  setWord(0, w0);
  setWord(2, w1);
  setWord(4, w2);
  setWord(6, w3);
  const gap = longestZeroRun();
  let end = 0;
  for (let i = 0; i < 8; i++) {
    if (i === gap) {
      while (i < 7 && group(i + 1) === 0) i++;
      end = append(append(end, COLON), COLON);
    } else {
      end = appendHex(end, group(i));
      if (i < 7 && i + 1 !== gap) end = append(end, COLON);
    }
  }
  return characters.toString('latin1', 0, end);
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

function appendHex(start: number, value: number): number {
  let end = start;
  if (value > 0xfff) end = appendDigit(end, value >>> 12);
  if (value > 0xff) end = appendDigit(end, (value >>> 8) & 15);
  if (value > 0xf) end = appendDigit(end, (value >>> 4) & 15);
  return appendDigit(end, value & 15);
}

function appendDigit(end: number, digit: number): number {
  return append(end, HEX_DIGIT[digit] ?? 0);
}

function append(end: number, character: number): number {
  characters[end] = character;
  return end + 1;
}

function group(i: number): number {
  return groups[i] ?? 0;
}
