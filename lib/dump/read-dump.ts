/**
 * A dump line by line: nothing of a chunk is shown before its checksum is right.
 */
import { createHash } from 'node:crypto';
import type { StateEntry } from '../store/state.ts';
import {
  chained,
  type DumpEnd,
  type DumpHeader,
  endLine,
  readChunkLine,
  readEndLine,
  readEntry,
  readHeader,
} from './format.ts';

/** A dump that cannot be trusted; the message says where and why. */
export class DumpFault extends Error {}

/** A part of a dump that is whole. */
export type DumpPart =
  | { readonly kind: 'header'; readonly header: DumpHeader }
  | {
      readonly kind: 'chunk';
      /** From 1. */
      readonly number: number;
      /** Over all chunks up to this one. */
      readonly digest: string;
      readonly entries: readonly StateEntry[];
    }
  | { readonly kind: 'end'; readonly end: DumpEnd };

/** Longest line that is read: a blob of 48 MB. */
export const MAX_LINE = 64 * 1024 * 1024;
/** Lines of a chunk; ours have a thousand. */
const MAX_CHUNK_LINES = 10_000;
const LINE_FEED = Buffer.from('\n');

export class DumpReader {
  readonly #all = createHash('sha256');
  #chunk = createHash('sha256');
  #lines: string[] = [];
  /** Lines read so far. */
  #read = 0;
  /** Chunks that were whole, the header's included. */
  #chunks = 0;
  #digest = '';
  readonly #counts: Record<string, number> = {};
  #ended = false;

  /** Takes the next line, null when it is longer than `MAX_LINE`; a part once it is whole. Throws `DumpFault`. */
  take(bytes: Uint8Array | null): DumpPart | null {
    this.#read++;
    if (this.#ended) throw new DumpFault(`line ${this.#read} follows the end of the dump`);
    if (bytes === null) throw new DumpFault(`line ${this.#read} is longer than ${MAX_LINE} bytes`);
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    if (this.#read === 1) this.#orFault(readHeader(line), 1);
    const end = readEndLine(line);
    if (end !== null) return this.#end(end);
    const mark = readChunkLine(line);
    const part = mark === null ? null : this.#close(mark);
    if (mark === null) {
      this.#chunk.update(bytes).update(LINE_FEED);
      this.#lines.push(line);
      if (this.#lines.length > MAX_CHUNK_LINES) throw this.#damaged();
    }
    this.#all.update(bytes).update(LINE_FEED);
    return part;
  }

  /** Throws `DumpFault` when what was taken is not a whole dump. */
  finish(): void {
    if (this.#ended) return;
    throw new DumpFault(
      `the dump breaks off at line ${this.#read}, after ${Math.max(0, this.#chunks - 1)} whole chunks: it has no end`,
    );
  }

  #close({ chunk, sha256 }: { chunk: number; sha256: string }): DumpPart {
    if (chunk !== this.#chunks || this.#chunk.digest('hex') !== sha256) throw this.#damaged();
    const first = this.#read - this.#lines.length;
    const lines = this.#lines;
    this.#chunk = createHash('sha256');
    this.#lines = [];
    this.#chunks++;
    if (chunk === 0) return { kind: 'header', header: this.#orFault(readHeader(lines.join('\n')), 1) };
    this.#digest = chained(this.#digest, sha256);
    const entries = lines.map((line, i) => this.#orFault(readEntry(line), first + i));
    for (const { kind } of entries) this.#counts[kind] = (this.#counts[kind] ?? 0) + 1;
    return { kind: 'chunk', number: chunk, digest: this.#digest, entries };
  }

  #end({ sha256, ...end }: DumpEnd & { readonly sha256: string }): DumpPart {
    if (this.#lines.length > 0 || end.chunks !== this.#chunks - 1) throw this.#damaged();
    let own = '';
    endLine(end, (text) => {
      own = this.#all.update(text).digest('hex');
      return own;
    });
    const kinds = new Set([...Object.keys(end.entries), ...Object.keys(this.#counts)]);
    const isCounted = [...kinds].every((kind) => end.entries[kind] === this.#counts[kind]);
    if (own !== sha256 || !isCounted) {
      throw new DumpFault(`line ${this.#read}, the end of the dump, does not match its checksum`);
    }
    this.#ended = true;
    return { kind: 'end', end };
  }

  #damaged(): DumpFault {
    const first = this.#read - this.#lines.length;
    const what = this.#chunks === 0 ? 'the header' : `chunk ${this.#chunks}`;
    return new DumpFault(`${what} (lines ${first} to ${this.#read}) does not match its checksum`);
  }

  #orFault<T>(result: { ok: true; value: T } | { ok: false; error: string }, line: number): T {
    if (result.ok) return result.value;
    throw new DumpFault(`line ${line}: ${result.error}`);
  }
}
