/**
 * `prefixwise export`: the current answers as lists that other programs read.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { csv } from '../export/csv.ts';
import type { Format } from '../export/format.ts';
import { POSTFIX_TABLES, type PostfixTable, postfixCidr } from '../export/postfix-cidr.ts';
import { rbldnsd } from '../export/rbldnsd.ts';
import { rspamdMap } from '../export/rspamd-map.ts';
import type { HostProcess } from '../http/run.ts';
import { openPolicy } from '../open-policy.ts';
import { openStore } from '../open-store.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { type LiveAllocations, openAllocations } from '../published/live.ts';
import { describeFaults, readSettings } from '../settings.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type ExportJob, exportOnce, Stopped, type Target } from './export-run.ts';
import { BrokenOutput } from './replacement.ts';
import type { Terminal } from './terminal.ts';

const FORMATS = ['rbldnsd', 'postfix-cidr', 'rspamd-map', 'csv'] as const;

interface Options {
  readonly format: (typeof FORMATS)[number];
  readonly out: string;
  readonly watch?: number;
  readonly ns?: readonly string[];
  readonly contact: string;
  readonly table: PostfixTable;
  readonly tunnels: boolean;
}

/** File names in a folder; rbldnsd's are one a family. */
const NAMES: Readonly<Record<Options['format'], readonly [v4: string, v6: string]>> = {
  rbldnsd: ['prefixwise.ip4trie', 'prefixwise.ip6trie'],
  'postfix-cidr': ['prefixwise.cidr', 'prefixwise.cidr'],
  'rspamd-map': ['prefixwise.map', 'prefixwise.map'],
  csv: ['prefixwise.csv', 'prefixwise.csv'],
};

const HELP = `
Lists hold what lookups refuse or defer now; longest match, but postfix-cidr, where the first match is the longest:
  rbldnsd       127.0.0.N, N the sum of 2 refused, 4 deferred, 8 on the block list; TXT says why. In a folder it is
                prefixwise.ip4trie and prefixwise.ip6trie; in one file, or on standard output, both as a combined dataset.
  postfix-cidr  a cidr table for postscreen_access_list, or with --table access for check_client_access
  rspamd-map    an IP map for multimap, with a symbol for each block
  csv           a row for each subject that something is known of, and for each list entry
Files are replaced whole, and only when they differ. Settings come from the environment: STORE, DATA_DIR, TABLE_NAME,
POLICY_FILE, and PUBLIC_URL for links.

Exit codes: 0 done, 1 stopped before it was done, 2 wrong usage, 69 the store cannot be read, 73 the output cannot be written,
78 it cannot run as configured.`;

export function exportCommand(host: HostProcess & Terminal, exit: (code: ExitCode) => void): Command {
  return new Command('export')
    .description('write the current answers as lists for other programs')
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).makeOptionMandatory())
    .option('--out <path>', 'a file, a folder, or - for standard output', '-')
    .option('--watch <seconds>', 'export again and again, that long after the last time', seconds)
    .option('--ns <name>', 'rbldnsd: a name server of the zone; may be repeated', collect)
    .option('--contact <name>', 'rbldnsd: the mailbox of the SOA record, a dot for the @', 'hostmaster')
    .addOption(
      new Option('--table <table>', 'postfix-cidr: whose table')
        .choices(POSTFIX_TABLES)
        .default('postscreen'),
    )
    .option('--no-tunnels', 'leave out how IPv4 hosts show in IPv6: 6to4, NAT64, 6rd')
    .addHelpText('after', HELP)
    .action(async (options: Options) => exit(await exportOrElse(options, host)));
}

async function exportOrElse(options: Options, host: HostProcess & Terminal): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    host.stderr.write(`export: ${text}\n`);
    return code;
  };
  const fault = faultOf(options);
  if (fault !== null) return complain(fault, EXIT.usage);
  const settings = readSettings(host.env);
  if (!settings.ok) return complain(describeFaults(settings.error), EXIT.config);
  const book = openPolicy(settings.value);
  if (!book.ok) return complain(book.error, EXIT.config);
  const target = await targetOf(options);
  const opened = await openStore(settings.value.store);
  if (!opened.ok) return complain(opened.error, EXIT.config);
  const { store } = opened.value;
  let allocations: LiveAllocations | null = null;
  try {
    allocations = await openAllocations(store, (error) => complain(reasonOf(error), EXIT.unavailable));
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) host.on(signal, () => stop.abort());
    const format = formatOf(options, book.value, target);
    const isStopped = (): boolean => stop.signal.aborted;
    const job = { store, allocations, book: book.value, format, target, terminal: host, isStopped };
    return await run(job, options.watch, stop.signal, complain);
  } catch (error) {
    return complain(`the store cannot be read: ${reasonOf(error)}`, EXIT.unavailable);
  } finally {
    await allocations?.close();
    await store.close();
  }
}

/** Exports once, or until told to stop. What keeps one export of many from being made is told, and tried again. */
async function run(
  job: ExportJob,
  watch: number | undefined,
  signal: AbortSignal,
  complain: (text: string, code: ExitCode) => ExitCode,
): Promise<ExitCode> {
  for (;;) {
    const code = await exportAndTell(job, complain);
    if (watch === undefined) return code;
    await sleep(watch * 1000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return EXIT.ok;
    await job.allocations.refresh();
  }
}

async function exportAndTell(
  job: ExportJob,
  complain: (text: string, code: ExitCode) => ExitCode,
): Promise<ExitCode> {
  const { target, terminal } = job;
  try {
    const { lines, isNew } = await exportOnce(job, Date.now());
    if (target !== 'stdout' && isNew) {
      const files = [...new Set([target[4], target[6]])].join(' and ');
      terminal.stdout.write(`${files}: ${lines.toLocaleString('en')} ${lines === 1 ? 'line' : 'lines'}\n`);
    }
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Stopped) return EXIT.refused;
    if (error instanceof BrokenOutput) return complain(error.message, EXIT.cannotCreate);
    return complain(`the store cannot be read: ${reasonOf(error)}`, EXIT.unavailable);
  }
}

function formatOf(
  { format, table, tunnels, ns = [], contact }: Options,
  book: PolicyBook,
  target: Target,
): Format {
  switch (format) {
    case 'rbldnsd': {
      const combined = target === 'stdout' || target[4] === target[6];
      return rbldnsd({ book, nameServers: ns, contact, withFaces: tunnels, combined });
    }
    case 'postfix-cidr':
      return postfixCidr(table, book, tunnels);
    case 'rspamd-map':
      return rspamdMap(tunnels);
    case 'csv':
      return csv();
  }
}

async function targetOf({ out, format }: Options): Promise<Target> {
  if (out === '-') return 'stdout';
  const found = await stat(out).catch(() => null);
  if (found?.isDirectory() !== true) return { 4: out, 6: out };
  const [v4, v6] = NAMES[format];
  return { 4: join(out, v4), 6: join(out, v6) };
}

const DNS_NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/i;

function faultOf({ out, watch, ns = [], contact }: Options): string | null {
  if (out === '-' && watch !== undefined) return '--watch: --out with a file or a folder is expected';
  const odd = ns.find((name) => !DNS_NAME.test(name));
  if (odd !== undefined) return `--ns: a host name is expected, not ${JSON.stringify(odd)}`;
  return DNS_NAME.test(contact) ? null : '--contact: a mailbox with a dot for the @ is expected';
}

function seconds(text: string): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('a whole number of seconds from 1 to 999999 is expected');
  return value;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
