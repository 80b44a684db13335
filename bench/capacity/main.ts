/**
 * Whether any key of the table is asked for more than a partition gives: `npm run bench:capacity`.
 *
 * 1,000,000,000 lookups and 100,000,000 verdicts a day, one /32 sending a tenth of all mail, one provider-sized reporter
 * saying half of all verdicts, twice the mean at the peak of the day.
 */
import { parsePrefix } from '../../lib/net/prefix.ts';
import { busiest, lookupLoad, type Message, PARTITION, peakRate, verdictLoad } from './model.ts';

const DAY = { lookups: 1_000_000_000, verdicts: 100_000_000, peak: 2 };
const SAMPLE = 200_000;

let state = 42;
function chance(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

/** Skewed as mail is: a few of `n` have most. */
function few(n: number): number {
  return Math.floor(n * chance() ** 3);
}

function message(i: number): Message {
  const site = `${few(0x10000).toString(16)}:${few(0x10000).toString(16)}`;
  const hot = i % 10 === 0;
  const v4 = !hot && i % 2 === 0;
  const wide = `2a${few(0x10).toString(16).padStart(2, '0')}:${few(0x1000).toString(16)}`;
  const text = v4
    ? `${1 + few(222)}.${few(256)}.${few(256)}.${few(256)}/32`
    : `${hot ? '2600:1f18' : wide}:${site}::/64`;
  const subject = parsePrefix(text);
  if (!subject.ok) throw new Error(text);
  return { subject: subject.value, reporter: chance() < 0.5 ? 'large' : `r${few(500)}`, id: `m${i}` };
}

const sample = Array.from({ length: SAMPLE }, (_, i) => message(i));
const lookups = lookupLoad(sample, peakRate(DAY.lookups, DAY.peak));
const verdicts = verdictLoad(sample, peakRate(DAY.verdicts, DAY.peak));
const rows = {
  'lookups: busiest item': { ...busiest(lookups.items, PARTITION.reads), limit: PARTITION.reads },
  'lookups: busiest partition key': { ...busiest(lookups.keys, PARTITION.reads), limit: PARTITION.reads },
  'verdicts: busiest item': { ...busiest(verdicts.items, PARTITION.writes), limit: PARTITION.writes },
  'verdicts: busiest partition key': { ...busiest(verdicts.keys, PARTITION.writes), limit: PARTITION.writes },
};
console.table(rows);
const over = Object.entries(rows).filter(([, { share }]) => share > 1);
for (const [name] of over) {
  console.log(
    name.endsWith('item')
      ? `${name} is over its limit, and no split helps one item`
      : `${name} is over what one partition gives: DynamoDB must split it between its items (split for heat)`,
  );
}
process.exitCode = over.some(([name]) => name.endsWith('item')) ? 1 : 0;
