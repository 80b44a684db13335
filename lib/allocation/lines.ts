/**
 * Bytes into lines, a chunk at a time, with a bound on what an endless line can take.
 */

import { TextDecoder } from 'node:util';

/** What dumps and files are written in: RFC 9977 files are UTF-8, RPSL dumps ISO-8859-1. */
export type TextEncoding = 'utf-8' | 'latin1';

/** Characters of a line that are kept. Readers refuse what is longer than they believe, so the rest is never needed. */
const KEPT = 16_384;

/** Splits at LF or CRLF. Bytes that are not legal in the encoding become U+FFFD; a byte order mark is dropped. */
export class LineSplitter {
  private readonly decoder: TextDecoder;
  private rest = '';

  constructor(encoding: TextEncoding) {
    this.decoder = new TextDecoder(encoding);
  }

  /** The lines that this chunk completes. */
  push(chunk: Uint8Array): string[] {
    return this.split(this.decoder.decode(chunk, { stream: true }));
  }

  /**
   * The last line, when no line end closed it. Pass `cutShort` when the input broke off (a failed download, a damaged
   * archive): half a line could say something else than the whole, so it is dropped.
   */
  end(cutShort = false): string[] {
    const lines = this.split(this.decoder.decode());
    const last = this.rest;
    this.rest = '';
    return cutShort || last === '' ? lines : [...lines, withoutReturn(last)];
  }

  private split(text: string): string[] {
    const lines = text.split('\n');
    const first = lines[0] ?? '';
    lines[0] = this.rest.length < KEPT ? this.rest + first : this.rest;
    const last = lines.pop() ?? '';
    this.rest = last.length > KEPT ? last.slice(0, KEPT) : last;
    return lines.map(withoutReturn);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
