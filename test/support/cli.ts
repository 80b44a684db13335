/**
 * The command line inside the test: its own streams and environment, and what came of it.
 */
import { PassThrough, Readable } from 'node:stream';
import { Command } from 'commander';
import { runProgram } from '../../lib/cli/program.ts';
import type { Terminal } from '../../lib/cli/terminal.ts';
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

/** Runs the whole program. */
export function runCli(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ran> {
  return collect(surroundings, (terminal) =>
    runProgram(argv, { ...terminal, on: () => undefined, exit: () => undefined }),
  );
}

/** Runs one command made with something else than what the program gives it. */
export function runCommand(
  make: (terminal: Terminal, exit: (code: number) => void) => Command,
  argv: readonly string[],
  surroundings: Surroundings = {},
): Promise<Ran> {
  return collect(surroundings, async (terminal) => {
    let code = -1;
    const command = make(terminal, (given) => {
      code = given;
    });
    await new Command().addCommand(command).parseAsync(argv, { from: 'user' });
    return code;
  });
}

async function collect(
  { env = {}, stdin = '', terminal = false }: Surroundings,
  run: (terminal: Terminal) => Promise<number>,
): Promise<Ran> {
  const outputs = { stdout: '', stderr: '' };
  const output = (name: 'stdout' | 'stderr') => {
    const stream = Object.assign(new PassThrough(), { isTTY: terminal });
    stream.on('data', (chunk) => {
      outputs[name] += String(chunk);
    });
    return stream;
  };
  const code = await run({
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: output('stdout'),
    stderr: output('stderr'),
  });
  await new Promise((resolve) => setImmediate(resolve));
  return { code, ...outputs };
}
