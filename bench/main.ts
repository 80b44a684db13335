/**
 * `npm run bench`: every benchmark in turn, one report (text and JSON under bench/results). What each measures and beside
 * what is said by its own folder.
 */
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { describeMachine, thisMachine } from './measure/machine.ts';
import { plainTable } from './measure/print.ts';
import { lastFigures, PARTS, RESULTS, runPart } from './report/parts.ts';
import { judge } from './report/targets.ts';

const folders = PARTS.map(({ folder }) => folder);
const { only, most, quick } = new Command('bench')
  .addOption(
    new Option('--only <folder...>', 'only these; targets are judged by the last figures of each').choices(
      folders,
    ),
  )
  .option('--most <count>', 'subjects and rows of the largest size of growth (10000000 takes an hour)')
  .option('--quick', 'everything small: to see that it runs, not to be quoted')
  .parse()
  .opts<{ only?: readonly string[]; most?: string; quick?: true }>();

mkdirSync(RESULTS, { recursive: true });
const machine = thisMachine();
const started = performance.now();
const log = createWriteStream(`${RESULTS}/report.txt`);
const say = (text: string): void => {
  process.stdout.write(text);
  log.write(text);
};
say(`${describeMachine(machine)}\n`);
if (quick) say('a quick run: no figure of it means anything\n');
const parts = PARTS.filter(({ folder }) => only === undefined || only.includes(folder));
for (const [at, part] of parts.entries()) {
  say(`\n# ${part.folder} (${at + 1} of ${parts.length}, ${minutesGone()} so far)\n\n`);
  const size = part.folder === 'growth' && most !== undefined ? ['--most', most] : [];
  const ended = await runPart(part, quick ? part.quick : size, say);
  if (!ended) process.exitCode = 1;
}
const figures = lastFigures();
const verdicts = judge(figures);
const judged = plainTable(
  ['', 'target', 'measured', '', ''],
  verdicts.map(({ name, target, measured, met, note }) => [
    name,
    target,
    measured,
    met ? 'met' : 'missed',
    note,
  ]),
);
say(`\n# targets (${minutesGone()} in all)\n\n`);
say(`${verdicts.length > 0 ? judged : 'none of these has one'}\n`);
writeFileSync(`${RESULTS}/report.json`, `${JSON.stringify({ machine, verdicts, figures })}\n`);
await new Promise((resolve) => log.end(resolve));

function minutesGone(): string {
  return `${Math.round((performance.now() - started) / 60_000)} min`;
}
