/**
 * Whether any part of the table is asked for more than DynamoDB gives: `npm run bench:capacity`. What is in the model and
 * what is not is told in bench/aws/README.md.
 */
import { Command } from 'commander';
import { decimals, plainTable, whole } from '../measure/print.ts';
import { recordedMail } from '../world/recorded-mail.ts';
import { contentionOf, eventsByUnits } from './admission.ts';
import { weekOf } from './curve.ts';
import { Day, type Span } from './day.ts';
import { busiestByKind, busiestOf, meanByKind, overLimit, type Unit } from './model.ts';
import { World } from './world.ts';

const MEAN = { lookups: 1_000_000_000 / 86_400, verdicts: 100_000_000 / 86_400 };
const SENDERS = 20_000;
/** Containers of the API that one sender's mail meets. */
const CONTAINERS = 20;

const { hot, shards, seconds } = new Command('bench:capacity')
  .option('--hot <share>', 'share of all mail that comes from the one /32', Number, 0.1)
  .option('--shards <n>', 'partitions of the table, hence shards of its stream', Number, 512)
  .option('--seconds <n>', 'seconds of each span', Number, 3)
  .parse()
  .opts<{ hot: number; shards: number; seconds: number }>();

const week = weekOf(recordedMail());
const peak = Math.max(...week);
const world = new World({ hotShare: hot, senders: SENDERS });
const rates = { lookups: MEAN.lookups * peak, verdicts: MEAN.verdicts * peak };
console.log(
  `busiest hour of the week ${peak.toFixed(2)} times the mean, quietest ${Math.min(...week).toFixed(2)}: ` +
    `${whole(rates.lookups)} lookups and ${whole(rates.verdicts)} verdicts a second; ` +
    `${(100 * hot).toFixed(0)} % of all mail from one /32; ${shards} partitions`,
);
const day = await Day.before({ world, shards, ...rates });
let isOver = false;
tell('the first seconds of a month, day and quarter-day at once', await day.pass(seconds));
day.skip(20 * 60_000);
tell('twenty minutes on', await day.pass(seconds));
await tellAdmission();
process.exitCode = isOver ? 1 : 0;

/** Not a part of the day: what one sender's counters hold by themselves. */
async function tellAdmission(): Promise<void> {
  const [sender] = world.busiest(1);
  if (sender === undefined) throw new RangeError('nobody sends');
  const rows: string[][] = [];
  for (const rate of [25, 50, 100, 200, 400]) {
    const { inTime, letIn, calls } = await contentionOf(sender, rate, CONTAINERS, world.random);
    rows.push([whole(rate), `${whole(100 * inTime)} %`, `${whole(100 * letIn)} %`, decimals(1)(calls)]);
  }
  console.log(`\nadmission of one sender by ${CONTAINERS} containers, 4 ms a call`);
  console.log(
    plainTable(['events a second', 'ruled within 50 ms', 'let in uncounted', 'calls of one'], rows),
  );
  const units = [0, 50, 200].map(
    (sessions) => `${whole(eventsByUnits(sessions))} with ${sessions} sessions open`,
  );
  console.log(`by the units of a partition: ${units.join(', ')}`);
}

function tell(when: string, span: Span): void {
  const busiest = busiestOf(span, (pk) => day.partitionOf(pk));
  const inAll = (unit: Unit): number => [...meanByKind(span, unit).values()].reduce((a, b) => a + b, 0);
  console.log(
    `\n${when}: ${whole(span.deliveries / seconds)} deliveries a second of ` +
      `${decimals(1)(span.records / span.deliveries)} records, ${span.failures} to come again; ` +
      `${whole(inAll('reads'))} read and ${whole(inAll('writes'))} write units a second in all`,
  );
  console.log(
    plainTable(
      ['busiest', 'of', 'units a second', 'of a partition', 'name'],
      busiest.map(({ place, unit, units, share, name }) => [
        place,
        unit,
        whole(units),
        `${(100 * share).toFixed(0)} %`,
        name,
      ]),
    ),
  );
  for (const unit of ['reads', 'writes'] as const) {
    const means = meanByKind(span, unit);
    const items = [...busiestByKind(span, unit)].sort(([, a], [, b]) => b.units - a.units);
    console.log(
      plainTable(
        [`${unit} of`, 'a second', 'busiest item', 'bytes', 'name'],
        items.map(([kind, { name, units }]) => [
          kind,
          whole(means.get(kind) ?? 0),
          whole(units),
          whole(day.table.sizeAt(name)),
          name,
        ]),
      ),
    );
  }
  for (const { place, unit, name, share } of busiest) {
    if (share <= 1) continue;
    console.log(
      place === 'item'
        ? `the item ${name} is asked for more ${unit} than a partition gives, and no split helps one item`
        : `the ${place} ${name} is over: DynamoDB must have split it for heat before, between what lies in it`,
    );
  }
  isOver ||= overLimit(busiest).length > 0;
}
