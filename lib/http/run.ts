/**
 * The life of a service process: settings in, signals, exit code out.
 */
import { describeFaults, type Environment, readSettings } from '../settings.ts';
import { startService } from './service.ts';

/** The parts of `process` that a service needs. */
export interface HostProcess {
  readonly env: Environment;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  on(signal: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  exit(code: number): void;
}

/** sysexits.h: the configuration is at fault. */
const EXIT_CONFIG = 78;

/**
 * Runs a service until SIGTERM or SIGINT; the first lets requests in flight finish and exits with 0 (1 when some had to
 * be cut), a second exits at once. With settings that cannot be used it exits with 78 and one line a fault.
 */
export async function runService(host: HostProcess): Promise<void> {
  const settings = readSettings(host.env);
  const started = settings.ok
    ? await startService(settings.value, {
        write: (line) => host.stdout.write(line),
        writeError: (line) => host.stderr.write(line),
      })
    : { ok: false as const, error: describeFaults(settings.error) };
  if (!started.ok) {
    host.stderr.write(`${started.error}\n`);
    host.exit(EXIT_CONFIG);
    return;
  }
  stopOnSignals(host, () => started.value.stop());
}

/** Stops what runs at the first SIGTERM or SIGINT, and exits: 0, or 1 when it was not stopped cleanly or told twice. */
export function stopOnSignals(host: Pick<HostProcess, 'on' | 'exit'>, stop: () => Promise<boolean>): void {
  let stopping = false;
  const onSignal = (): void => {
    if (stopping) {
      host.exit(1);
      return;
    }
    stopping = true;
    stop().then(
      (clean) => host.exit(clean ? 0 : 1),
      () => host.exit(1),
    );
  };
  host.on('SIGTERM', onSignal);
  host.on('SIGINT', onSignal);
}
