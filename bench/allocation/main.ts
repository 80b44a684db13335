/**
 * `npm run bench:allocation`: what a match costs, in time and in memory, beside a plain sorted array and beside MaxMind's
 * reader on the same ranges; and that all of them agree with the naive longest match.
 *
 * Ends with 1 when one of them disagrees, or when an import of a million objects takes more than 512 MB.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { encodeTable } from '../../lib/allocation/blocks.ts';
import { ColdTable } from '../../lib/allocation/cold-table.ts';
import { decodeRoot } from '../../lib/allocation/root.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { HashedMatch } from '../../test/allocation/hashed-match.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { tellProgress } from '../measure/progress.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import {
  type Contender,
  fingerprintOf,
  maxmind,
  ours,
  oursFromText,
  searchAlone,
  sortedArray,
} from './contenders.ts';
import { DATASETS, type Dataset } from './datasets.ts';
import { Queries } from './queries.ts';

/** What the others are measured by. */
const REFERENCE = 'sorted columns, binary search';

/** Nanoseconds a match of each contender, round by round. */
interface Figures {
  readonly name: string;
  readonly rows: number;
  readonly contenders: readonly { readonly name: string; readonly ns: readonly number[] }[];
}

const { rounds, json } = new Command('bench:allocation')
  .option('--rounds <count>', 'rounds, each with a million look-ups by everybody', Number, 9)
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ rounds: number; json?: string }>();
const machine = thisMachine();
console.log(describeMachine(machine));
const datasets: Figures[] = [];
for (const dataset of DATASETS) datasets.push(run(dataset()));
runImport();
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, datasets })}\n`);

function run(dataset: Dataset): Figures {
  const { family, name, rows } = dataset;
  const started = performance.now();
  const table = AllocationTable.of(rows);
  const buildMs = performance.now() - started;
  const ranges = [...table.stated()];
  console.log(`\n## ${name}: ${whole(rows.length)} rows, ${whole(ranges.length)} ranges`);
  const queries = new Queries(dataset);
  const contenders = [
    ours(table, family, buildMs),
    searchAlone(table, family, buildMs),
    oursFromText(table, family, buildMs),
    sortedArray(ranges),
    maxmind(ranges, family),
  ];
  compare(dataset, queries, contenders);
  const times = timesOf(queries, contenders, name);
  printTimes(contenders, times, rows.length);
  printCold(table, queries, rows.length);
  const figures = contenders.map((contender, i) => ({ name: contender.name, ns: times[i] ?? [] }));
  return { name, rows: rows.length, contenders: figures };
}

function runImport(): void {
  console.log('');
  const script = fileURLToPath(new URL('import.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', script], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

function compare({ rows }: Dataset, queries: Queries, contenders: readonly Contender[]): void {
  const naive = new HashedMatch(rows);
  const wrong = contenders.map(() => 0);
  for (let at = 0; at < queries.length; at++) {
    const address = queries.at(at);
    const want = fingerprintOf(naive.match(address));
    const text = formatAddress(address);
    contenders.forEach(({ find }, i) => {
      if (find(address, text) !== want) wrong[i] = (wrong[i] ?? 0) + 1;
    });
  }
  contenders.forEach(({ name }, i) => {
    if (wrong[i] === 0) return;
    console.log(`${name}: ${wrong[i]} of ${queries.length} look-ups differ from the naive longest match`);
    process.exitCode = 1;
  });
  if (wrong.every((n) => n === 0))
    console.log(`${whole(queries.length)} look-ups: all agree with the naive longest match`);
}

/** Rounds in turn, so that whatever else the machine does falls on all of them. */
function timesOf(queries: Queries, contenders: readonly Contender[], name: string): readonly number[][] {
  const texts = Array.from({ length: queries.length }, (_, i) => formatAddress(queries.at(i)));
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    tellProgress(`${name}: round ${round + 1} of ${rounds}`);
    for (const [i, contender] of contenders.entries()) times[i]?.push(timeOf(contender, queries, texts));
  }
  tellProgress('');
  return times;
}

function printTimes(contenders: readonly Contender[], times: readonly number[][], rows: number): void {
  const reference = times[contenders.findIndex(({ name }) => name === REFERENCE)] ?? [];
  console.log(
    plainTable(
      ['', 'ns a match', `in times of ${REFERENCE}`, 'bytes a row', 'MB', 'build ms'],
      contenders.map(({ name, bytes, buildMs }, i) => [
        name,
        withRange(spreadOf(times[i] ?? []), whole),
        withRange(ratiosOf(times[i] ?? [], reference), decimals(2)),
        decimals(1)(bytes / rows),
        decimals(1)(bytes / 1e6),
        whole(buildMs),
      ]),
    ),
  );
}

/**
 * Nanoseconds of processor time a look-up, over all addresses once; making the address counts. Processor time, because
 * on a machine with other work the clock on the wall measures that work.
 */
function timeOf({ find }: Contender, queries: Queries, texts: readonly string[]): number {
  globalThis.gc?.();
  const started = process.cpuUsage();
  let sum = 0;
  for (let i = 0; i < queries.length; i++) sum += find(queries.at(i), texts[i] ?? '');
  const { user, system } = process.cpuUsage(started);
  if (!Number.isFinite(sum)) throw new Error('never');
  return ((user + system) * 1e3) / queries.length;
}

function printCold(table: AllocationTable, queries: Queries, rows: number): void {
  const started = performance.now();
  const { root, leaves } = encodeTable(table, { built: 0 });
  const encodeMs = performance.now() - started;
  const stored = new Map(leaves.map(({ id, bytes }) => [id, bytes]));
  const sum = leaves.reduce((all, { bytes }) => all + bytes.length, root.length);
  const leaf = (sum - root.length) / Math.max(leaves.length, 1);
  console.log(
    `blocks: root ${whole(root.length)} bytes + ${whole(leaves.length)} leaves of ${whole(leaf)} = ${(sum / rows).toFixed(1)} bytes a row, ` +
      `written in ${encodeMs.toFixed(0)} ms; cold start ${whole(root.length + leaf)} bytes, ${coldMs(root, stored, queries).toFixed(2)} ms of decoding`,
  );
}

/** Median of decoding the root and one leaf and matching one address. */
function coldMs(root: Uint8Array, stored: ReadonlyMap<string, Uint8Array>, queries: Queries): number {
  const times = Array.from({ length: 200 }, (_, i) => {
    const address = queries.at(i);
    const started = performance.now();
    const decoded = decodeRoot(root);
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const cold = new ColdTable(decoded.value);
    const missing = cold.missing(address);
    if (missing !== undefined) cold.add(missing, stored.get(missing.id) ?? new Uint8Array(0));
    cold.match(address);
    return performance.now() - started;
  });
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}
