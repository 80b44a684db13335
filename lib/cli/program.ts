/**
 * The command line: `prefixwise COMMAND`.
 */
import { Command, CommanderError } from 'commander';
import type { HostProcess } from '../http/run.ts';
import { packageVersion } from '../version.ts';
import { dumpCommand } from './dump.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { keysCommand } from './keys.ts';
import { listsCommand } from './lists.ts';
import { loadCommand } from './load.ts';
import { lookupCommand } from './lookup.ts';
import { postfixPolicyCommand } from './postfix-policy.ts';
import { replayCommand } from './replay.ts';
import { reportCommand } from './report.ts';
import { serveCommand } from './serve.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line; `argv` without the program's own name. Resolves to the exit code; `serve` runs on. */
export async function runProgram(argv: readonly string[], host: HostProcess & Terminal): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const exit = (given: ExitCode): void => {
    code = given;
  };
  const program = new Command('prefixwise')
    .description('E-mail reputation by the prefix a customer really holds.')
    .version(packageVersion())
    .helpCommand(false)
    .showHelpAfterError('(--help tells more)');
  const commands = [
    serveCommand(host),
    lookupCommand(host, exit),
    reportCommand(host, exit),
    importCommand(host, exit),
    exportCommand(host, exit),
    replayCommand(host, exit),
    keysCommand(host, exit),
    listsCommand(host, exit),
    postfixPolicyCommand(host, exit),
    dumpCommand(host, exit),
    loadCommand(host, exit),
  ];
  for (const command of [program, ...commands, ...commands.flatMap((one) => one.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(text),
    });
  }
  for (const command of commands) program.addCommand(command);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return code;
}
