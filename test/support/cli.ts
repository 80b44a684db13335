/**
 * The command line inside the test: its own streams and environment, and what came of it.
 */
import { PassThrough, Readable } from 'node:stream';
import { runProgram } from '../../lib/cli/program.ts';
import type { Environment } from '../../lib/settings.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly env?: Environment;
  readonly stdin?: string | Buffer;
  /** Whether both outputs are terminals. */
  readonly terminal?: boolean;
}

export async function runCli(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  const { env = {}, stdin = '', terminal = false } = surroundings;
  const outputs = { stdout: '', stderr: '' };
  const collect = (name: 'stdout' | 'stderr') => {
    const stream = Object.assign(new PassThrough(), { isTTY: terminal });
    stream.on('data', (chunk) => {
      outputs[name] += String(chunk);
    });
    return stream;
  };
  const code = await runProgram(argv, {
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: collect('stdout'),
    stderr: collect('stderr'),
    on: () => undefined,
    exit: () => undefined,
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...outputs };
}
