/**
 * Input files: plain or gzip, or standard input as `-`.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { fail, ok, type Result } from '../result.ts';

/** A file that cannot be read, or not to its end; the message names it. */
export class BrokenInput extends Error {}

export interface Input {
  /** The bytes, unpacked; reading them throws `BrokenInput` when the file cannot be read to its end. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Size on disk; null when it is not known. */
  readonly size: number | null;
  /** Bytes read from the disk so far. */
  readonly taken: () => number;
}

/** Opens a file; one whose name ends in `.gz` is unpacked. */
export async function openInput(path: string, stdin: Readable): Promise<Result<Input, BrokenInput>> {
  if (path === '-') return ok({ bytes: watched(stdin, 'standard input'), size: null, taken: () => 0 });
  let size: number;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return fail(new BrokenInput(`${path} is a folder`));
    size = found.size;
  } catch (error) {
    return fail(
      new BrokenInput(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`),
    );
  }
  const file = createReadStream(path);
  const taken = (): number => file.bytesRead;
  if (!path.endsWith('.gz')) return ok({ bytes: watched(file, path), size, taken });
  // The pipeline's own end is seen by whoever reads: a broken file makes the reading throw.
  const unpacked = pipeline(file, createGunzip(), () => undefined);
  return ok({ bytes: watched(unpacked, path), size, taken });
}

async function* watched(bytes: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BrokenInput(`${name} cannot be read to its end: ${reason}`, { cause: error });
  }
}
