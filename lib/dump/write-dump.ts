/**
 * A state as the bytes of a dump, a chunk at a time.
 */
import { createHash } from 'node:crypto';
import type { StateExport } from '../store/state.ts';
import { chunkLine, type DumpEnd, type DumpHeader, endLine, entryLine, headerLine } from './format.ts';

/** Entries of a chunk, and characters after which it ends before. */
const CHUNK_ENTRIES = 1000;
const CHUNK_SIZE = 1024 * 1024;

/** The bytes of a dump. Returns what its last line says, once the reader has asked for more than there is. */
export async function* writeDump(
  state: StateExport,
  header: DumpHeader,
  onEntries: (done: number) => void,
): AsyncGenerator<Buffer, DumpEnd> {
  const all = createHash('sha256');
  const counts: Record<string, number> = {};
  let done = 0;
  let chunks = 0;
  let pending = 0;
  let text = `${headerLine(header)}\n`;
  const closed = (): Buffer => {
    const body = Buffer.from(text);
    const line = Buffer.from(`${chunkLine(chunks++, createHash('sha256').update(body).digest('hex'))}\n`);
    all.update(body).update(line);
    text = '';
    pending = 0;
    onEntries(done);
    return Buffer.concat([body, line]);
  };
  yield closed();
  for await (const entry of state.entries) {
    text += `${entryLine(entry)}\n`;
    counts[entry.kind] = (counts[entry.kind] ?? 0) + 1;
    done++;
    if (++pending === CHUNK_ENTRIES || text.length >= CHUNK_SIZE) yield closed();
  }
  if (pending > 0) yield closed();
  const end: DumpEnd = { chunks: chunks - 1, entries: counts, remarks: state.remarks() };
  yield Buffer.from(`${endLine(end, (own) => all.update(own).digest('hex'))}\n`);
  return end;
}
