/**
 * XML documents as they are sent: plain, in gzip (RFC 1952), in a zip archive. Unpacked as a stream, against one budget for
 * the whole report, so that a bomb costs no more than the budget, wherever in it the bomb is. Archives inside archives
 * stay closed.
 */
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import type { FeedbackFailure } from './failure.ts';
import { MAX_RATIO, MAX_UNPACKED_BYTES, MAX_ZIP_ENTRIES, UNPACKED_BYTES_FREE } from './limits.ts';

/** Takes the bytes of one document; `write` answers false when there is no use in more. */
export interface DocumentSink {
  write(chunk: Uint8Array): boolean;
}

/** What may still be unpacked of one report. */
export class Budget {
  #spent = 0;
  readonly #limit: number;

  /** For a report of `packedBytes` as sent. */
  constructor(packedBytes: number) {
    this.#limit = Math.min(MAX_UNPACKED_BYTES, UNPACKED_BYTES_FREE + packedBytes * MAX_RATIO);
  }

  /** Takes note of unpacked bytes; false once they are too many. */
  spend(bytes: number): boolean {
    this.#spent += bytes;
    return this.#spent <= this.#limit;
  }

  /** Whether that many more would be within bounds. */
  affords(bytes: number): boolean {
    return this.#spent + bytes <= this.#limit;
  }
}

/**
 * Feeds every XML document in `bytes` to a sink of its own, in order; `open` is asked for each. Null when all went well.
 */
export async function unpack(
  bytes: Uint8Array,
  budget: Budget,
  open: () => DocumentSink,
): Promise<FeedbackFailure | null> {
  switch (packingOf(bytes)) {
    case 'gzip':
      return pump(
        Readable.from([Buffer.from(bytes)]).pipe(createGunzip({ chunkSize: CHUNK })),
        budget,
        open(),
        'gzip',
      );
    case 'zip':
      return unzip(Buffer.from(bytes), budget, open);
    case null:
      return budget.spend(bytes.length) ? await feed(bytes, open()) : tooLarge('XML');
  }
}

/** Bytes handed on at a time. */
const CHUNK = 65_536;

/** How the bytes are packed, by their first ones; null when they are not. */
function packingOf(bytes: Uint8Array): 'gzip' | 'zip' | null {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  return bytes[0] === 0x50 && bytes[1] === 0x4b ? 'zip' : null;
}

/** Lets others have their turn between two chunks, as unpacking does by itself. */
async function feed(bytes: Uint8Array, sink: DocumentSink): Promise<null> {
  for (let i = 0; i < bytes.length; i += CHUNK) {
    if (!sink.write(bytes.subarray(i, i + CHUNK))) break;
    await setImmediate();
  }
  return null;
}

async function unzip(
  bytes: Buffer,
  budget: Budget,
  open: () => DocumentSink,
): Promise<FeedbackFailure | null> {
  let found = false;
  try {
    const zip = await fromBufferPromise(bytes);
    if (zip.entryCount > MAX_ZIP_ENTRIES) {
      zip.close();
      return { kind: 'too-large', detail: `zip: at most ${MAX_ZIP_ENTRIES} files are taken` };
    }
    let end = 0;
    for await (const entry of zip.eachEntry()) {
      // Files that share bytes unpack to many times what was sent (Fifield, WOOT 2019); every writer puts them one after the other.
      if (entry.relativeOffsetOfLocalHeader < end)
        return { kind: 'malformed', detail: 'zip: files in it overlap or are out of order' };
      end = entry.relativeOffsetOfLocalHeader + entry.compressedSize;
      if (!entry.fileName.toLowerCase().endsWith('.xml')) continue;
      found = true;
      const failure = await extract(zip, entry, budget, open());
      if (failure !== null) return failure;
    }
  } catch {
    return { kind: 'malformed', detail: 'zip: it is damaged or packed in a way that is not read' };
  }
  return found ? null : { kind: 'incomplete', detail: 'zip: there is no .xml file in it' };
}

async function extract(
  zip: ZipFile,
  entry: Entry,
  budget: Budget,
  sink: DocumentSink,
): Promise<FeedbackFailure | null> {
  // The archive's own word is only good for refusing early: what comes out is counted all the same.
  if (!budget.affords(entry.uncompressedSize)) return tooLarge('zip');
  return pump(await zip.openReadStreamPromise(entry), budget, sink, 'zip');
}

async function pump(
  stream: Readable,
  budget: Budget,
  sink: DocumentSink,
  what: 'gzip' | 'zip',
): Promise<FeedbackFailure | null> {
  try {
    for await (const chunk of stream) {
      if (!(chunk instanceof Uint8Array)) continue;
      if (!budget.spend(chunk.length)) return tooLarge(what);
      if (!sink.write(chunk)) break;
    }
    return null;
  } catch {
    return { kind: 'malformed', detail: `${what}: it is damaged or cut short` };
  } finally {
    stream.destroy();
  }
}

function tooLarge(what: string): FeedbackFailure {
  const detail = `${what}: it unpacks to more than ${MAX_UNPACKED_BYTES} bytes or ${MAX_RATIO} times its size`;
  return { kind: 'too-large', detail };
}
