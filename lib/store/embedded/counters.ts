/**
 * Counters on LMDB, in a file of their own: every process on the data folder counts in the same one.
 *
 * They change with every command of every SMTP session and are worth little an hour later, so they are never flushed to
 * disk. They outlive the process but not the machine: a power failure may leave such a file in pieces, which LMDB could
 * not survive. So the file is named after the system's boot, and one of an earlier boot is not opened but removed.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { open, type RootDatabase } from 'lmdb';
import { NO_COUNTERS, type QuotaLimits, type Ruling, type TrafficEvent, take } from '../../quota/counters.ts';
import type { RungKey } from '../../reputation/rung.ts';
import { decodeCounters, emptyAtOf, encodeCounters } from '../codec/counters.ts';
import type { CounterStore } from '../port.ts';

type CounterFile = RootDatabase<string, Buffer>;

const FILE = /^counters-.*\.mdb(?:-lock)?$/;
/** Counters looked at in one step of a sweep, so that it never holds the write lock for long. */
const STEP = 5000;

export class EmbeddedCounters implements CounterStore {
  readonly #directory: string;
  #file: CounterFile | null = null;

  /** Nothing is opened before the first event: most commands never see one. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  take(key: RungKey, event: TrafficEvent, limits: QuotaLimits, now: number): Promise<Ruling> {
    try {
      const file = this.#opened();
      const name = Buffer.from(key, 'latin1');
      const ruling = file.transactionSync(() => {
        const known = file.get(name);
        const before = known === undefined ? NO_COUNTERS : decodeCounters(known);
        const step = take(before, event, limits, now);
        if (step.counters !== before) file.putSync(name, encodeCounters(step.counters));
        return step.ruling;
      });
      return Promise.resolve(ruling);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Removes counters that are as good as none at `now` (epoch milliseconds), in steps; resolves to how many. */
  async sweep(now: number): Promise<number> {
    const file = this.#file;
    let removed = 0;
    let from: Buffer | null = Buffer.alloc(0);
    while (file !== null && file === this.#file && from !== null) {
      const start: Buffer = from;
      const step = file.transactionSync(() => sweepStep(file, start, now));
      removed += step.removed;
      from = step.next;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return removed;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  #opened(): CounterFile {
    this.#file ??= openFile(this.#directory);
    return this.#file;
  }
}

function sweepStep(file: CounterFile, start: Buffer, now: number): { removed: number; next: Buffer | null } {
  const expired: Buffer[] = [];
  let seen = 0;
  let last = start;
  for (const { key, value } of file.getRange({ start, limit: STEP })) {
    seen++;
    last = Buffer.from(key);
    if (emptyAtOf(value) <= now) expired.push(last);
  }
  for (const key of expired) file.removeSync(key);
  return { removed: expired.length, next: seen < STEP ? null : Buffer.concat([last, Buffer.of(0)]) };
}

function openFile(directory: string): CounterFile {
  const boot = bootId();
  const name = `counters-${boot ?? 'kept'}.mdb`;
  for (const other of readdirSync(directory)) {
    if (FILE.test(other) && !other.startsWith(name)) rmSync(join(directory, other), { force: true });
  }
  return open<string, Buffer>({
    path: join(directory, name),
    noSubdir: true,
    encoding: 'string',
    keyEncoding: 'binary',
    // Where boots cannot be told apart every commit waits for the disk.
    ...(boot === null ? {} : { noSync: true, overlappingSync: false }),
  });
}

/** What Linux calls this boot; null on other systems. */
function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return null;
  }
}
