/**
 * `npm run bench:engine`: nanoseconds of each station of a lookup, without store and HTTP.
 */
import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { nanosecondsOf } from '../measure/nanoseconds.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { prepare } from './cases.ts';
import { stepsOf } from './steps.ts';

/** What every other step is measured by. */
const REFERENCE = 'ipaddr.js: parse';
const SENDERS = 50_000;
const ROUNDS = 5;

const { json } = new Command('bench:engine')
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ json?: string }>();

// The cases are kept, all of them, and V8 would learn from that to put whatever the engine makes among its old objects.
setFlagsFromString('--no-allocation-site-pretenuring');
const machine = thisMachine();
console.log(describeMachine(machine));
const bench = await prepare(SENDERS);
const steps = stepsOf(bench);
const rounds = new Map(steps.map(({ name }): [string, number[]] => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, run } of steps) rounds.get(name)?.push(nanosecondsOf(bench.cases, run));
}
const reference = rounds.get(REFERENCE) ?? [];
console.log(
  plainTable(
    ['', 'ns', `in units of ${REFERENCE}`],
    [...rounds].map(([name, figures]) => [
      name,
      withRange(spreadOf(figures), whole),
      withRange(ratiosOf(figures, reference), decimals(2)),
    ]),
  ),
);
if (json !== undefined)
  writeFileSync(json, `${JSON.stringify({ machine, rounds: Object.fromEntries(rounds) })}\n`);
