/** Stores with something of everything in them, and moving their state by hand, chunk by chunk. */
import { NAME_BYTES, namedKey, namedRungsOf, rootKey, rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { pruned, type Tally } from '../../lib/reputation/tally.ts';
import { standingKey } from '../../lib/store/impulse.ts';
import type { Store, VerdictRecord } from '../../lib/store/port.ts';
import type { AuditEntry } from '../../lib/store/records.ts';
import type { LoadMark, StateEntry } from '../../lib/store/state.ts';
import { DAY, NOW, recordOf } from './records.ts';

export const AUDIT: AuditEntry = {
  at: NOW,
  actor: 'cli',
  act: 'test',
  target: 'x',
  reason: 'why',
  detail: { n: 1 },
};

const SITE = '2a00:1450:8319:fe42';
const thief = { id: 'thief', trusted: false };

const MEMBER = namedKey('member', 'o'.repeat(NAME_BYTES), 'm'.repeat(NAME_BYTES));

/** What `fill` reports, in the order it does; the ids say what becomes of each. */
export const FILLING: readonly VerdictRecord[] = [
  recordOf(`${SITE}::1`, { id: 'stays' }),
  recordOf(`${SITE}::2`, { id: 'ham', verdict: 'ham', count: 40 }),
  recordOf(`${SITE}::3`, { id: 'odd ïd '.repeat(20), reporter: { id: 'ödd reporter', trusted: false } }),
  recordOf('2a00:1450:8320::1', { id: 'taken-back', reporter: thief, stance: 'agrees' }),
  recordOf('2a00:1450:8320::1', { id: 'stays', reporter: thief, at: NOW - 3 * DAY }),
  recordOf('2a00:1451::1', { id: 'forgotten', count: 7 }),
  recordOf('198.35.1.1', { id: 'v4', verdict: 'trap', account: MEMBER }),
  recordOf('198.35.1.1', { id: 'member', account: MEMBER, reporter: thief }),
  recordOf('198.35.1.2', { id: 'v4', reporter: thief, count: 9, stance: 'contradicts' }),
];

/** Reported after the forgetting, about the forgotten subject. */
export const AFTERWARDS: readonly VerdictRecord[] = [
  recordOf('2a00:1451::2', { id: 'after', at: NOW + 1000 }),
  recordOf('2a00:1451::3', { id: 'after', at: NOW + 1000, reporter: thief }),
];

/** The time at which `fill` is done: epoch milliseconds. */
export const FILLED = NOW + 60_000;

/** Puts something of everything into a store. */
export async function fill(store: Store): Promise<void> {
  await store.recordVerdicts(FILLING, NOW);
  await store.retractVerdict('thief', 'taken-back', NOW);
  const [forgotten] = FILLING.filter(({ id }) => id === 'forgotten');
  if (forgotten === undefined) throw new Error('nothing to forget');
  await store.readTallies(rungsOf(forgotten.ladder));
  await store.forget(rungKey(forgotten.ladder.subject), { ...AUDIT, act: 'reputation.forget' });
  await store.readTallies(rungsOf(forgotten.ladder));
  await store.recordVerdicts(AFTERWARDS, NOW + 1000);
  await store.records.changeRecords(
    [
      { kind: 'allow', key: '203.0.113.0/24', value: { reason: 'ours', nested: [1, null, true] } },
      { kind: 'block', key: 'gone', value: 1 },
    ],
    AUDIT,
  );
  await store.records.changeRecords([{ kind: 'block', key: 'gone', remove: true }], {
    ...AUDIT,
    act: 'last',
  });
  await store.blobs.putBlob('published/small', Uint8Array.of(1, 2, 3));
  await store.blobs.putBlob('published/large', new Uint8Array(500_000).fill(7));
  await store.readTallies([]);
}

export async function entriesOf(store: Store, now = FILLED): Promise<readonly StateEntry[]> {
  const entries: StateEntry[] = [];
  for await (const entry of store.state.exportState(now).entries) entries.push(entry);
  return entries;
}

/** Entries in an order that is the same whatever the store's, as text; the order of the audit trail stays. */
export function comparable(entries: readonly StateEntry[]): readonly string[] {
  const text = (entry: StateEntry): string =>
    JSON.stringify(entry, (name, value: unknown) =>
      value instanceof Uint8Array || name === 'body' || name === 'bytes' ? base64Of(value) : value,
    );
  const audit = entries.filter(({ kind }) => kind === 'audit').map(text);
  return [
    ...entries
      .filter(({ kind }) => kind !== 'audit')
      .map(text)
      .sort(),
    ...audit,
  ];
}

function base64Of(value: unknown): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  const { data }: { data: number[] } = JSON.parse(JSON.stringify(value));
  return Buffer.from(data).toString('base64');
}

export function markOf(chunks: number, done = false): LoadMark {
  return { load: 'load-1', taken: FILLED, chunks, digest: `after ${chunks}`, done };
}

/** Loads entries into a store, in chunks of a size. */
export async function load(store: Store, entries: readonly StateEntry[], size = 3): Promise<void> {
  const intake = await store.state.intake(markOf(0));
  let chunks = 0;
  for (let at = 0; at < entries.length; at += size) {
    await intake.apply(entries.slice(at, at + size), markOf(++chunks));
  }
  await intake.finish(markOf(chunks, true));
}

/** Every tally of the rungs that records climb, and the roots, as they are at a time. */
export async function talliesOf(
  store: Store,
  records: readonly VerdictRecord[],
  now = FILLED,
): Promise<readonly Tally[]> {
  const rungs = new Set([
    ...records.flatMap(({ ladder }) => rungsOf(ladder)),
    ...namedRungsOf(MEMBER),
    standingKey(thief.id),
  ]);
  const tallies = await store.readTallies([...rungs, rootKey(4), rootKey(6)]);
  return tallies.map((tally) => pruned(tally, now));
}
