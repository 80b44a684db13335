/**
 * Texts kept as bytes outside the heap, the oldest overwritten by the newest: however many there are, the garbage collector has
 * nothing to look at and nothing to move.
 */
import { Buffer } from 'node:buffer';

/** The memory is taken, and given back, in pieces of so many bytes at the most, and a text lies in one of them. */
const LARGEST_PIECE = 1 << 20;
const SMALLEST_PIECE = 1 << 14;
/** As many pieces are the least: of one, all texts would go at once. */
const FEWEST = 2;
const MANY = 64;

/** Where a text lies: texts added later have greater numbers, and none has a text's number again. */
export type TextPlace = number;

export class TextRing {
  readonly #size: number;
  readonly #pieces: (Buffer | undefined)[];
  /** When each was last written to. */
  readonly #writtenAt: number[];
  /** Where the next one goes. */
  #head = 0;
  /** The number, counted without end, of the first piece whose texts are not overwritten or given back. */
  #first = 0;
  /** All texts before it are forgotten. */
  #cleared = 0;

  /** `memory` is how many bytes may be filled, but no less than two of the smallest pieces. */
  constructor(memory: number) {
    this.#size = Math.min(LARGEST_PIECE, Math.max(SMALLEST_PIECE, Math.floor(memory / MANY)));
    const count = Math.max(FEWEST, Math.floor(memory / this.#size));
    this.#pieces = Array.from({ length: count }, () => undefined);
    this.#writtenAt = Array.from({ length: count }, () => Number.NEGATIVE_INFINITY);
  }

  /** Keeps a text of so many bytes as UTF-8 at time `now`; null when it is longer than a piece. */
  add(text: string, bytes: number, now: number): TextPlace | null {
    if (bytes > this.#size) return null;
    if ((this.#head % this.#size) + bytes > this.#size) this.#head += this.#size - (this.#head % this.#size);
    const place = this.#head;
    const number = Math.floor(place / this.#size);
    this.#first = Math.max(this.#first, number - this.#pieces.length + 1);
    const at = number % this.#pieces.length;
    const piece = this.#pieces[at] ?? Buffer.allocUnsafeSlow(this.#size);
    this.#pieces[at] = piece;
    piece.write(text, place % this.#size, bytes, bytes === text.length ? 'latin1' : 'utf8');
    this.#writtenAt[at] = now;
    this.#head += bytes;
    return place;
  }

  /** The text that was kept there; undefined when it is gone. `isAscii` when it has as many bytes as characters. */
  get(place: TextPlace, bytes: number, isAscii: boolean): string | undefined {
    const number = Math.floor(place / this.#size);
    if (place < this.#cleared || number < this.#first) return undefined;
    const start = place % this.#size;
    const piece = this.#pieces[number % this.#pieces.length];
    return piece?.toString(isAscii ? 'latin1' : 'utf8', start, start + bytes);
  }

  /** Forgets all texts. The memory is used again. */
  clear(): void {
    this.#cleared = this.#head;
  }

  /** Gives memory back that was last written to before a time, with the texts in it. */
  release(before: number): void {
    for (; this.#first * this.#size <= this.#head; this.#first++) {
      const at = this.#first % this.#pieces.length;
      if ((this.#writtenAt[at] ?? before) >= before) return;
      this.#pieces[at] = undefined;
    }
    this.#head = this.#first * this.#size;
  }
}
