/**
 * Writing and reading the few shapes that blocks of a table are made of: bytes, whole numbers, short texts.
 *
 * Whole numbers are LEB128: seven bits a byte, lowest first, the top bit set on all but the last; up to 2^53 - 1.
 */

const MAX_VARINT_BYTES = 8;

/** Grows as it is written to. */
export class ByteWriter {
  private buffer = new Uint8Array(256);
  private used = 0;

  get length(): number {
    return this.used;
  }

  byte(value: number): void {
    this.room(1);
    this.buffer[this.used++] = value;
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** An unsigned 32-bit word, most significant byte first. */
  word(value: number): void {
    for (const shift of [24, 16, 8, 0]) this.byte((value >>> shift) & 255);
  }

  bytes(value: Uint8Array): void {
    this.room(value.length);
    this.buffer.set(value, this.used);
    this.used += value.length;
  }

  /** UTF-8 with its length before it. */
  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.varint(encoded.length);
    this.bytes(encoded);
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  private room(more: number): void {
    if (this.used + more <= this.buffer.length) return;
    const wider = new Uint8Array(Math.max(this.buffer.length * 2, this.used + more));
    wider.set(this.buffer.subarray(0, this.used));
    this.buffer = wider;
  }
}

/**
 * Reads what a `ByteWriter` wrote. Reading past the end gives zeros and sets `broken`, so a decoder checks once, at its
 * loops and at its end, instead of at every read.
 */
export class ByteReader {
  broken = false;
  private readonly buffer: Uint8Array;
  private at = 0;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
  }

  /** Whether everything was read, and nothing beyond. */
  get finished(): boolean {
    return !this.broken && this.at === this.buffer.length;
  }

  byte(): number {
    const value = this.buffer[this.at];
    if (value === undefined) return this.break();
    this.at++;
    return value;
  }

  varint(): number {
    let value = 0;
    for (let i = 0, unit = 1; i < MAX_VARINT_BYTES; i++, unit *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return Number.isSafeInteger(value) ? value : this.break();
    }
    return this.break();
  }

  word(): number {
    let value = 0;
    for (let i = 0; i < 4; i++) value = value * 256 + this.byte();
    return value;
  }

  /** The next bytes as a view; empty when there are not so many. */
  bytes(length: number): Uint8Array {
    const end = this.at + length;
    if (end > this.buffer.length) {
      this.break();
      return new Uint8Array(0);
    }
    const value = this.buffer.subarray(this.at, end);
    this.at = end;
    return value;
  }

  text(): string {
    return new TextDecoder().decode(this.bytes(this.varint()));
  }

  private break(): number {
    this.broken = true;
    this.at = this.buffer.length;
    return 0;
  }
}
