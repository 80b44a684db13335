/** A program of the system that runs until the test stops it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  /** Standard output and error so far, as they came. */
  said(): string;
  /** Throws what it said when it has ended: nobody need wait for it any longer. */
  mustBeAlive(): void;
  /** Asks it to end, and resolves when it has. */
  stop(): Promise<void>;
}

/** Starts a program that reads nothing. */
export function startProgram(command: string, args: readonly string[]): Program {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const exited = once(child, 'exit');
  return {
    said: () => said,
    mustBeAlive: () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${command} ended before it was ready:\n${said}`);
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
