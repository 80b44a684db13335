/**
 * Schedules: verdicts, what takes them back, and deliveries of the stream in between; played on a table and on the plain
 * in-memory store.
 */
import fc from 'fast-check';
import { NAME_BYTES, namedKey, namedRungsOf, rootKey, rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { STANCES } from '../../lib/reputation/stance.ts';
import { pruned, type Tally } from '../../lib/reputation/tally.ts';
import { standingKey } from '../../lib/store/impulse.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { Store, VerdictRecord } from '../../lib/store/port.ts';
import { Deliveries, type Delivery } from './deliveries.ts';
import { openInMemory, storeOn } from './dynamo-store.ts';
import type { MemoryTable } from './memory-table.ts';
import { DAY, HOUR, NOW, recordOf } from './records.ts';

export type Step =
  | { readonly kind: 'report'; readonly records: readonly VerdictRecord[] }
  | { readonly kind: 'retract' | 'forget' | 'split' | 'roll'; readonly which: number }
  | { readonly kind: 'deliver'; readonly at: readonly Delivery[]; readonly fault: number | null };

const HOSTS = [
  '2a00:1450:8319:fe42::1',
  '2a00:1450:8319:fe42::2',
  '2a00:1450:8319:fe43::1',
  '2a00:1450:8320::1',
  '2a00:1451::1',
  '198.35.1.1',
  '198.35.1.2',
  '198.35.2.1',
];

const name = (letter: string): string => letter.repeat(NAME_BYTES);
/** Two of one organisation, and one of none. */
const ACCOUNTS = [
  namedKey('member', name('o'), name('a')),
  namedKey('member', name('o'), name('b')),
  namedKey('account', name('a')),
];

const record: fc.Arbitrary<VerdictRecord> = fc
  .record({
    id: fc.uuid(),
    host: fc.constantFrom(...HOSTS),
    reporter: fc.constantFrom('local', 'r1', 'r2', 'r3'),
    verdict: fc.constantFrom('spam', 'ham', 'trap', 'auth-failure'),
    count: fc.constantFrom(1, 1, 2, 40),
    age: fc.integer({ min: 0, max: 3 * DAY }),
    account: fc.constantFrom(undefined, ...ACCOUNTS),
    stance: fc.constantFrom(undefined, ...STANCES),
  })
  .map(({ id, host, reporter, verdict, count, age, account, stance }) =>
    recordOf(host, {
      id,
      account,
      stance: reporter === 'local' ? undefined : stance,
      reporter: { id: reporter, trusted: reporter === 'local' },
      verdict,
      count,
      at: NOW - age,
    }),
  );

const delivery: fc.Arbitrary<Delivery> = fc.record({
  shard: fc.nat(7),
  back: fc.oneof(fc.constant(0), fc.nat(30)),
  size: fc.integer({ min: 1, max: 40 }),
});

const report = fc.record({
  kind: fc.constant('report'),
  records: fc.array(record, { minLength: 1, maxLength: 12 }),
});
const deliver = fc.record({
  kind: fc.constant('deliver'),
  at: fc.array(delivery, { minLength: 1, maxLength: 4 }),
  fault: fc.option(fc.nat(20), { freq: 3 }),
});
const resharding = fc.record({ kind: fc.constantFrom('split', 'roll'), which: fc.nat(50) });
const takeBack = fc.record({ kind: fc.constantFrom('retract', 'forget'), which: fc.nat(1000) });

export const anySchedule: fc.Arbitrary<readonly Step[]> = schedule(
  { arbitrary: report, weight: 4 },
  { arbitrary: deliver, weight: 8 },
  { arbitrary: resharding, weight: 1 },
);
/** With verdicts taken back and subjects forgotten. */
export const anyScheduleWithRegrets: fc.Arbitrary<readonly Step[]> = schedule(
  { arbitrary: report, weight: 4 },
  { arbitrary: takeBack, weight: 4 },
  { arbitrary: deliver, weight: 8 },
  { arbitrary: resharding, weight: 1 },
);

/** Plays a schedule on both stores; deliveries of one step run side by side. */
export async function play(steps: readonly Step[], seed: number) {
  let now = NOW;
  const { table, log } = openInMemory(() => now);
  const deliveries = new Deliveries(log, table, () => now);
  const ours = storeOn(table);
  const reference = new MemoryStore();
  const records: VerdictRecord[] = [];
  const chance = lcg(seed);
  for (const step of steps) {
    now += 1000;
    if (step.kind === 'split') log.split(step.which);
    else if (step.kind === 'roll') log.roll(step.which);
    else if (step.kind === 'deliver') {
      await inWeather(table, step.fault, chance, () =>
        Promise.all(step.at.map((delivery) => deliveries.deliver(delivery))),
      );
    } else if (step.kind === 'report') {
      records.push(...step.records);
      for (const store of [ours, reference]) await store.recordVerdicts(step.records, now);
    } else {
      const one = records[step.which % records.length];
      if (one !== undefined) for (const store of [ours, reference]) await takeOne(store, step.kind, one, now);
    }
  }
  await deliveries.drain();
  await ours.refreshRoots();
  const { buried, repeated } = deliveries;
  return { ours, reference, records, buried, repeated };
}

async function takeOne(
  store: Store,
  kind: 'retract' | 'forget',
  record: VerdictRecord,
  now: number,
): Promise<void> {
  if (kind === 'retract') {
    await store.retractVerdict(record.reporter.id, record.id, now);
    return;
  }
  const audit = { at: now, actor: 'cli', act: 'reputation.forget', target: '', reason: null, detail: null };
  await store.forget(rungKey(record.ladder.subject), audit);
}

/** Lets calls overtake each other, and one of them fail: before it is carried out, or after. */
async function inWeather(
  table: MemoryTable,
  fault: number | null,
  chance: () => number,
  work: () => Promise<unknown>,
): Promise<void> {
  let calls = 0;
  const stumble = (half: number) => async (): Promise<void> => {
    for (let ticks = Math.floor(chance() * 6); ticks > 0; ticks--) await null;
    if (calls++ === fault && half === fault % 2) throw new Error('the table is out of reach');
  };
  table.weather = { before: stumble(0), after: stumble(1) };
  await work();
  table.weather = { before: async () => {}, after: async () => {} };
}

/** Every rung's tally, and the roots', as they are at a time. */
export async function everything(store: Store, records: readonly VerdictRecord[]): Promise<readonly Tally[]> {
  const rungs = new Set([
    ...records.flatMap(({ ladder }) => rungsOf(ladder)),
    ...ACCOUNTS.flatMap(namedRungsOf),
    ...records.map(({ reporter }) => standingKey(reporter.id)),
  ]);
  const tallies = await store.readTallies([...rungs, rootKey(4), rootKey(6)]);
  return tallies.map((tally) => pruned(tally, NOW + 12 * HOUR));
}

/** The order in which verdicts are taken back may show in the list of the newest ones, and in when one was last seen. */
export function sums(tally: Tally): Tally {
  return { ...tally, recent: [], lastSeen: 0 };
}

function schedule(
  ...steps: readonly { arbitrary: fc.Arbitrary<Step>; weight: number }[]
): fc.Arbitrary<readonly Step[]> {
  return fc.array(fc.oneof(...steps), { minLength: 5, maxLength: 60, size: 'max' });
}

export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
