/**
 * `prefixwise replay EVENTS`: back-tests the current policy on a log, in memory, on the log's own clock.
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Command } from 'commander';
import type { RowRefusal } from '../allocation/published.ts';
import { AllocationRows } from '../allocation/rows.ts';
import { AllocationTable } from '../allocation/table.ts';
import { LineCutter } from '../http/lines.ts';
import { DEFAULT_POLICY_BOOK } from '../policy/policy-book.ts';
import { readPolicyFile } from '../policy/policy-file.ts';
import { Replay } from '../replay/replay.ts';
import { ReplaySummary } from '../replay/summary.ts';
import { parseEventLine } from './event-line.ts';
import { EventLog } from './event-log.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { BrokenInput, openInput } from './input.ts';
import { progressBar } from './progress.ts';
import { readPublished } from './published.ts';
import { summaryText } from './replay-text.ts';
import { printable, type Terminal } from './terminal.ts';

interface Options {
  readonly out?: string;
  readonly published?: readonly string[];
}

/** Longest line of a log. */
const MAX_LINE = 64 * 1024;
/** Events between two looks at the progress bar and the output's buffer. */
const STEP = 1000;

const HELP = `
A line is { "id", "at", "address", "verdict", "reporter"? }, or at,address,verdict; without a reporter it is a trusted
one's word. For each line, in
time order, the answer comes first and the lesson after; the answers, one JSON object a line, go to standard output or --out:
{ "id", "prefix", "subject", "spam", "class", "action" }. A summary goes to standard error. Lines that cannot be used are
named there and passed over. POLICY_FILE names the policy to test.

Exit codes: 0 done, 2 wrong usage, 65 no line could be used, 66 the log cannot be read, 73 the output cannot be written,
78 the policy file cannot be used.`;

export function replayCommand(terminal: Terminal, exit: (code: ExitCode) => void): Command {
  return new Command('replay')
    .description('back-test the current policy on a log')
    .argument('<events>', 'the log, NDJSON or CSV; .gz too; - for standard input')
    .option(
      '--published <file>',
      'published allocations, prefixlen or RPSL; .gz too; may be repeated',
      collect,
    )
    .option('--out <file>', 'where the answers go (standard output)')
    .addHelpText('after', HELP)
    .action(async (events: string, options: Options) => exit(await replay(events, options, terminal)));
}

async function replay(
  events: string,
  { out, published = [] }: Options,
  terminal: Terminal,
): Promise<ExitCode> {
  const complain = (text: string, code: ExitCode): ExitCode => {
    terminal.stderr.write(`replay: ${text}\n`);
    return code;
  };
  const { POLICY_FILE } = terminal.env;
  const book = POLICY_FILE ? readPolicyFile(POLICY_FILE) : { ok: true as const, value: DEFAULT_POLICY_BOOK };
  if (!book.ok) return complain(`POLICY_FILE: ${book.error}`, EXIT.config);
  const log = new EventLog();
  let refused: number;
  let allocations: AllocationTable;
  try {
    allocations = await readAllocations(published, terminal);
    refused = await readLog(events, log, terminal);
  } catch (error) {
    if (error instanceof BrokenInput || error instanceof RangeError)
      return complain(error.message, EXIT.noInput);
    throw error;
  }
  if (log.size === 0) return complain('no line could be used', EXIT.dataError);
  const summary = new ReplaySummary();
  const engine = new Replay({ allocations, book: book.value });
  try {
    await writeAnswers(log, engine, summary, out, terminal);
  } catch (error) {
    if (isFileError(error))
      return complain(`the answers cannot be written: ${error.message}`, EXIT.cannotCreate);
    throw error;
  }
  terminal.stderr.write(summaryText(summary.result(), refused));
  return EXIT.ok;
}

/** Reads published allocations; each row that is not believed is named on standard error. */
async function readAllocations(paths: readonly string[], terminal: Terminal): Promise<AllocationTable> {
  const rows = new AllocationRows();
  for (const path of paths) {
    const onRefusal = ({ line, reason }: RowRefusal): void => {
      terminal.stderr.write(`replay: ${path} line ${line}: ${printable(reason)}\n`);
    };
    const { taken, refused } = await readPublished(path, rows, onRefusal, terminal);
    terminal.stderr.write(`replay: ${path}: ${taken} allocations, ${refused} refused\n`);
  }
  return AllocationTable.from(rows);
}

/** Reads the log; each line that cannot be used is named on standard error. Resolves to how many those were. */
async function readLog(path: string, log: EventLog, terminal: Terminal): Promise<number> {
  const input = await openInput(path, terminal.stdin);
  if (!input.ok) throw input.error;
  const { bytes, size, taken } = input.value;
  const bar = progressBar('reading ', size, terminal);
  const cutter = new LineCutter(MAX_LINE);
  let refused = 0;
  const take = (lines: ReturnType<LineCutter['cut']>): void => {
    for (const line of lines) {
      if (line.bytes !== null && isBlank(line.bytes)) continue;
      const event =
        line.bytes === null
          ? { ok: false as const, error: `longer than ${MAX_LINE} bytes` }
          : parseEventLine(line.bytes, line.number + 1);
      if (event === null) continue;
      if (event.ok) log.add(event.value);
      else {
        refused++;
        terminal.stderr.write(`replay: line ${line.number + 1}: ${event.error}\n`);
      }
    }
  };
  try {
    for await (const chunk of bytes) {
      take(cutter.cut(chunk));
      bar.update(taken());
    }
    take(cutter.end());
  } finally {
    bar.stop();
  }
  return refused;
}

async function writeAnswers(
  log: EventLog,
  engine: Replay,
  summary: ReplaySummary,
  out: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const stream: Writable = out === undefined ? terminal.stdout : createWriteStream(out);
  if (out !== undefined) await once(stream, 'open');
  const bar = progressBar('replaying ', log.size, terminal);
  let text = '';
  let done = 0;
  for (const event of log.inTimeOrder()) {
    const answer = engine.step(event);
    const { spam, action, class: serviceClass } = answer;
    summary.add({ spam, action, class: serviceClass, truth: event.verdict === 'ham' ? 'ham' : 'spam' });
    text += `${JSON.stringify(answer)}\n`;
    if (++done % STEP !== 0) continue;
    if (!stream.write(text)) await once(stream, 'drain');
    text = '';
    bar.update(done);
  }
  bar.stop();
  stream.write(text);
  if (out === undefined) return;
  stream.end();
  await finished(stream);
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
