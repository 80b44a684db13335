/** `prefixwise export --format rbldnsd` as a process of its own, started from the checkout. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export function startExport(
  dataDir: string,
  out: string,
  options: readonly string[],
): ChildProcessByStdio<null, Readable, Readable> {
  const argv = ['--import', 'tsx', 'functions/cli.ts', 'export', '--format', 'rbldnsd', '--out', out];
  return spawn(process.execPath, [...argv, ...options], {
    env: { ...process.env, DATA_DIR: dataDir, PUBLIC_URL: 'https://rep.example' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
