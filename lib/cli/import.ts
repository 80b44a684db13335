/**
 * `prefixwise import FILE...`: puts published allocations into force, on the store itself, while services answer from it.
 */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command, Option } from 'commander';
import { openStore } from '../open-store.ts';
import { type FetchFile, fileFetcher } from '../published/follow/fetch-file.ts';
import { resolveBySystem } from '../published/follow/guarded-lookup.ts';
import { isPublicAddress } from '../published/follow/public-address.ts';
import { PUBLISHED_FORMATS } from '../published/reader.ts';
import { fail, ok, type Result } from '../result.ts';
import { describeFaults, readStoreSettings } from '../settings.ts';
import { MemoryStore } from '../store/memory/store.ts';
import type { Store } from '../store/port.ts';
import { packageVersion } from '../version.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { type ImportOptions, ImportRun } from './import-run.ts';
import { RefusedLines } from './refused-lines.ts';
import type { Terminal } from './terminal.ts';

interface Options extends ImportOptions {
  readonly source?: string;
  readonly verbose?: boolean;
  readonly refused?: string;
  readonly remove?: readonly string[];
  readonly list?: boolean;
}

/** Files of each source, by its name. */
type Plan = ReadonlyMap<string, readonly string[]>;

const HELP = `
A file is prefixlen CSV (RFC 9977) or a dump of RPSL objects; which, its first line tells. Each file is a source of its own,
named after it, and takes the place of what that source had; --source NAME makes one source of all files. Rows that are not
believed are named, the rest counts. A file that breaks off adds to its source and takes nothing away from it. --follow
fetches the prefixlen files that objects point to, over HTTPS, weekly at most, and keeps their rows as source NAME+followed.
Running services answer by the new table within a few seconds. STORE, DATA_DIR and TABLE_NAME name the
store, as for serve.

Exit codes: 0 done, 1 a source would have lost more than half of what it had, or there is no source to remove, 2 wrong usage,
65 nothing usable was read, 66 a file cannot be read, 69 the sources could not be put into force, 73 the file for refused
lines cannot be written, 78 the store cannot be opened.`;

/** `fetchFile` follows pointers. */
export function importCommand(
  terminal: Terminal,
  exit: (code: ExitCode) => void,
  fetchFile: FetchFile = publicFetcher(),
): Command {
  return new Command('import')
    .description('put published allocations into force')
    .argument('[files...]', 'prefixlen or RPSL; .gz too; - for standard input')
    .addOption(
      new Option('--format <format>', 'do not tell the format from the first line').choices(
        PUBLISHED_FORMATS,
      ),
    )
    .option('--source <name>', 'make one source of that name of all files')
    .option('--follow', 'fetch the prefixlen files that objects point to')
    .option('--dry-run', 'read and tell, change nothing, fetch nothing')
    .option('--allow-shrink', 'let a source lose more than half of what it had')
    .option('--verbose', 'name every refused line at once, not the first hundred at the end')
    .option('--refused <file>', 'write every refused line to a file: file, line, reason, text')
    .option('--remove <source>', 'remove a source; may be repeated', collect)
    .option('--list', 'list the sources')
    .addHelpText('after', HELP)
    .action(async (files: string[], options: Options) =>
      exit(await importOrElse(files, options, terminal, fetchFile)),
    );
}

async function importOrElse(
  files: readonly string[],
  options: Options,
  terminal: Terminal,
  fetchFile: FetchFile,
): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    terminal.stderr.write(`import: ${text}\n`);
    return code;
  };
  const { remove = [], list = false, source, refused: refusedPath, verbose = false } = options;
  if ([files.length > 0, remove.length > 0, list].filter((asked) => asked).length !== 1)
    return complain('files are expected, or --remove, or --list', EXIT.usage);
  const plan = planOf(files, source);
  if (!plan.ok) return complain(plan.error, EXIT.usage);
  for (const file of files) {
    const fault = await faultOf(file);
    if (fault !== null) return complain(fault, EXIT.noInput);
  }
  const refused = new RefusedLines(terminal, verbose);
  try {
    if (refusedPath !== undefined) await refused.writeTo(refusedPath);
  } catch (error) {
    return complain(`--refused: ${reasonOf(error)}`, EXIT.cannotCreate);
  }
  const store = await storeFor(terminal, options.dryRun === true);
  if (!store.ok) return complain(store.error, EXIT.config);
  const run = new ImportRun({ store: store.value, terminal, options, refused, fetchFile });
  try {
    if (list) return await run.list();
    return remove.length > 0 ? await run.remove(remove) : await run.import(plan.value);
  } finally {
    await store.value.close();
  }
}

const SOURCE_NAME = /^[\w.-]{1,100}$/;

/** Which files make up which source; a sentence when two files would be one source by accident. */
function planOf(files: readonly string[], source: string | undefined): Result<Plan, string> {
  if (source !== undefined) {
    if (!SOURCE_NAME.test(source)) return fail('--source: 1 to 100 letters, digits, - . _ are expected');
    return ok(new Map([[source, files]]));
  }
  const plan = new Map<string, readonly string[]>();
  for (const file of files) {
    const name = nameOf(file);
    if (plan.has(name))
      return fail(`two files would be source ${name}; --source makes one source of all files`);
    plan.set(name, [file]);
  }
  return ok(plan);
}

function nameOf(file: string): string {
  if (file === '-') return 'stdin';
  const name = basename(file).replace(/\.gz$/, '');
  return name.replace(/[^\w.-]+/g, '-').slice(0, 100);
}

/** Looked at before anything is read, so that a run with a slip in it changes nothing. */
async function faultOf(file: string): Promise<string | null> {
  if (file === '-') return null;
  try {
    return (await stat(file)).isDirectory() ? `${file} is a folder` : null;
  } catch (error) {
    return `${file} cannot be read: ${reasonOf(error)}`;
  }
}

/** The store that services use; in a dry run one in memory when there is none yet. */
async function storeFor({ env }: Terminal, dryRun: boolean): Promise<Result<Store, string>> {
  const settings = readStoreSettings(env);
  if (!settings.ok) return fail(describeFaults(settings.error));
  const { value } = settings;
  if (dryRun && value.kind === 'embedded' && !existsSync(value.dataDir)) return ok(new MemoryStore());
  const opened = await openStore(value);
  return opened.ok ? ok(opened.value.store) : opened;
}

/** Fetches over HTTPS from public addresses only. */
function publicFetcher(): FetchFile {
  return fileFetcher({
    resolve: resolveBySystem,
    mayConnect: isPublicAddress,
    clock: Date.now,
    userAgent: `prefixwise/${packageVersion()}`,
  });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
