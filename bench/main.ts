/**
 * `npm run bench`: every benchmark in turn, one report. What each measures and beside what is said by its own folder; here
 * stand the order, the report (text and JSON under bench/results) and the targets.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { describeMachine, thisMachine } from './measure/machine.ts';
import { plainTable } from './measure/print.ts';
import { judge } from './report/targets.ts';

/** One benchmark: its folder, and whether it writes its rounds to a file of its own. */
interface Part {
  readonly folder: string;
  readonly json: boolean;
  readonly node?: readonly string[];
}

const PARTS: readonly Part[] = [
  { folder: 'engine', json: true },
  { folder: 'allocation', json: true, node: ['--expose-gc'] },
  { folder: 'growth', json: true },
  { folder: 'http', json: true },
  { folder: 'intake', json: true },
  { folder: 'commands', json: true },
  { folder: 'smtp', json: false },
  { folder: 'dns', json: true },
];

const RESULTS = 'bench/results';

const { only } = new Command('bench')
  .option('--only <folder>', 'only this benchmark; the targets are judged by the last figures of each')
  .parse()
  .opts<{ only?: string }>();

mkdirSync(RESULTS, { recursive: true });
const machine = thisMachine();
const log = createWriteStream(`${RESULTS}/report.txt`);
const say = (text: string): void => {
  process.stdout.write(text);
  log.write(text);
};
say(`${describeMachine(machine)}\n`);
for (const part of PARTS) {
  if (only !== undefined && part.folder !== only) continue;
  say(`\n# ${part.folder}\n\n`);
  const status = await run(part);
  if (status !== 0) {
    say(`\n${part.folder} ended with ${status}\n`);
    process.exitCode = 1;
  }
}
const figures = Object.fromEntries(PARTS.map(({ folder }) => [folder, figuresOf(folder)]));
const verdicts = judge(figures);
say(
  `\n# targets\n\n${plainTable(
    ['', 'target', 'measured', ''],
    verdicts.map(({ name, target, measured, met }) => [name, target, measured, met ? 'met' : 'missed']),
  )}\n`,
);
writeFileSync(`${RESULTS}/report.json`, `${JSON.stringify({ machine, verdicts, figures })}\n`);
await new Promise((resolve) => log.end(resolve));

function run({ folder, json, node = [] }: Part): Promise<number | null> {
  const words = [...node, '--import', 'tsx', `bench/${folder}/main.ts`];
  const child = spawn(process.execPath, json ? [...words, '--json', fileOf(folder)] : words, {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (chunk: Buffer) => say(chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', resolve));
}

function figuresOf(folder: string): unknown {
  return existsSync(fileOf(folder)) ? JSON.parse(readFileSync(fileOf(folder), 'utf8')) : null;
}

function fileOf(folder: string): string {
  return `${RESULTS}/${folder}.json`;
}
