/**
 * Progress on a terminal; nothing anywhere else.
 */
import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

export interface Progress {
  /** `done` of the total announced. */
  update(done: number): void;
  stop(): void;
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined };

/** A bar for `total` steps on standard error; silent when that is no terminal or the total is not known. */
export function progressBar(label: string, total: number | null, { stderr }: Terminal): Progress {
  if (stderr.isTTY !== true || total === null || total === 0) return SILENT;
  const bar = new SingleBar(
    { stream: stderr, format: `${label} {bar} {percentage} %`, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { update: (done) => bar.update(done), stop: () => bar.stop() };
}
