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
import { HashedMatch } from '../../test/allocation/hashed-match.ts';
import { nanosecondsAtHand } from '../measure/at-hand.ts';
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
import { memoryOfMatch, memoryOfSearch } from './floors.ts';
import { Queries } from './queries.ts';

/** What the others are measured by. */
const REFERENCE = 'sorted columns, binary search';
const NO_TIMES: Times = { ns: [], waitingNs: [] };

/** Nanoseconds a match, round by round: of matches one after the other, and of such as wait for the one before. */
interface Times {
  readonly ns: number[];
  readonly waitingNs: number[];
}

interface Figures {
  readonly name: string;
  readonly rows: number;
  readonly contenders: readonly (Times & { readonly name: string })[];
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
  const { name, rows } = dataset;
  const started = performance.now();
  const table = AllocationTable.of(rows);
  const buildMs = performance.now() - started;
  const ranges = [...table.stated()];
  console.log(`\n## ${name}: ${whole(rows.length)} rows, ${whole(ranges.length)} ranges`);
  const queries = new Queries(dataset);
  const contenders = [
    ours(table, queries, buildMs),
    searchAlone(table, queries, buildMs),
    oursFromText(table, queries, buildMs),
    sortedArray(ranges, queries),
    maxmind(ranges, queries),
    memoryOfMatch(table, queries),
    memoryOfSearch(table, queries),
  ];
  compare(dataset, queries, contenders);
  const times = timesOf(contenders, name);
  printTimes(contenders, times, rows.length);
  printCold(table, queries, rows.length);
  const figures = contenders.map((contender, i) => ({ name: contender.name, ...(times[i] ?? NO_TIMES) }));
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
    const want = fingerprintOf(naive.match(queries.at(at)));
    contenders.forEach(({ put, answer }, i) => {
      put(at, 0);
      if (answer(0) !== want) wrong[i] = (wrong[i] ?? 0) + 1;
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
function timesOf(contenders: readonly Contender[], name: string): readonly Times[] {
  const times = contenders.map((): Times => ({ ns: [], waitingNs: [] }));
  for (let round = 0; round < rounds; round++) {
    tellProgress(`${name}: round ${round + 1} of ${rounds}`);
    for (const [i, contender] of contenders.entries()) {
      globalThis.gc?.();
      const { ns, waitingNs } = nanosecondsAtHand(contender);
      times[i]?.ns.push(ns);
      times[i]?.waitingNs.push(waitingNs);
    }
  }
  tellProgress('');
  return times;
}

function printTimes(contenders: readonly Contender[], times: readonly Times[], rows: number): void {
  const reference = times[contenders.findIndex(({ name }) => name === REFERENCE)] ?? NO_TIMES;
  console.log(
    plainTable(
      ['', 'ns a match', `in times of ${REFERENCE}`, 'ns, waiting', 'bytes a row', 'MB', 'build ms'],
      contenders.map(({ name, bytes, buildMs }, i) => [
        name,
        withRange(spreadOf(times[i]?.ns ?? []), whole),
        withRange(ratiosOf(times[i]?.ns ?? [], reference.ns), decimals(2)),
        withRange(spreadOf(times[i]?.waitingNs ?? []), whole),
        decimals(1)(bytes / rows),
        decimals(1)(bytes / 1e6),
        whole(buildMs),
      ]),
    ),
  );
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
