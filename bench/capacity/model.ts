/**
 * What a load asks of the table's keys, second by second at the peak of the day: the real key functions on sampled mail.
 *
 * Lookups read the ladder of their subject, half a unit a tally (eventually consistent, under 4 kB). A verdict writes one
 * item. Not in the model: the roll-up's own reads and writes, which its batches coalesce to one a tally and batch, and the
 * counters of admission, one write an event of a sender.
 */
import { ladderOf } from '../../lib/allocation/ladder.ts';
import type { Prefix } from '../../lib/net/prefix.ts';
import { rungsOf } from '../../lib/reputation/rung.ts';
import { tallyKey, verdictKey } from '../../lib/store/dynamodb/keys.ts';

/** Units a second that one partition gives, and so the most that one item can have. DynamoDB, developer guide, 2026. */
export const PARTITION = { reads: 3000, writes: 1000 } as const;
/** Read units of a tally of up to 4 kB, eventually consistent; write units of a verdict of up to 1 kB. */
const READ_UNITS = 0.5;
const WRITE_UNITS = 1;

export interface Message {
  readonly subject: Prefix;
  readonly reporter: string;
  readonly id: string;
}

/** Units a second by item (`pk sk`) and by partition key. */
export interface Load {
  readonly items: ReadonlyMap<string, number>;
  readonly keys: ReadonlyMap<string, number>;
}

/** What so many a second cost each key, when the sampled messages stand for all. */
export function lookupLoad(sample: readonly Message[], perSecond: number): Load {
  return loadOf(
    sample.map(({ subject }) => rungsOf(ladderOf(subject)).map(tallyKey)),
    (perSecond / sample.length) * READ_UNITS,
  );
}

export function verdictLoad(sample: readonly Message[], perSecond: number): Load {
  return loadOf(
    sample.map(({ reporter, id }) => [verdictKey(reporter, id)]),
    (perSecond / sample.length) * WRITE_UNITS,
  );
}

/** The busiest of a load, and how often it would fill what one partition gives. */
export function busiest(load: ReadonlyMap<string, number>, limit: number) {
  let name = '';
  let units = 0;
  for (const [key, value] of load) if (value > units) [name, units] = [key, value];
  return { name, units, share: units / limit };
}

/** Calls a second at the peak of a day in which the busiest second has so many times the mean. */
export function peakRate(perDay: number, peakFactor: number): number {
  return (perDay / 86_400) * peakFactor;
}

function loadOf(
  messages: readonly (readonly { readonly pk: string; readonly sk: string }[])[],
  units: number,
): Load {
  const items = new Map<string, number>();
  const keys = new Map<string, number>();
  for (const { pk, sk } of messages.flat()) {
    items.set(`${pk} ${sk}`, (items.get(`${pk} ${sk}`) ?? 0) + units);
    keys.set(pk, (keys.get(pk) ?? 0) + units);
  }
  return { items, keys };
}
