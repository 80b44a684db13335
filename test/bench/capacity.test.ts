import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../bench/accuracy/random.ts';
import { arrivals, weekOf } from '../../bench/capacity/curve.ts';
import { Day, type Span } from '../../bench/capacity/day.ts';
import { MeteredTable, type Usage } from '../../bench/capacity/metered-table.ts';
import { type Busiest, busiestByKind, busiestOf, meanByKind, overLimit } from '../../bench/capacity/model.ts';
import { World } from '../../bench/capacity/world.ts';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import type { TableKey } from '../../lib/store/dynamodb/keys.ts';
import type { PutInput } from '../../lib/store/dynamodb/table.ts';
import { type Emulator, startEmulator } from '../support/dynalite.ts';
import { HOUR, mustAddress } from '../support/records.ts';
import { StreamLog } from '../support/stream-log.ts';

/** The busiest hour of a week of 1,000,000,000 lookups and 100,000,000 verdicts a day: a second of it. */
const PEAK = { lookups: 29_657, verdicts: 2966 };
const SENDERS = 5000;

describe('the capacity model', () => {
  it('has no item over what a partition gives, as the first second of a month begins at the peak', async () => {
    const world = new World({ hotShare: 0.1, senders: SENDERS });
    const day = await Day.before({ world, shards: 256, generations: 1, ...PEAK });
    const span = await day.pass(1);
    const busiest = busiestOf(span, (pk) => day.partitionOf(pk));
    expect(overLimit(busiest)).toEqual([]);
    expect(span.failures).toBe(0);
    // It is about the hot /32, and about everything that the roll-up writes.
    expect(found(busiest, 'item', 'reads').name).toBe('t620.2600 26001f18');
    expect(found(busiest, 'item', 'reads').share).toBeGreaterThan(0.4);
    expect(found(busiest, 'partition key', 'writes').share).toBeGreaterThan(0.3);
    const written = meanByKind(span, 'writes');
    for (const kind of 'vrstno') expect(written.get(kind), kind).toBeGreaterThan(100);
    expect(written.get('v')).toBeGreaterThan(0.9 * PEAK.verdicts);
    // The levels that hear of everything: the base rate, standings and organisations.
    const items = busiestByKind(span, 'writes');
    for (const kind of ['o', 'n', 's']) expect(items.get(kind)?.units, kind).toBeLessThan(300);
  });

  it('finds a /32 that sends nine tenths of all mail over it', async () => {
    const world = new World({ hotShare: 0.9, senders: SENDERS });
    const day = await Day.before({ world, shards: 4, generations: 0, lookups: PEAK.lookups, verdicts: 0 });
    const over = overLimit(busiestOf(await day.pass(1), (pk) => day.partitionOf(pk)));
    expect(over).toMatchObject([{ place: 'item', unit: 'reads', name: 't620.2600 26001f18' }]);
    expect(over[0]?.share).toBeGreaterThan(4);
  });

  it('adds up what lies under one key, and in one partition, in one second', () => {
    const usage = (reads: number): Usage => ({ reads, writes: 1, refused: 0 });
    const second = (...reads: readonly number[]) =>
      new Map(['a 1', 'a 2', 'b 1'].map((name, i) => [name, usage(reads[i] ?? 0)]));
    const span: Span = {
      seconds: [second(1, 2, 1500), second(701, 800, 3)],
      deliveries: 0,
      records: 0,
      failures: 0,
    };
    const busiest = busiestOf(span, () => 'p');
    expect(found(busiest, 'item', 'reads')).toMatchObject({ name: 'b 1', units: 1500, share: 0.5 });
    expect(found(busiest, 'partition key', 'reads')).toMatchObject({ name: 'a', units: 1501 });
    expect(found(busiest, 'partition', 'reads')).toMatchObject({ name: 'p', units: 1504 });
    expect(found(busiest, 'partition', 'writes')).toMatchObject({ units: 3, share: 0.003 });
    expect(meanByKind(span, 'reads').get('a')).toBe((1 + 2 + 701 + 800) / 2);
  });
});

describe('mail over time', () => {
  it('comes as in the hours of the recorded week', () => {
    const monday = Date.UTC(2026, 10, 23, 9);
    const address = mustAddress('198.35.1.1');
    const mail = [0, 0, 0, 1].map((hour) => ({ at: monday + hour * HOUR, address, verdict: 'ham' as const }));
    expect(weekOf(mail).filter((share) => share > 0)).toEqual([0.75 * 168, 0.25 * 168]);
  });

  it.each([0.3, 20, 59])('comes by chance around %d', (mean) => {
    const random = new Random(42, 'arrivals');
    const counts = Array.from({ length: 20_000 }, () => arrivals(mean, random));
    const average = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - average) ** 2, 0) / counts.length;
    expect(average / mean).toBeCloseTo(1, 1);
    expect(variance / mean).toBeCloseTo(1, 1);
  });
});

describe('the units of the model', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  it('are those that the emulator reports, for items of any size', async () => {
    await emulator.createTable('units');
    let reported = 0;
    const { endpoint } = emulator;
    const real = new DynamoTable({
      tableName: 'units',
      endpoint,
      onConsumed: (_, units) => (reported += units),
    });
    const model = new MeteredTable(new StreamLog());
    const key = (sk: string): TableKey => ({ pk: 'k', sk });
    for (const bytes of [1, 900, 1024, 4000, 4096, 9000, 500]) {
      const input: PutInput = {
        Item: {
          pk: { S: 'k' },
          sk: { S: 'a' },
          body: { B: Buffer.alloc(bytes) },
          n: { N: '1234567' },
          t: { S: 'ä' },
        },
      };
      for (const consistent of [true, false]) {
        for (const table of [real, model]) {
          await table.put(input);
          await table.batchGet([key('a'), key('none')], { consistent });
        }
      }
    }
    const counted = [...(model.seconds[0]?.values() ?? [])];
    expect(counted.reduce((sum, { reads, writes }) => sum + reads + writes, 0)).toBe(reported);
    real.close();
  });
});

function found(busiest: readonly Busiest[], place: Busiest['place'], unit: Busiest['unit']): Busiest {
  const one = busiest.find((candidate) => candidate.place === place && candidate.unit === unit);
  if (one === undefined) throw new Error(`no ${place} was judged by ${unit}`);
  return one;
}
