/**
 * How far an import is: a bar with rate and time left on a terminal, a line every ten seconds anywhere else.
 */
import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** Progress through one file. */
export interface FileProgress {
  /** `done` of the total announced, and the rows so far. */
  update(done: number, rows: number): void;
  stop(): void;
}

/** Milliseconds between two lines. */
const LINE_EVERY_MS = 10_000;
/** Milliseconds after which a rate means something. */
const SETTLED_MS = 500;

/** Starts on a file of `total` bytes, or of a size nobody knows; `clock` is in milliseconds. */
export function fileProgress(
  name: string,
  total: number | null,
  { stderr }: Terminal,
  clock: () => number,
): FileProgress {
  const began = clock();
  const rate = (rows: number): string => {
    const elapsed = clock() - began;
    return elapsed < SETTLED_MS ? '' : `${count(Math.round((rows * 1000) / elapsed))} rows/s`;
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
      update: (done, rows) => bar.update(Math.min(done, total), { rate: rate(rows) }),
      stop: () => bar.stop(),
    };
  }
  let next = began + LINE_EVERY_MS;
  return {
    update: (done, rows) => {
      const now = clock();
      if (now < next) return;
      next = now + LINE_EVERY_MS;
      stderr.write(
        `import: ${name}: ${count(rows)} rows, ${rate(rows)}${timeLeft(done, total, now - began)}\n`,
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
