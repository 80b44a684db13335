/**
 * How a block writes the starts of its ranges: what is new against the start before.
 *
 * One byte holds two counts, of leading bytes shared with the start before and of trailing zero bytes; the bytes between
 * follow. A /48 beside a /48 takes three bytes, not sixteen. The start before the first is all zeros.
 */
import { Address, type Family } from '../net/address.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** Writes ascending starts of one family. */
export class StartWriter {
  private readonly out: ByteWriter;
  private before: DataView;
  private present: DataView;

  constructor(family: Family, out: ByteWriter) {
    this.out = out;
    this.before = new DataView(new ArrayBuffer(widthOf(family)));
    this.present = new DataView(new ArrayBuffer(widthOf(family)));
  }

  write(start: Address): void {
    const [now, before] = [this.present, this.before];
    putAddress(now, start);
    const last = now.byteLength - 1;
    let shared = 0;
    while (shared < last && now.getUint8(shared) === before.getUint8(shared)) shared++;
    let zeros = 0;
    while (zeros < last - shared && now.getUint8(last - zeros) === 0) zeros++;
    this.out.byte(shared * 16 + zeros);
    for (let at = shared; at <= last - zeros; at++) this.out.byte(now.getUint8(at));
    this.before = now;
    this.present = before;
  }
}

/** Reads what a `StartWriter` wrote. */
export class StartReader {
  private readonly input: ByteReader;
  private readonly bytes: DataView;

  constructor(family: Family, input: ByteReader) {
    this.input = input;
    this.bytes = new DataView(new ArrayBuffer(widthOf(family)));
  }

  /** The next start; with counts that do not fit together, or at the end of the input, the input is `broken`. */
  read(): Address {
    const counts = this.input.byte();
    const shared = counts >>> 4;
    const width = this.bytes.byteLength;
    const end = width - (counts & 15);
    if (shared >= end) this.input.broken = true;
    for (let at = shared; at < width; at++) this.bytes.setUint8(at, at < end ? this.input.byte() : 0);
    return addressOf(this.bytes);
  }
}

function widthOf(family: Family): number {
  return family === 4 ? 4 : 16;
}

function putAddress(view: DataView, address: Address): void {
  view.setUint32(0, address.w0);
  if (address.family === 4) return;
  view.setUint32(4, address.w1);
  view.setUint32(8, address.w2);
  view.setUint32(12, address.w3);
}

function addressOf(view: DataView): Address {
  if (view.byteLength === 4) return Address.v4(view.getUint32(0));
  return Address.v6(view.getUint32(0), view.getUint32(4), view.getUint32(8), view.getUint32(12));
}
