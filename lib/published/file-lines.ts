/**
 * The lines of a file that is in memory, a piece at a time: ten megabytes of line feeds must not become ten million texts.
 */
import { LineSplitter } from '../allocation/lines.ts';

const PIECE = 65_536;

/** Lines of UTF-8 text, without their line ends. */
export function* linesOf(bytes: Uint8Array): Generator<string> {
  const splitter = new LineSplitter('utf-8');
  for (let at = 0; at < bytes.length; at += PIECE) yield* splitter.push(bytes.subarray(at, at + PIECE));
  yield* splitter.end();
}
