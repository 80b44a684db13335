/**
 * `prefixwise lists add|remove|show|import|export`: the allow and block lists, on the store itself. Running services follow
 * within five seconds.
 */
import { basename } from 'node:path';
import { Argument, Command } from 'commander';
import { listEntryText, parseLasting, parseListEntry, parseReason } from '../http/wire/list-entry.ts';
import { parseWirePrefix } from '../http/wire/prefix.ts';
import { isSourceName, LISTS, type ListEntry, type ListName } from '../lists/list-entry.ts';
import { exportList } from '../lists/list-export.ts';
import { importList } from '../lists/list-import.ts';
import { deleteEntries, getEntries, type ListAct, putEntry, readEntries } from '../lists/list-records.ts';
import { formatPrefix, type Prefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Store } from '../store/port.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { BrokenInput, openInput } from './input.ts';
import { listImportText } from './list-import-text.ts';
import { type CommandFailure, onStore, type Run } from './on-store.ts';
import { printable, type Terminal } from './terminal.ts';

interface Options {
  readonly reason?: string;
  readonly expires?: string;
  readonly author: string;
  readonly source?: string;
  readonly dryRun?: boolean;
  readonly allowShrink?: boolean;
  readonly json?: boolean;
}

/** One command on one list. */
interface Task {
  readonly list: ListName;
  readonly options: Options;
  readonly store: Store;
  readonly terminal: Terminal;
}

const HELP = `
The longest entry that covers an address decides; of two for the same block, the allow entry. A file has one block a line, its
reason behind ; or #. It is kept under a name: a newer file of that name takes its place, so what it has no longer is removed, and
entries by hand or of other files stay. STORE, DATA_DIR and TABLE_NAME name the store, as for serve; services may run on it.

Exit codes: 0 done, 1 there is no such entry, or the file would lose more than half of what it had, 2 wrong usage, 65 the file
has too many entries, 66 it cannot be read, 69 the store does not answer, 78 it cannot be opened.`;

export function listsCommand(terminal: Terminal, exit: (code: ExitCode) => void): Command {
  const command = new Command('lists').description('who is let in or kept out').addHelpText('after', HELP);
  const subcommand = (name: string, description: string): Command =>
    command.command(name).description(description).addArgument(new Argument('<list>').choices(LISTS));
  const writing = (made: Command): Command =>
    made.option('--author <name>', 'who says so; goes into the audit record', 'cli');
  const on = async (name: string, run: Run): Promise<void> =>
    exit(await onStore(`lists ${name}`, run, terminal));

  writing(subcommand('add', 'enter a block, or an address, in place of the entry by hand it had'))
    .argument('<prefix>', 'block or address')
    .requiredOption('--reason <text>', 'shown to whoever is refused')
    .option('--expires <time>', 'when it ends, RFC 3339 (default: never)')
    .action((list: ListName, prefix: string, options: Options) =>
      on('add', (store) => withBlock(prefix, (block) => add(block, { list, options, store, terminal }))),
    );
  writing(subcommand('remove', 'remove every entry for exactly this block'))
    .argument('<prefix>', 'block or address')
    .option('--reason <text>', 'why; goes into the audit record')
    .action((list: ListName, prefix: string, options: Options) =>
      on('remove', (store) =>
        withBlock(prefix, (block) => remove(block, { list, options, store, terminal })),
      ),
    );
  subcommand('show', 'show a list in address order, or the entries for exactly one block')
    .argument('[prefix]', 'block or address')
    .option('--json', 'one entry a line, as the API gives it')
    .action((list: ListName, prefix: string | undefined, options: Options) =>
      on('show', (store) => show(prefix, { list, options, store, terminal })),
    );
  writing(subcommand('import', 'put the entries of a file into the list'))
    .argument('<file>', 'a list file; .gz too; - for standard input')
    .option('--source <name>', "the name the file's entries are kept under (default: the file's)")
    .option('--expires <time>', 'when its entries end unless it is imported again, RFC 3339 (default: never)')
    .option('--reason <text>', 'why; goes into the audit record')
    .option('--dry-run', 'read and tell, change nothing')
    .option('--allow-shrink', 'let it lose more than half of what it had')
    .action((list: ListName, file: string, options: Options) =>
      on('import', (store) => importFile(file, { list, options, store, terminal })),
    );
  subcommand('export', 'write a list as a file that import takes')
    .option('--source <name>', 'only the entries of one imported file, with its notice')
    .action((list: ListName, options: Options) =>
      on('export', (store) => exportFile({ list, options, store, terminal })),
    );
  return command;
}

type Done = Promise<Result<null, CommandFailure>>;

async function withBlock(text: string, run: (block: Prefix) => Done): Done {
  const block = parseWirePrefix(text);
  return block.ok ? run(block.value) : usage(block.error.detail);
}

async function add(prefix: Prefix, { list, options, store, terminal }: Task): Done {
  const { reason, expires } = options;
  const act = actOf(options);
  const entry = parseListEntry(list, prefix, { reason, expires }, act.at);
  if (!entry.ok) return usage(entry.error.detail);
  const replaced = await putEntry(store.records, entry.value, act);
  terminal.stdout.write(
    `${formatPrefix(prefix)} is on the ${list} list${replaced ? ', in place of its entry before' : ''}\n`,
  );
  return ok(null);
}

async function remove(prefix: Prefix, { list, options, store, terminal }: Task): Done {
  const reason = options.reason === undefined ? ok(null) : parseReason({ reason: options.reason });
  if (!reason.ok) return usage(reason.error.detail);
  if (!(await deleteEntries(store.records, list, prefix, actOf(options)))) return missing(list, prefix);
  terminal.stdout.write(`${formatPrefix(prefix)} is no longer on the ${list} list\n`);
  return ok(null);
}

async function show(text: string | undefined, { list, options, store, terminal }: Task): Done {
  const write = (entries: readonly ListEntry[]): void => {
    for (const entry of entries) {
      terminal.stdout.write(`${options.json === true ? listEntryText(entry) : entryLine(entry)}\n`);
    }
  };
  if (text === undefined) {
    write(await readEntries(store.records, list, rethrow));
    return ok(null);
  }
  return withBlock(text, async (prefix) => {
    const entries = await getEntries(store.records, list, prefix);
    if (entries.length === 0) return missing(list, prefix);
    write(entries);
    return ok(null);
  });
}

async function importFile(file: string, { list, options, store, terminal }: Task): Done {
  const { source = sourceNameOf(file), dryRun = false, allowShrink = false } = options;
  if (!isSourceName(source)) return usage('--source: 1 to 64 of a-z, 0-9, dots, hyphens and _ are expected');
  const act = actOf(options);
  const lasting = parseLasting({ reason: options.reason ?? source, expires: options.expires }, act.at);
  if (!lasting.ok) return usage(lasting.error.detail);
  const { expires } = lasting.value;
  const input = await openInput(file, terminal.stdin);
  if (!input.ok) return fail({ exit: EXIT.noInput, detail: input.error.message });
  try {
    const wanted = { list, source, expires, allowShrink, dryRun };
    const done = await importList(store.records, input.value.bytes, wanted, act);
    for (const { line, reason } of done.ok ? done.value.refused : done.error.refused) {
      terminal.stderr.write(`lists import: ${printable(file)} line ${line}: ${printable(reason)}\n`);
    }
    if (done.ok) {
      terminal.stdout.write(listImportText(done.value, wanted));
      return ok(null);
    }
    const { kind, detail } = done.error;
    const shrunk = kind === 'shrunk';
    return fail({
      exit: shrunk ? EXIT.refused : EXIT.dataError,
      detail: shrunk ? `${detail}, so nothing was changed; --allow-shrink if it is right` : detail,
    });
  } catch (error) {
    if (error instanceof BrokenInput) return fail({ exit: EXIT.noInput, detail: error.message });
    throw error;
  }
}

async function exportFile({ list, options, store, terminal }: Task): Done {
  const { source = null } = options;
  for await (const line of exportList(store.records, list, source, Date.now())) {
    terminal.stdout.write(`${line}\n`);
  }
  return ok(null);
}

function actOf({ author, reason }: Options): ListAct {
  return { actor: author, at: Date.now(), reason: reason ?? null };
}

/** The file's name without its ending, in the letters a source may have. */
function sourceNameOf(file: string): string {
  if (file === '-') return 'stdin';
  const name = basename(file).replace(/\.gz$/, '').toLowerCase();
  return name.replace(/[^a-z0-9._-]+/g, '-').replace(/^[^a-z0-9]+/, '');
}

function entryLine({ prefix, reason, expires, author, source }: ListEntry): string {
  const parts = [
    `by ${author}`,
    ...(source === null ? [] : [`from ${source}`]),
    ...(expires === null ? [] : [`until ${new Date(expires).toISOString()}`]),
  ];
  return `${formatPrefix(prefix)} ; ${printable(reason)} (${printable(parts.join(', '))})`;
}

function missing(list: ListName, prefix: Prefix) {
  return fail({
    exit: EXIT.refused,
    detail: `there is no entry for exactly ${formatPrefix(prefix)} on the ${list} list`,
  });
}

function usage(detail: string) {
  return fail({ exit: EXIT.usage, detail });
}

function rethrow(error: unknown): never {
  throw error;
}
