/**
 * An hour of mail over a bad network, on a clock that runs ahead: every minute a batch of verdicts, one of them taken back
 * later, and deliveries of the stream, several minutes under way at a time.
 */
import { expect, it } from 'vitest';
import { concurrently } from '../../../lib/store/dynamodb/concurrently.ts';
import { DynamoTable } from '../../../lib/store/dynamodb/dynamo-table.ts';
import { openDynamoStore } from '../../../lib/store/dynamodb/store.ts';
import { MemoryStore } from '../../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../../lib/store/port.ts';
import { Deliveries } from '../../support/deliveries.ts';
import type { Fault } from '../../support/fault-proxy.ts';
import { emulatorBehindFaults } from '../../support/faulty-emulator.ts';
import { NOW, recordOf } from '../../support/records.ts';
import { everything, lcg, sums } from '../../support/schedule.ts';

const MINUTE = 60_000;
const MINUTES = 60;
/** Minutes whose work overlaps. */
const UNDER_WAY = 8;
const BATCH = 8;
const FAULTS = ['drop', 'lose', 'halve', 'throttle', 'fail', 'partial', { delayMs: 20 }] as const;
/** The share of calls that something befalls, and in the worst five minutes of the hour. */
const BAD = 0.2;
const WORST = { share: 0.5, from: 25, to: 30 };

const behind = emulatorBehindFaults();

it('ends an hour of random faults with what a replay of the acknowledged verdicts comes to', async () => {
  const tableName = 'hour';
  const log = await behind.emulator.createTable(tableName);
  const store = openDynamoStore({ tableName, endpoint: behind.proxy.endpoint, readTimeoutMs: 30_000 });
  const table = new DynamoTable({ tableName, endpoint: behind.proxy.endpoint });
  const chance = lcg(42);
  let clock = NOW;
  const deliveries = new Deliveries(log, table, () => clock);
  const met = new Set<Fault>();
  behind.proxy.weather = (operation) => {
    const minute = (clock - NOW) / MINUTE;
    const share = minute >= WORST.from && minute < WORST.to ? WORST.share : BAD;
    const fault = chance() < share ? (FAULTS[Math.floor(chance() * FAULTS.length)] ?? 'none') : 'none';
    if (fault !== 'partial' || operation === 'BatchGetItem') met.add(fault);
    return fault;
  };
  const acknowledged: { readonly batch: readonly VerdictRecord[]; readonly at: number }[] = [];
  const takenBack: { readonly record: VerdictRecord; readonly at: number }[] = [];
  await concurrently(
    Array.from({ length: MINUTES }, (_, minute) => minute),
    UNDER_WAY,
    async (minute) => {
      const at = NOW + minute * MINUTE;
      clock = Math.max(clock, at);
      if (minute % 20 === 10) log.split(minute);
      if (minute % 20 === 0) log.roll(minute);
      const batch = mailOf(minute, at);
      const regretted = acknowledged[minute >> 1]?.batch[minute % BATCH];
      await Promise.all([
        untilAnswered(() => store.recordVerdicts(batch, at)),
        deliveries.deliver({ shard: minute, back: 3, size: 60 }),
        regretted && untilAnswered(() => store.retractVerdict(regretted.reporter.id, regretted.id, at)),
      ]);
      acknowledged.push({ batch, at });
      if (regretted !== undefined) takenBack.push({ record: regretted, at });
    },
  );
  behind.proxy.weather = () => 'none';
  await deliveries.drain();
  await store.refreshRoots();

  const replay = new MemoryStore();
  for (const { batch, at } of acknowledged) replay.record(batch, at);
  for (const { record, at } of takenBack) await replay.retractVerdict(record.reporter.id, record.id, at);
  const all = acknowledged.flatMap(({ batch }) => batch);
  const [own, wanted] = await Promise.all([everything(store, all), everything(replay, all)]);
  expect(own.map(sums)).toEqual(wanted.map(sums));
  expect(all).toHaveLength(MINUTES * BATCH);
  expect(takenBack.length).toBeGreaterThan(MINUTES / 2);
  expect(deliveries.buried).toBe(0);
  expect(FAULTS.filter((fault) => !met.has(fault))).toEqual([]);
  await store.close();
  table.close();
}, 180_000);

function mailOf(minute: number, at: number): readonly VerdictRecord[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const host =
      i % 4 === 3
        ? `198.35.${minute % 2}.${i}`
        : `2a00:1450:83${(minute % 3) + 10}:fe${(i % 4) + 10}::${i + 1}`;
    return recordOf(host, {
      id: `${minute}/${i}`,
      at,
      reporter: { id: `r${i % 3}`, trusted: i % 3 === 0 },
      verdict: i % 5 === 0 ? 'ham' : 'spam',
    });
  });
}

/** Sends a call again, as a client does, until it is answered. */
async function untilAnswered<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === 50) throw error;
    }
  }
}
