/**
 * Commands that work on the store itself, so that they need no running service; services may run on it meanwhile.
 */
import { openStore } from '../open-store.ts';
import type { Result } from '../result.ts';
import { describeFaults, readStoreSettings } from '../settings.ts';
import type { Store } from '../store/port.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { printable, type Terminal } from './terminal.ts';

/** Why a command was not carried out. */
export interface CommandFailure {
  readonly exit: ExitCode;
  readonly detail: string;
}

/** What one command does with the opened store. */
export type Run = (store: Store) => Promise<Result<null, CommandFailure>>;

/** Opens the store that the environment names, runs a command on it and closes it; faults go to standard error by `name`. */
export async function onStore(name: string, run: Run, terminal: Terminal): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    terminal.stderr.write(`${name}: ${printable(text)}\n`);
    return code;
  };
  const settings = readStoreSettings(terminal.env);
  if (!settings.ok) return complain(describeFaults(settings.error), EXIT.config);
  const opened = await openStore(settings.value);
  if (!opened.ok) return complain(opened.error, EXIT.config);
  const { store } = opened.value;
  try {
    const done = await run(store);
    return done.ok ? EXIT.ok : complain(done.error.detail, done.error.exit);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return complain(`the store does not answer: ${reason}`, EXIT.unavailable);
  } finally {
    await store.close();
  }
}
