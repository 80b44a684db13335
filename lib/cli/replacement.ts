/**
 * A file that takes the place of another in one step: readers see the old one or the new one, whole, whatever is killed.
 *
 * It is written beside its place under a hidden name with the number of the process, flushed to disk, and renamed. What a
 * process that was killed left behind is removed by the next one.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** An output that cannot be written; the message says why. */
export class BrokenOutput extends Error {}

/** Characters gathered before they go to the file. */
const GATHERED = 64 * 1024;

export class Replacement {
  readonly path: string;
  readonly #partial: string;
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #gathered = '';

  private constructor(path: string, partial: string, file: FileHandle) {
    this.path = path;
    this.#partial = partial;
    this.#file = file;
  }

  /** Begins a file that is to stand at the path. Everything here rejects with `BrokenOutput`. */
  static begin(path: string): Promise<Replacement> {
    return orBroken(path, async () => {
      await removeLeftovers(path);
      const partial = partialOf(path, process.pid);
      return new Replacement(path, partial, await open(partial, 'w'));
    });
  }

  async write(text: string): Promise<void> {
    this.#gathered += text;
    if (this.#gathered.length >= GATHERED) await this.#flush();
  }

  /** Flushes all of it to disk; resolves to whether it differs from the file in its place. */
  finish(): Promise<boolean> {
    return orBroken(this.path, async () => {
      await this.#flush();
      const before = await stat(this.path).catch(() => null);
      if (before !== null) await this.#file.chmod(before.mode);
      await this.#file.sync();
      await this.#file.close();
      return before === null || (await digestOf(this.path)) !== this.#hash.digest('hex');
    });
  }

  /** Puts the finished file in its place. */
  put(): Promise<void> {
    return orBroken(this.path, async () => {
      await rename(this.#partial, this.path);
      const folder = await open(dirname(this.path));
      await folder.sync();
      await folder.close();
    });
  }

  /** Leaves the place as it is. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#partial, { force: true });
  }

  #flush(): Promise<void> {
    const text = this.#gathered;
    this.#gathered = '';
    this.#hash.update(text);
    return orBroken(this.path, async () => void (await this.#file.writeFile(text)));
  }
}

function partialOf(path: string, processId: number): string {
  return join(dirname(path), `.${basename(path)}.${processId}.partial`);
}

/** What processes left that are no more. */
async function removeLeftovers(path: string): Promise<void> {
  const start = `.${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    const number = /^(\d+)\.partial$/.exec(name.startsWith(start) ? name.slice(start.length) : '')?.[1];
    if (number !== undefined && !isRunning(Number(number)))
      await rm(join(dirname(path), name), { force: true });
  }
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

async function orBroken<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BrokenOutput(`${path} cannot be written: ${reason}`, { cause: error });
  }
}
