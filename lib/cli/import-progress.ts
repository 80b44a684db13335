/**
 * How far an import is: a bar with rate and time left on a terminal, a line every ten seconds anywhere else.
 */
import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** Progress through one file, or through many small ones. */
export interface ImportProgress {
  /** `done` of the total announced, and how many rows or files that were. */
  update(done: number, items: number): void;
  stop(): void;
}

/** Milliseconds between two lines. */
const LINE_EVERY_MS = 10_000;
/** Milliseconds after which a rate means something. */
const SETTLED_MS = 500;

/** What is worked through: so many bytes of a file, or null for a size nobody knows; `items` counts what comes of it. */
export interface Work {
  readonly name: string;
  readonly total: number | null;
  readonly items: 'rows' | 'files';
}

/** Starts on some work; `clock` is in milliseconds. */
export function importProgress(
  { name, total, items }: Work,
  { stderr }: Terminal,
  clock: () => number,
): ImportProgress {
  const began = clock();
  const rate = (done: number): string => {
    const elapsed = clock() - began;
    return elapsed < SETTLED_MS ? '' : `${count(Math.round((done * 1000) / elapsed))} ${items}/s`;
  };
  if (stderr.isTTY === true && total !== null && total > 0) {
    const bar = new SingleBar(
      {
        stream: stderr,
        format: `${name} {bar} {percentage} % {rate} {eta_formatted} left`,
        hideCursor: true,
        clearOnComplete: true,
      },
      Presets.shades_classic,
    );
    bar.start(total, 0, { rate: '' });
    return {
      update: (done, of) => bar.update(Math.min(done, total), { rate: rate(of) }),
      stop: () => bar.stop(),
    };
  }
  let next = began + LINE_EVERY_MS;
  return {
    update: (done, of) => {
      const now = clock();
      if (now < next) return;
      next = now + LINE_EVERY_MS;
      stderr.write(
        `import: ${name}: ${count(of)} ${items}, ${rate(of)}${timeLeft(done, total, now - began)}\n`,
      );
    },
    stop: () => undefined,
  };
}

function timeLeft(done: number, total: number | null, elapsed: number): string {
  if (total === null || total === 0 || done === 0) return '';
  const seconds = Math.ceil((elapsed * (total - done)) / done / 1000);
  return `, ${Math.floor((100 * done) / total)} %, ${seconds} s left`;
}

/** A whole number as people read it. */
export function count(value: number): string {
  return value.toLocaleString('en');
}
