/**
 * The service as its users run it: a process of its own, on a port of its own, started from the checkout.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface RunningService {
  readonly url: string;
  /** What it said until now. */
  said(): string;
  /** Ends the process as the kernel would: no warning, no clean-up. */
  kill(): Promise<void>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<number | null>;
}

/** Starts the service on a folder and waits until it says that it is ready. */
export async function startService(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'functions/serve.ts'], {
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  const url = await readyAt(child, said);
  return {
    url,
    said: () => said.join('\n'),
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}

async function readyAt(child: ChildProcess, said: string[]): Promise<string> {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', (line) => said.push(line));
  }
  for (;;) {
    const url = said
      .map((line) => /ready on (http:\S+)/.exec(line)?.[1])
      .find((found) => found !== undefined);
    if (url !== undefined) return url;
    if (child.exitCode !== null)
      throw new Error(`the service ended before it was ready:\n${said.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
