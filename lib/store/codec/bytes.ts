/**
 * Reading and writing of small numbers as bytes: seven bits a byte, least significant first (LEB128).
 */

/** Grows as it is written to; `finish` and `text` give a copy of what was written and start anew. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  /** A whole number from 0 to 2^53 - 1; throws a RangeError at a negative one, and starts anew. */
  number(value: number): void {
    if (value < 0) {
      this.#length = 0;
      throw new RangeError(`a stored number cannot be negative: ${value}`);
    }
    if (this.#length + 8 > this.#bytes.length) this.#grow(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number below 65,536, in two bytes whatever it is: for what is evenly spread. */
  short(value: number): void {
    if (this.#length + 2 > this.#bytes.length) this.#grow(2);
    this.#length = this.#bytes.writeUInt16BE(value, this.#length);
  }

  /** A string of bytes (every character below 256), with its length. */
  bytes(text: string): void {
    this.number(text.length);
    if (this.#length + text.length > this.#bytes.length) this.#grow(text.length);
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  finish(): Buffer {
    const copy = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return copy;
  }

  /** As `finish`, as a text of the bytes: a fraction of what a buffer costs, to make and to keep. */
  text(): string {
    const copy = this.#bytes.toString('latin1', 0, this.#length);
    this.#length = 0;
    return copy;
  }

  #grow(by: number): void {
    const wider = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + by));
    this.#bytes.copy(wider, 0, 0, this.#length);
    this.#bytes = wider;
  }
}

/** Reads what `ByteWriter` wrote; throws a RangeError at the end of the bytes: stored records are ours, so that is damage. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  number(): number {
    const byte = this.#byte();
    // Most are one byte, and a loop is no loop then.
    return byte < 0x80 ? byte : this.#larger(byte & 0x7f);
  }

  /** A number of several bytes, of which the first is read. */
  #larger(first: number): number {
    let value = first;
    let scale = 0x80;
    for (;;) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 0x80;
    }
    if (value > Number.MAX_SAFE_INTEGER) throw new RangeError('a stored number is too large');
    return value;
  }

  #byte(): number {
    // Asked for, not found out by an element that is not there: LMDB's shared buffer goes on behind the record.
    if (this.#at >= this.#end) throw new RangeError('a stored record ends too early');
    return this.#bytes[this.#at++] ?? 0;
  }

  short(): number {
    if (this.#at + 2 > this.#end) throw new RangeError('a stored record ends too early');
    const [high = 0, low = 0] = [this.#bytes[this.#at], this.#bytes[this.#at + 1]];
    this.#at += 2;
    return high * 0x100 + low;
  }

  bytes(): string {
    return this.view().toString('latin1');
  }

  /** The bytes that follow their length, where they lie. */
  view(): Buffer {
    const length = this.number();
    const start = this.#at;
    if (start + length > this.#end) throw new RangeError('a stored record ends too early');
    this.#at = start + length;
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, length);
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#end - this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#end;
  }
}

const single = new ByteWriter();

/** One number as bytes. */
export function encodeNumber(value: number): Buffer {
  single.number(value);
  return single.finish();
}

export function decodeNumber(bytes: Uint8Array): number {
  return new ByteReader(bytes).number();
}
