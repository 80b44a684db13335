/**
 * JSON text written as bytes and read as a string once. An answer to a lookup is some three hundred pieces: joined as strings
 * they are a tree that the socket walks again, and their tables lie all over the memory.
 */
import { Buffer } from 'node:buffer';
import type { Address } from '../../net/address.ts';
import { writeAddress } from '../../net/address-text.ts';
import type { Prefix } from '../../net/prefix.ts';
import { TIME_LENGTH, writeTime } from './time.ts';

/** ASCII that is always the same, as words of four bytes: to be copied with a quarter of the stores. */
export class Phrase {
  readonly words: Int32Array;
  readonly length: number;

  constructor(text: string) {
    const padded = Buffer.alloc((text.length + 3) & ~3);
    padded.write(text, 'latin1');
    this.words = Int32Array.from({ length: padded.length / 4 }, (_, i) => padded.readInt32LE(i * 4));
    this.length = text.length;
  }
}

/** More than a number, a time or a prefix takes; there is always room for one. */
const ROOM = 64;
/** Largest number of ten-thousandths that is exact; beyond it four decimals mean nothing. */
const EXACT = 2 ** 53;
const ZERO = 48;
const QUOTE = 34;
const BACKSLASH = 92;
const SLASH = 47;
const POINT = 46;
const FOUR_ZEROS = 0x30303030;
const ZERO_POINT = 0x2e30;
/** By byte: 1 where a JSON string has an escape, or what is no ASCII. */
const UNFIT = Uint8Array.from({ length: 256 }, (_, c) =>
  c < 0x20 || c > 0x7e || c === QUOTE || c === BACKSLASH ? 1 : 0,
);

/** Grows as it is written to; `finish` gives what was written and starts anew. */
export class JsonWriter {
  #bytes = Buffer.allocUnsafeSlow(8192);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #isAscii = true;

  phrase({ words, length }: Phrase): this {
    this.#reserve(length);
    const view = this.#view;
    const at = this.#at;
    for (let i = 0; i < words.length; i++) view.setInt32(at + i * 4, words[i] ?? 0, true);
    this.#at = at + length;
    return this;
  }

  /** A short text of printable ASCII that needs no escape. */
  plain(text: string): this {
    const { length } = text;
    this.#reserve(length);
    const view = this.#view;
    const at = this.#at;
    for (let i = 0; i < length; i++) view.setInt8(at + i, text.charCodeAt(i));
    this.#at = at + length;
    return this;
  }

  /** Any text, as a JSON string. V8 copies it at once; asked for its characters, it would put each together from the text's parts. */
  string(text: string | null): this {
    if (text === null) return this.plain('null');
    const { length } = text;
    // No character takes more than three bytes for each of its units.
    this.#reserve(length * 3 + 2);
    const start = this.#at + 1;
    const written = this.#bytes.write(text, start, 'utf8');
    if (written !== length || !this.#isPlain(start, start + length)) return this.#escaped(text);
    this.#view.setInt8(start - 1, QUOTE);
    this.#view.setInt8(start + length, QUOTE);
    this.#at = start + length + 1;
    return this;
  }

  boolean(value: boolean): this {
    return this.plain(value ? 'true' : 'false');
  }

  /** A finite number. */
  number(value: number): this {
    return value >= 0 && (value | 0) === value ? this.#whole(value) : this.plain(String(value));
  }

  /** A finite number at least 0, rounded to four decimals: more would pretend, fewer would not let a reader redo the sum. */
  decimal(value: number): this {
    const scaled = Math.round(value * 10_000);
    if (scaled < 10_000) {
      this.#reserve(0);
      this.#view.setInt16(this.#at, ZERO_POINT, true);
      return this.#decimals(scaled);
    }
    if (scaled > EXACT) return this.number(value);
    const whole = Math.floor(scaled / 10_000);
    this.number(whole);
    this.#view.setInt8(this.#at--, POINT);
    return this.#decimals(scaled - whole * 10_000);
  }

  address(address: Address): this {
    this.#reserve(0);
    this.#at = writeAddress(address, this.#view, this.#at);
    return this;
  }

  prefix(prefix: Prefix): this {
    this.#reserve(0);
    this.#at = writeAddress(prefix, this.#view, this.#at);
    this.#view.setInt8(this.#at++, SLASH);
    return this.#whole(prefix.length);
  }

  /** RFC 3339, in quotes, from epoch milliseconds. */
  time(at: number | null): this {
    if (at === null) return this.plain('null');
    this.#reserve(0);
    this.#view.setInt8(this.#at, QUOTE);
    writeTime(at, this.#bytes, this.#at + 1);
    this.#view.setInt8(this.#at + 1 + TIME_LENGTH, QUOTE);
    this.#at += TIME_LENGTH + 2;
    return this;
  }

  finish(): string {
    const text = this.#bytes.toString(this.#isAscii ? 'latin1' : 'utf8', 0, this.#at);
    this.clear();
    return text;
  }

  /** Forgets what was written: whoever wrote it may have failed on the way. */
  clear(): this {
    this.#at = 0;
    this.#isAscii = true;
    return this;
  }

  /** Whether all bytes from here to there are printable ASCII that needs no escape. */
  #isPlain(start: number, end: number): boolean {
    const view = this.#view;
    let unfit = 0;
    for (let i = start; i < end; i++) unfit |= UNFIT[view.getUint8(i)] ?? 1;
    return unfit === 0;
  }

  #escaped(text: string): this {
    const escaped = JSON.stringify(text);
    // No character takes more than three bytes for each of its units.
    this.#reserve(escaped.length * 3);
    const length = this.#bytes.write(escaped, this.#at, 'utf8');
    if (length !== escaped.length) this.#isAscii = false;
    this.#at += length;
    return this;
  }

  /** A whole number from 0 to 2^31 - 1. */
  #whole(value: number): this {
    this.#reserve(0);
    let end = this.#at + 1;
    for (let bound = 10; value >= bound; bound *= 10) end++;
    this.#at = end;
    const view = this.#view;
    let rest = value | 0;
    do {
      const tenth = (rest / 10) | 0;
      view.setInt8(--end, ZERO + rest - tenth * 10);
      rest = tenth;
    } while (rest > 0);
    return this;
  }

  /** Ends a number whose last digit before the point is here and the point is next: four decimals, 0 to 9,999. */
  #decimals(scaled: number): this {
    if (scaled === 0) {
      this.#at++;
      return this;
    }
    const hundreds = (scaled / 100) | 0;
    const rest = scaled - hundreds * 100;
    const a = (hundreds / 10) | 0;
    const b = hundreds - a * 10;
    const c = (rest / 10) | 0;
    const d = rest - c * 10;
    this.#view.setInt32(this.#at + 2, FOUR_ZEROS + (a | (b << 8) | (c << 16) | (d << 24)), true);
    if (d !== 0) this.#at += 6;
    else if (c !== 0) this.#at += 5;
    else this.#at += b !== 0 ? 4 : 3;
    return this;
  }

  #reserve(length: number): void {
    if (this.#at + length + ROOM > this.#bytes.length) this.#grow(length);
  }

  #grow(length: number): void {
    const wider = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#at + length + ROOM));
    this.#bytes.copy(wider, 0, 0, this.#at);
    this.#bytes = wider;
    this.#view = new DataView(wider.buffer);
  }
}
