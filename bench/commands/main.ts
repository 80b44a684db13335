/**
 * `npm run bench:commands`: the commands that walk over much data, as whole processes, beside a process that only reads
 * the same data.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { CLI } from '../measure/command.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { tellProgress } from '../measure/progress.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';
import { writeRows } from './rows.ts';

const ROUNDS = 3;
const SENDERS = 100_000;
const ROWS = 1_000_000;
/** Connections of the recorded stream. */
const EVENTS = 49_174;
const STREAM = fileURLToPath(new URL('../data/mail-stream.csv.gz', import.meta.url));

/** Two processes over the same data. */
interface Pair {
  readonly name: string;
  readonly items: number;
  readonly ours: readonly string[];
  readonly reading: readonly string[];
  /** The folder of the store that ours is to use. */
  readonly folder: string;
}

/** Seconds, round by round. */
interface Times {
  readonly ours: number[];
  readonly reading: number[];
}

const { json } = new Command('bench:commands')
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ json?: string }>();

const machine = thisMachine();
console.log(describeMachine(machine));
const { folder, remove } = scratchCopy(await storeOf(new Senders(SENDERS)));
const out = mkdtempSync(join(tmpdir(), 'prefixwise-commands-'));
const rows = join(out, 'rows.csv');
writeRows(rows, ROWS);
const pairs: readonly Pair[] = [
  {
    name: 'replay of the recorded stream',
    items: EVENTS,
    ours: [...CLI, 'replay', STREAM, '--out', join(out, 'answers.ndjson')],
    reading: ['-e', readingLines(STREAM)],
    folder,
  },
  {
    name: 'import of published rows',
    items: ROWS,
    ours: [...CLI, 'import', rows],
    reading: ['-e', readingLines(rows)],
    folder: join(out, 'imported'),
  },
  {
    name: 'export to rbldnsd',
    items: SENDERS,
    ours: [...CLI, 'export', '--format', 'rbldnsd', '--out', out],
    reading: ['-e', readingStore(folder)],
    folder,
  },
];
const figures = pairs.map((pair) => measure(pair));
console.log(
  plainTable(
    ['', 'items', 'seconds', 'items a second', 'reading alone, s', 'times reading'],
    pairs.map(({ name, items }, i) => {
      const { ours = [], reading = [] } = figures[i] ?? {};
      return [
        name,
        whole(items),
        withRange(spreadOf(ours), decimals(1)),
        whole(items / spreadOf(ours).median),
        withRange(spreadOf(reading), decimals(1)),
        withRange(ratiosOf(ours, reading), decimals(1)),
      ];
    }),
  ),
);
remove();
rmSync(out, { recursive: true });
if (json !== undefined) {
  const commands = pairs.map(({ name, items }, i) => ({ name, items, ...figures[i] }));
  writeFileSync(json, `${JSON.stringify({ machine, commands })}\n`);
}

function measure({ name, ours, reading, folder }: Pair): Times {
  const times: Times = { ours: [], reading: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    tellProgress(`${name}: round ${round} of ${ROUNDS}`);
    times.ours.push(secondsOf(ours, folder));
    times.reading.push(secondsOf(reading, folder));
  }
  tellProgress('');
  return times;
}

function secondsOf(words: readonly string[], folder: string): number {
  const started = performance.now();
  const env = { ...process.env, DATA_DIR: folder };
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - started) / 1000;
}

/** A program that reads a file, unpacks it when it is packed, and splits each line at its commas. */
function readingLines(file: string): string {
  const unpacked = file.endsWith('.gz') ? ".pipe(require('zlib').createGunzip())" : '';
  return `const {createReadStream}=require('fs');const lines=require('readline').createInterface({input:createReadStream(${JSON.stringify(file)})${unpacked}});let n=0;lines.on('line',(l)=>{n+=l.split(',').length})`;
}

/** A program that visits every tally of a store. */
function readingStore(place: string): string {
  return `const {open}=require('lmdb');const db=open({path:${JSON.stringify(join(place, 'evidence.mdb'))},noSubdir:true,maxDbs:8}).openDB({name:'tallies',encoding:'binary',keyEncoding:'binary'});let n=0;for(const {value} of db.getRange({}))n+=value.length`;
}
