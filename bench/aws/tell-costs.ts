/**
 * The units of every kind of call, and what a million of each costs, as tables.
 */
import { decimals, plainTable, whole } from '../measure/print.ts';
import { costOf, type Prices, storageOf } from './cost.ts';
import prices from './prices.json' with { type: 'json' };
import { measureUnits } from './units.ts';

const HISTORY = 1500;
const MESSAGES = 200;

export async function tellCosts(): Promise<void> {
  const given: Prices = prices;
  const measured = await measureUnits(HISTORY, MESSAGES);
  const two = decimals(2);
  console.log(`\nunits of one, ${MESSAGES} recorded messages of each kind, ${HISTORY} reported before`);
  console.log(
    plainTable(
      ['of one', 'reads', 'writes', 'roll-up reads', 'roll-up writes', 'deliveries', 'bytes logged'],
      measured.map(({ kind, api, rollup, deliveries, logBytes }) => [
        kind,
        two(api.reads),
        two(api.writes),
        two(rollup.reads),
        two(rollup.writes),
        two(deliveries),
        whole(logBytes),
      ]),
    ),
  );
  console.log('\ndollars a million, by prices.json');
  console.log(
    plainTable(
      ['a million of', 'table', 'function', 'gateway', 'logs', 'roll-up: table', 'function', 'all'],
      measured.map((units) => {
        const cost = costOf(units, given);
        const { table, function: api, gateway, logs, rollupTable, rollupFunction, all } = cost;
        return [units.kind, ...[table, api, gateway, logs, rollupTable, rollupFunction, all].map(two)];
      }),
    ),
  );
  console.log(`keeping a million verdicts: ${two(storageOf(given))} dollars a month`);
}
