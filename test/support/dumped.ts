/** Dumps as text, and what comes of reading them. */
import { type DumpPart, DumpReader } from '../../lib/dump/read-dump.ts';
import { writeDump } from '../../lib/dump/write-dump.ts';
import { LineCutter } from '../../lib/http/lines.ts';
import type { StateEntry } from '../../lib/store/state.ts';
import { FILLED } from './moved-state.ts';

export async function dumpOf(
  entries: readonly StateEntry[],
  remarks: readonly string[] = [],
): Promise<Buffer> {
  const later = async function* () {
    yield* entries;
  };
  const state = { total: null, entries: later(), remarks: () => remarks };
  const pieces: Buffer[] = [];
  for await (const piece of writeDump(state, { version: '0.1.0', taken: FILLED }, () => {}))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The parts of a dump; throws at a fault. */
export function partsOf(dump: Uint8Array): readonly DumpPart[] {
  const reader = new DumpReader();
  const cutter = new LineCutter(1_000_000);
  const lines = [...cutter.cut(dump), ...cutter.end()];
  const parts = lines.map(({ bytes }) => reader.take(bytes)).filter((part) => part !== null);
  reader.finish();
  return parts;
}
