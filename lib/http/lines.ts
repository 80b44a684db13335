/**
 * Lines of a byte stream, in memory no larger than one chunk and one line.
 */

/** One line without its line feed; `bytes` is null when it is longer than the limit. */
export interface Line {
  /** Counts every line from 0, blank ones too. */
  readonly number: number;
  readonly bytes: Uint8Array | null;
}

const LINE_FEED = 10;

/** Cuts chunks of bytes into lines, whatever the chunk borders. */
export class LineCutter {
  readonly #limit: number;
  /** Pieces of the line begun in earlier chunks. */
  #begun: Uint8Array[] = [];
  #size = 0;
  #number = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The lines that end in this chunk. Their bytes may be views of the chunk: use them before it is reused. */
  *cut(chunk: Uint8Array): Generator<Line> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      yield this.#finish(chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The last line, when the stream does not end with a line feed. */
  *end(): Generator<Line> {
    if (this.#size > 0) yield this.#finish(new Uint8Array(0));
  }

  #keep(piece: Uint8Array): void {
    this.#size += piece.length;
    // A line beyond the limit is only measured: its bytes are not held.
    if (this.#size > this.#limit) this.#begun = [];
    else this.#begun.push(piece);
  }

  #finish(last: Uint8Array): Line {
    const size = this.#size + last.length;
    const tooLong = size > this.#limit;
    const bytes = tooLong ? null : this.#begun.length === 0 ? last : Buffer.concat([...this.#begun, last]);
    this.#begun = [];
    this.#size = 0;
    return { number: this.#number++, bytes };
  }
}
