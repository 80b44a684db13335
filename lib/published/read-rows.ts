/**
 * Reads one file of published allocations from its bytes, in memory no larger than a chunk, a line and an object.
 */
import { LineSplitter } from '../allocation/lines.ts';
import type { Pointer } from '../allocation/pointers.ts';
import type { PublishedRow } from '../allocation/published.ts';
import { type PublishedFormat, PublishedReader, type ReaderOptions } from './reader.ts';

export interface PublishedFile extends ReaderOptions {
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** Where what is read goes. */
export interface RowSink {
  /** `line`: the last one read, from 1; of an object's rows the line that ends it. */
  row(row: PublishedRow, line: number): void;
  /** Left out by who does not follow pointers. */
  pointer?(pointer: Pointer, line: number): void;
  /** Called after every chunk. */
  progress?(): void;
}

export interface FileAccount {
  /** Null when no line decided: the file holds nothing but comments. */
  readonly format: PublishedFormat | null;
  readonly signed: boolean;
  /** Why reading ended before the file did; null when it did not. What was read until then has gone to the sink. */
  readonly brokenOff: Error | null;
}

export async function readRows(file: PublishedFile, sink: RowSink): Promise<FileAccount> {
  const splitter = new LineSplitter('latin1');
  const reader = new PublishedReader(file);
  let lines = 0;
  const take = (rows: readonly PublishedRow[]): void => {
    for (const row of rows) sink.row(row, lines);
    for (const pointer of reader.takePointers()) sink.pointer?.(pointer, lines);
  };
  const takeLine = (line: string): void => {
    lines++;
    take(reader.line(line));
  };
  const broken: Error[] = [];
  for await (const chunk of untilBroken(file.bytes, broken)) {
    for (const line of splitter.push(chunk)) takeLine(line);
    sink.progress?.();
  }
  const [brokenOff = null] = broken;
  const cutShort = brokenOff !== null;
  for (const line of splitter.end(cutShort)) takeLine(line);
  take(reader.end(cutShort));
  return { format: reader.format, signed: reader.signed, brokenOff };
}

/** The chunks as far as they come; what ended them too soon goes to `broken`. Errors of the taker are not caught. */
async function* untilBroken(bytes: AsyncIterable<Uint8Array>, broken: Error[]): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    broken.push(error instanceof Error ? error : new Error(String(error)));
  }
}
