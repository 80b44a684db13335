/**
 * The environment of a function as typed settings: those of every service, on a table.
 */
import {
  type DynamoSettings,
  describeFaults,
  type Environment,
  readSettings,
  type Settings,
} from '../../lib/settings.ts';

export interface AwsSettings extends Settings {
  readonly store: DynamoSettings;
}

/** Where finished lines go: `process.stdout`, which Lambda takes into its log. */
export interface Output {
  write(text: string): unknown;
}

/** The standard output of a process, whose stream is made when the first line is written: a start needs none. */
export function standardOutput(host: { readonly stdout: Output }): Output {
  return { write: (text) => host.stdout.write(text) };
}

/** The settings of a function that cannot run without: a fault ends its start, and each names its variable. */
export function requireAwsSettings(env: Environment): AwsSettings {
  const { RATE_LIMIT } = env;
  // A container sees a part of what a key asks, so it counts only when told to.
  const settings = readSettings({ ...env, STORE: 'dynamodb', RATE_LIMIT: RATE_LIMIT || 'off' });
  if (!settings.ok)
    throw new Error(`the function cannot run as configured\n${describeFaults(settings.error)}`);
  const { store } = settings.value;
  if (store.kind !== 'dynamodb') throw new Error('a function needs a table');
  return { ...settings.value, store };
}
