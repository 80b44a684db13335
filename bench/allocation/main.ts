/**
 * `npm run bench:allocation`: what a match costs, in time and in memory, beside a plain sorted array and beside MaxMind's
 * reader on the same ranges; and that all of them agree with the naive longest match.
 *
 * Ends with 1 when one of them disagrees, or when an import of a million objects takes more than 512 MB.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { Command } from 'commander';
import { encodeTable } from '../../lib/allocation/blocks.ts';
import { ColdTable } from '../../lib/allocation/cold-table.ts';
import { decodeRoot } from '../../lib/allocation/root.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { HashedMatch } from '../../test/allocation/hashed-match.ts';
import { thisMachine } from '../measure/machine.ts';
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

const ROUNDS = 9;

const { json } = new Command('bench:allocation')
  .option('--json <file>', 'write the medians to a file')
  .parse()
  .opts<{ json?: string }>();
const datasets: { readonly name: string; readonly rows: number; readonly matchNs: number }[] = [];
for (const dataset of DATASETS) datasets.push(run(dataset()));
runImport();
if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine: thisMachine(), datasets })}\n`);

function run(dataset: Dataset): (typeof datasets)[number] {
  const { family, name, rows } = dataset;
  const started = performance.now();
  const table = AllocationTable.of(rows);
  const buildMs = performance.now() - started;
  const ranges = [...table.stated()];
  console.log(`\n## ${name}: ${count(rows.length)} rows, ${count(ranges.length)} ranges`);
  const queries = new Queries(dataset);
  const contenders = [
    ours(table, family, buildMs),
    searchAlone(table, family, buildMs),
    oursFromText(table, family, buildMs),
    sortedArray(ranges),
    maxmind(ranges, family),
  ];
  compare(dataset, queries, contenders);
  const matchNs = printTimes(queries, contenders, rows.length);
  printCold(table, queries, rows.length);
  return { name, rows: rows.length, matchNs };
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
    console.log(`${count(queries.length)} look-ups: all agree with the naive longest match`);
}

/** Rounds in turn, so that whatever else the machine does falls on all of them; the best of the second, the search alone. */
function printTimes(queries: Queries, contenders: readonly Contender[], rows: number): number {
  const texts = Array.from({ length: queries.length }, (_, i) => formatAddress(queries.at(i)));
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, contender] of contenders.entries()) times[i]?.push(timeOf(contender, queries, texts));
  }
  const head = ['', 'ns a match', 'median', 'bytes a row', 'MB', 'build ms'];
  const printed = new Table({ head, style: { head: [], border: [] } });
  contenders.forEach(({ name, bytes, buildMs }, i) => {
    const sorted = (times[i] ?? []).toSorted((a, b) => a - b);
    const [best = 0, median = 0] = [sorted[0], sorted[sorted.length >> 1]];
    const figures = [best.toFixed(0), median.toFixed(0), (bytes / rows).toFixed(1), (bytes / 1e6).toFixed(1)];
    printed.push([name, ...figures, buildMs.toFixed(0)]);
  });
  console.log(printed.toString());
  return Math.min(...(times[1] ?? []));
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
    `blocks: root ${count(root.length)} bytes + ${count(leaves.length)} leaves of ${count(leaf)} = ${(sum / rows).toFixed(1)} bytes a row, ` +
      `written in ${encodeMs.toFixed(0)} ms; cold start ${count(root.length + leaf)} bytes, ${coldMs(root, stored, queries).toFixed(2)} ms of decoding`,
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

function count(n: number): string {
  return Math.round(n).toLocaleString('en');
}
