/**
 * `prefixwise keys create|list|rotate|revoke`: keys, on the store itself, so that a machine without any can make its first
 * one. Running services follow within five seconds.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import {
  describeKeyFault,
  keyOnTheWire,
  MAX_GRACE_SECONDS,
  parseKeyRequest,
  parseRevocation,
  parseRotation,
  weighedKeyOnTheWire,
} from '../http/wire/key.ts';
import { weighedKeys } from '../keys/credence.ts';
import { SCOPES } from '../keys/key.ts';
import { readKeys } from '../keys/key-records.ts';
import {
  createKey,
  type IssuedKey,
  type KeyActFailure,
  retractReports,
  revokeKey,
  rotateKey,
} from '../keys/keys.ts';
import { fail, ok } from '../result.ts';
import type { Store } from '../store/port.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { keyTable } from './key-table.ts';
import { onStore, type Run } from './on-store.ts';
import { printable, printableJson, type Terminal } from './terminal.ts';

interface Options {
  readonly scopes?: string;
  readonly trusted?: boolean;
  readonly trustedHost?: readonly string[];
  readonly expires?: string;
  readonly grace?: string;
  readonly since?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

/** Milliseconds after which every running service knows of a change. */
const KNOWN_EVERYWHERE_MS = 5000;

const HELP = `
STORE, DATA_DIR and TABLE_NAME name the store, as for serve; services may run on it. A key is printed once, when it is made or
rotated; what is stored cannot be turned back into it.

Exit codes: 0 done, 1 there is no such key or it has ended, 2 wrong usage, 69 the store does not answer, 78 it cannot be opened.`;

/** `wait` lets so many milliseconds go by. */
export function keysCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
  wait: (milliseconds: number) => Promise<unknown> = sleep,
): Command {
  const on = async (name: string, run: Run): Promise<void> =>
    exit(await onStore(`keys ${name}`, run, terminal));
  const json = () => new Option('--json', 'everything there is to say, as JSON');
  const reason = () => new Option('--reason <text>', 'why; goes into the audit record');
  const command = new Command('keys').description('who may call the service').addHelpText('after', HELP);
  command
    .command('create')
    .description('make a key and print it')
    .argument('<name>', 'whose it is, for people')
    .requiredOption('--scopes <list>', `what it may do: some of ${SCOPES.join(',')}`)
    .option('--trusted', "its verdicts are the operator's own word, which no cap weakens")
    .option('--trusted-host <host>', "a mail server of the reporter's own; may be repeated", collect)
    .option('--expires <time>', 'when it ends, RFC 3339 (default: never)')
    .addOption(reason())
    .addOption(json())
    .action((name: string, options: Options) =>
      on('create', (store) => create(name, options, store, terminal)),
    );
  command
    .command('list')
    .description('list all keys ever made, oldest first')
    .addOption(json())
    .action((options: Options) => on('list', (store) => list(options, store, terminal)));
  command
    .command('rotate')
    .description('give a key a new secret and print it')
    .argument('<id>', 'the id of the key')
    .option(
      '--grace <seconds>',
      `how long the old one is still good, at most ${MAX_GRACE_SECONDS} (default: 0)`,
    )
    .addOption(reason())
    .addOption(json())
    .action((id: string, options: Options) => on('rotate', (store) => rotate(id, options, store, terminal)));
  command
    .command('revoke')
    .description('end a key for good')
    .argument('<id>', 'the id of the key')
    .option('--since <time>', 'take back everything it reported since, RFC 3339: for a stolen key')
    .addOption(reason())
    .addOption(json())
    .action((id: string, options: Options) =>
      on('revoke', (store) => revoke(id, options, store, terminal, wait)),
    );
  return command;
}

async function create(
  label: string,
  { scopes = '', trusted, trustedHost, expires, reason, json }: Options,
  store: Store,
  terminal: Terminal,
): ReturnType<Run> {
  const now = Date.now();
  const wanted = { label, scopes: scopes.split(','), trusted, trustedHosts: trustedHost, expires, reason };
  const asked = parseKeyRequest(wanted, now);
  if (!asked.ok) return usage(asked.error.detail);
  const isFirst = (await readKeys(store.records)).length === 0;
  const act = { actor: 'cli', at: now, reason: asked.value.reason };
  const made = await createKey(store.records, asked.value.value, act, randomBytes);
  if (!made.ok) return usage(made.error.map(describeKeyFault).join('; '));
  show(made.value, json, terminal);
  if (isFirst) {
    terminal.stderr.write(
      'this is the first key: from now on, or within five seconds, nobody is served without one\n',
    );
  }
  return ok(null);
}

async function list({ json }: Options, store: Store, terminal: Terminal): ReturnType<Run> {
  const now = Date.now();
  const keys = await weighedKeys(store, await readKeys(store.records), now);
  if (json === true) print({ keys: keys.map(weighedKeyOnTheWire) }, terminal);
  else terminal.stdout.write(keyTable(keys, now));
  return ok(null);
}

async function rotate(
  id: string,
  { grace, reason, json }: Options,
  store: Store,
  terminal: Terminal,
): ReturnType<Run> {
  const graceSeconds = grace === undefined ? undefined : Number(grace || Number.NaN);
  const asked = parseRotation({ graceSeconds, reason });
  if (!asked.ok) return usage(asked.error.detail);
  const act = { actor: 'cli', at: Date.now(), reason: asked.value.reason };
  const rotated = await rotateKey(store.records, id, asked.value.value, act, randomBytes);
  if (!rotated.ok) return refused(id, rotated.error);
  show(rotated.value, json, terminal);
  return ok(null);
}

async function revoke(
  id: string,
  { since, reason, json }: Options,
  store: Store,
  terminal: Terminal,
  wait: (milliseconds: number) => Promise<unknown>,
): ReturnType<Run> {
  const asked = parseRevocation({ since, reason });
  if (!asked.ok) return usage(asked.error.detail);
  const act = { actor: 'cli', reason: asked.value.reason };
  const revoked = await revokeKey(store.records, id, { ...act, at: Date.now() });
  if (!revoked.ok) return refused(id, revoked.error);
  let retracted = 0;
  if (asked.value.value !== null) {
    terminal.stderr.write('the key is revoked; waiting until every running service knows...\n');
    await wait(KNOWN_EVERYWHERE_MS);
    retracted = await retractReports(store, id, asked.value.value, { ...act, at: Date.now() });
  }
  if (json === true) print({ ...keyOnTheWire(revoked.value), retracted }, terminal);
  else terminal.stdout.write(`${id} is revoked; ${retracted} of its verdicts were taken back\n`);
  return ok(null);
}

/** The token alone on standard output, for scripts; the rest beside it. */
function show({ key, token }: IssuedKey, json: boolean | undefined, terminal: Terminal): void {
  if (json === true) {
    print({ ...keyOnTheWire(key), token }, terminal);
    return;
  }
  terminal.stdout.write(`${token}\n`);
  terminal.stderr.write(
    `${key.id} (${printable(key.label)}) may ${key.scopes.join(', ')}; the key is shown now and never again\n`,
  );
}

function print(value: unknown, { stdout }: Terminal): void {
  stdout.write(`${printableJson(JSON.stringify(value))}\n`);
}

function refused(id: string, failure: KeyActFailure) {
  const detail = failure === 'unknown' ? `there is no key ${id}` : `${id} is ${failure}`;
  return fail({ exit: EXIT.refused, detail });
}

function usage(detail: string) {
  return fail({ exit: EXIT.usage, detail });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
