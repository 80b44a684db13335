/**
 * `prefixwise load [FILE]`: a dump into a new store.
 */
import { randomBytes } from 'node:crypto';
import { Command } from 'commander';
import type { DumpEnd } from '../dump/format.ts';
import { Loader } from '../dump/load-dump.ts';
import { DumpFault, type DumpPart, DumpReader, MAX_LINE } from '../dump/read-dump.ts';
import { type Line, LineCutter } from '../http/lines.ts';
import { openStore } from '../open-store.ts';
import { fail, ok, type Result } from '../result.ts';
import { describeFaults, readStateSettings } from '../settings.ts';
import { LoadConflict, type StateStore } from '../store/state.ts';
import { checkText, loadText } from './dump-text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { BrokenInput, openInput } from './input.ts';
import { progressBar } from './progress.ts';
import { printable, type Terminal } from './terminal.ts';

interface Options {
  readonly resume?: boolean;
  readonly check?: boolean;
}

const HELP = `
A file is read through and checked before anything of it is loaded; what comes down a pipe, chunk by chunk. A dump goes into
a new store only: DATA_DIR without one, or a new table; it comes from any store and goes into any. Until a load is finished
the store answers to nobody. One that was interrupted goes on with --resume and the same dump. While a table is loaded nothing
else may write to it; a roll-up that is deployed already does no harm. STORE, DATA_DIR and TABLE_NAME name the store, as for
serve; EVIDENCE_MONTHS must be the table's own (--param=evidenceMonths), or what nobody reports on stays longer or shorter.

Exit codes: 0 done, 1 the store does not take it (not empty, half loaded from another dump), 2 wrong usage, 65 the dump is
damaged or not one, 66 the file cannot be read, 69 the store failed (--resume goes on), 78 the store cannot be opened.`;

export function loadCommand(terminal: Terminal, exit: (code: ExitCode) => void): Command {
  return new Command('load')
    .description('load a dump into a new store')
    .argument('[file]', 'what dump wrote; .gz too; - for standard input', '-')
    .option('--resume', 'go on with a load that was interrupted')
    .option('--check', 'check the dump, load nothing')
    .addHelpText('after', HELP)
    .action(async (file: string, options: Options) => exit(await loadOrElse(file, options, terminal)));
}

async function loadOrElse(file: string, options: Options, terminal: Terminal): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    terminal.stderr.write(`load: ${printable(text)}\n`);
    return code;
  };
  try {
    if (file !== '-' || options.check === true) {
      const end = await checked(file, terminal);
      if (options.check === true) {
        terminal.stdout.write(checkText(end));
        for (const remark of end.remarks) complain(remark, EXIT.ok);
        return EXIT.ok;
      }
    }
    return await load(file, options, terminal, complain);
  } catch (error) {
    if (error instanceof BrokenInput) return complain(error.message, EXIT.noInput);
    if (error instanceof DumpFault) return complain(error.message, EXIT.dataError);
    throw error;
  }
}

async function load(
  file: string,
  { resume = false }: Options,
  terminal: Terminal,
  complain: (text: string, code: ExitCode) => ExitCode,
): Promise<ExitCode> {
  const settings = readStateSettings(terminal.env);
  if (!settings.ok) return complain(describeFaults(settings.error), EXIT.config);
  const opened = await openStore(settings.value.store, {
    evidenceMonths: settings.value.evidenceMonths,
    halfLoaded: true,
  });
  if (!opened.ok) return complain(opened.error, EXIT.config);
  const { store, place } = opened.value;
  try {
    const end = await loaded(file, store.state, resume, terminal);
    if (!end.ok) return complain(`${place}: ${end.error}`, EXIT.refused);
    terminal.stdout.write(loadText(end.value, place));
    for (const remark of end.value.remarks) complain(remark, EXIT.ok);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof BrokenInput || error instanceof DumpFault) throw error;
    if (error instanceof LoadConflict) return complain(`${place}: ${error.message}`, EXIT.refused);
    return complain(`${place}: ${messageOf(error)}; --resume goes on`, EXIT.unavailable);
  } finally {
    await store.close();
  }
}

/** Reads a dump through; throws at a fault. */
async function checked(file: string, terminal: Terminal): Promise<DumpEnd> {
  for await (const part of partsOf(file, 'checking ', terminal)) if (part.kind === 'end') return part.end;
  throw new DumpFault('the dump has no end');
}

async function loaded(
  file: string,
  state: StateStore,
  resume: boolean,
  terminal: Terminal,
): Promise<Result<DumpEnd, string>> {
  const loader = new Loader(state, { resume, name: randomBytes(9).toString('base64url') });
  let end: DumpEnd | null = null;
  for await (const part of partsOf(file, 'loading ', terminal)) {
    const taken = await loader.take(part);
    if (!taken.ok) return taken;
    if (part.kind === 'end') end = part.end;
  }
  return end === null ? fail('the dump has no end') : ok(end);
}

async function* partsOf(file: string, label: string, terminal: Terminal): AsyncGenerator<DumpPart> {
  const input = await openInput(file, terminal.stdin);
  if (!input.ok) throw input.error;
  const { bytes, size, taken } = input.value;
  const bar = progressBar(label, size, terminal);
  const cutter = new LineCutter(MAX_LINE);
  const reader = new DumpReader();
  let end: DumpPart | null = null;
  const partsIn = function* (lines: Iterable<Line>): Generator<DumpPart> {
    for (const line of lines) {
      const part = reader.take(line.bytes);
      if (part?.kind === 'end') end = part;
      else if (part !== null) yield part;
    }
  };
  try {
    for await (const piece of bytes) {
      yield* partsIn(cutter.cut(piece));
      bar.update(taken());
    }
    yield* partsIn(cutter.end());
    reader.finish();
    // Only now is it known that nothing follows it.
    if (end !== null) yield end;
  } finally {
    bar.stop();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
