/**
 * What the service costs on AWS: `npm run bench:aws`. Figures of this machine; units are the emulator's, which counts as
 * DynamoDB documents it.
 */
import { Command } from 'commander';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { coldStarts } from './cold-start.ts';
import { lagOf } from './lag.ts';
import { tellCosts } from './tell-costs.ts';
import { warmLookup } from './warm-lookup.ts';

const RUNS = 17;
const LOOKUPS = 20_000;
const VERDICTS = 300;

const { units } = new Command('bench:aws')
  .option('--units', 'only units and costs')
  .parse()
  .opts<{ units?: true }>();
if (units === true) {
  await tellCosts();
  process.exit();
}
console.log(describeMachine(thisMachine()));
console.log(`cold start: ${RUNS} processes each; times are processor milliseconds, median (least-most)`);
const starts = await coldStarts(RUNS);
console.log(
  plainTable(
    ['function', 'bytes', 'gzip', 'then', 'on demand', 'load', 'times bare', 'by the clock'],
    starts.map((start) => [
      start.name,
      whole(start.bytes),
      whole(start.gzip),
      whole(start.then),
      whole(start.later),
      withRange(start.load, decimals(1)),
      withRange(start.loadRatio, decimals(2)),
      withRange(start.clockRatio, decimals(2)),
    ]),
  ),
);
console.log(
  plainTable(
    ['to the first answer', 'all', 'times bare', 'by the clock', 'times bare with three calls'],
    starts.flatMap(({ name, first }) =>
      first === null
        ? []
        : [
            [
              name,
              withRange(first.cpu, decimals(1)),
              withRange(first.ratio, decimals(2)),
              withRange(first.clockRatio, decimals(2)),
              withRange(first.sameCallsRatio, decimals(2)),
            ],
          ],
    ),
  ),
);
const warm = await warmLookup(LOOKUPS);
console.log(
  `a warm lookup's own time, the store's left out: median ${warm.median.toFixed(3)} ms, p99 ${warm.p99.toFixed(3)} ms`,
);
const lag = await lagOf(VERDICTS);
console.log(
  `from a report to the lookup that shows it on every rung, the stream pumped as it comes, ${VERDICTS} verdicts: ` +
    `median ${lag.median.toFixed(0)} ms, p99 ${lag.p99.toFixed(0)} ms (target: 2,000)`,
);
await tellCosts();
