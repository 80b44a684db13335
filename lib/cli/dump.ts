/**
 * `prefixwise dump [FILE]`: the whole state of the store as a file, or down a pipe.
 */
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Command } from 'commander';
import type { DumpEnd } from '../dump/format.ts';
import { writeDump } from '../dump/write-dump.ts';
import type { OpenedStore } from '../open-store.ts';
import { openStore } from '../open-store.ts';
import { fail, type Result } from '../result.ts';
import { describeFaults, readStoreSettings } from '../settings.ts';
import { packageVersion } from '../version.ts';
import { dumpText } from './dump-text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { progressBar } from './progress.ts';
import { printable, type Terminal } from './terminal.ts';

const HELP = `
Everything is in it: evidence, verdicts that can still be taken back, operator's entries, keys (as hashes), audit, published
table. Of a running embedded store it is one moment's state. A DynamoDB table is scanned: the dump is exact when nothing is
reported meanwhile, and says so when something was. FILE.part is written first, and named FILE once it is whole; a name that
ends in .gz is packed. STORE, DATA_DIR and TABLE_NAME name the store, as for serve. prefixwise load reads it.

Exit codes: 0 done, 2 wrong usage, 69 the store failed, 73 the file cannot be written, 78 the store cannot be opened.`;

export function dumpCommand(terminal: Terminal, exit: (code: ExitCode) => void): Command {
  return new Command('dump')
    .description('write the whole state of the store to a file')
    .argument('[file]', 'a file that does not exist yet; .gz too; - for standard output', '-')
    .addHelpText('after', HELP)
    .action(async (file: string) => exit(await dump(file, terminal)));
}

async function dump(file: string, terminal: Terminal): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    terminal.stderr.write(`dump: ${printable(text)}\n`);
    return code;
  };
  if (file === '-' && terminal.stdout.isTTY === true)
    return complain('name a file, or lead standard output elsewhere', EXIT.usage);
  if (file !== '-' && existsSync(file)) return complain(`${file} is there already`, EXIT.cannotCreate);
  const opened = await openExisting(terminal);
  if (!opened.ok) return complain(opened.error, EXIT.config);
  const { store, place } = opened.value;
  try {
    const end = await write(store.state, file, terminal);
    for (const remark of end.remarks) complain(remark, EXIT.ok);
    terminal.stderr.write(dumpText(end, place));
    return EXIT.ok;
  } catch (error) {
    return isFileError(error)
      ? complain(error.message, EXIT.cannotCreate)
      : complain(messageOf(error), EXIT.unavailable);
  } finally {
    await store.close();
  }
}

/** The store; one that would have to be made first has nothing to dump. */
async function openExisting({ env }: Terminal): Promise<Result<OpenedStore, string>> {
  const settings = readStoreSettings(env);
  if (!settings.ok) return fail(describeFaults(settings.error));
  const { value } = settings;
  if (value.kind === 'embedded' && !existsSync(join(value.dataDir, 'evidence.mdb')))
    return fail(`DATA_DIR: there is no store in ${value.dataDir}`);
  return openStore(value);
}

async function write(
  state: OpenedStore['store']['state'],
  file: string,
  terminal: Terminal,
): Promise<DumpEnd> {
  const exported = state.exportState(Date.now());
  const bar = progressBar('dumping ', exported.total, terminal);
  const header = { version: packageVersion(), taken: Date.now() };
  try {
    const parts = writeDump(exported, header, (done) => bar.update(done));
    return file === '-' ? await writeTo(terminal.stdout, parts) : await writeFile(file, parts);
  } finally {
    bar.stop();
  }
}

type Parts = AsyncGenerator<Buffer, DumpEnd>;

/** Writes beside the file first, so that a file of that name is always whole. */
async function writeFile(file: string, parts: Parts): Promise<DumpEnd> {
  const part = `${file}.part`;
  const into = file.endsWith('.gz') ? createGzip() : new PassThrough();
  // Whoever may read it may read everything, the hashes of keys too. It is on the disk before it gets its name.
  const written = pipeline(into, createWriteStream(part, { mode: 0o600, flush: true }));
  const [end] = await Promise.all([writeTo(into, parts).finally(() => into.end()), written]);
  await rename(part, file);
  return end;
}

async function writeTo(stream: Writable, parts: Parts): Promise<DumpEnd> {
  for (;;) {
    const { value, done } = await parts.next();
    if (done === true) return value;
    if (!stream.write(value)) await once(stream, 'drain');
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
