import { beforeEach, describe, expect, it } from 'vitest';
import { withinBudget } from '../../../lib/http/within-budget.ts';
import { KnownSubjects } from '../../../lib/lookup/known-subjects.ts';
import { lookup } from '../../../lib/lookup/lookup.ts';
import { DEFAULT_POLICY_BOOK } from '../../../lib/policy/policy-book.ts';
import { rungsOf } from '../../../lib/reputation/rung.ts';
import { DynamoTable } from '../../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler } from '../../../lib/store/dynamodb/rollup/handler.ts';
import { type DynamoStore, openDynamoStore } from '../../../lib/store/dynamodb/store.ts';
import type { Fault } from '../../support/fault-proxy.ts';
import { emulatorBehindFaults } from '../../support/faulty-emulator.ts';
import { mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../../support/records.ts';
import { Pump, type StreamLog } from '../../support/stream-log.ts';

const HOST = '2a00:1450:8319:fe42::1';
const BUDGET_MS = 50;
/** What the budget's timer and a busy test machine may add. */
const SLACK_MS = 450;

describe('behind a bad network, the DynamoDB store', () => {
  const behind = emulatorBehindFaults();
  let tables = 0;
  let tableName: string;
  let log: StreamLog;
  let store: DynamoStore;
  beforeEach(async () => {
    tableName = `faults-${tables++}`;
    log = await behind.emulator.createTable(tableName);
    behind.proxy.weather = () => 'none';
    store = openDynamoStore({ tableName, endpoint: behind.proxy.endpoint, readTimeoutMs: 1000 });
  });

  const rollUpAll = async (): Promise<void> => {
    const table = new DynamoTable({ tableName, endpoint: behind.emulator.endpoint });
    await new Pump(log, createRollupHandler({ table, now: () => NOW, onReport: () => {} })).untilQuiet();
    table.close();
  };
  const ask = () =>
    lookup(
      { address: mustAddress(HOST), facts: {} },
      {
        store,
        allocations: NO_ALLOCATIONS,
        subjects: new KnownSubjects(),
        book: DEFAULT_POLICY_BOOK,
        listingOf: () => null,
        divides: () => false,
        withinBudget: withinBudget(BUDGET_MS, () => {}),
      },
      NOW,
    );

  const outages: readonly (readonly [string, Fault])[] = [
    ['dropped calls', 'drop'],
    ['answers that never come', 'lose'],
    ['half answers', 'halve'],
    ['throttling', 'throttle'],
    ['server errors', 'fail'],
    ['slowness', { delayMs: 600 }],
  ];
  it.each(outages)('answers a lookup inside its budget under %s, degraded and open', async (_name, fault) => {
    await ask();
    behind.proxy.weather = () => fault;
    const before = performance.now();
    const answer = await ask();
    expect(performance.now() - before).toBeLessThan(BUDGET_MS + SLACK_MS);
    expect(answer).toMatchObject({ degraded: true, reputation: null });
    expect(['accept', 'throttle']).toContain(answer.policy.action);
  });

  it('asks again for the keys a batch left out, and has the whole ladder', async () => {
    const record = recordOf(HOST);
    await store.recordVerdicts([record], NOW);
    await rollUpAll();
    behind.proxy.weather = (operation) => (operation === 'BatchGetItem' ? 'partial' : 'none');
    const patient = openDynamoStore({ tableName, endpoint: behind.proxy.endpoint, readTimeoutMs: 30_000 });
    const tallies = await patient.readTallies(rungsOf(record.ladder));
    await patient.close();
    expect(tallies.map(({ days }) => days.at(0)?.bad)).toEqual(tallies.map(() => 1000));
  });

  it('does not acknowledge what is not durable', async () => {
    behind.proxy.weather = (operation) => (operation === 'PutItem' ? 'throttle' : 'none');
    await expect(store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW)).rejects.toThrow();
    behind.proxy.weather = () => 'none';
    expect(await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW)).toEqual(['accepted']);
  });

  it('calls accepted what its own retry finds written, and takes back what its own retry finds gone', async () => {
    behind.proxy.weather = once('lose');
    expect(await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW)).toEqual(['accepted']);
    expect(await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW)).toEqual(['duplicate']);
    behind.proxy.weather = once('lose');
    expect(await store.retractVerdict('local', 'a', NOW)).toBe(true);
    expect(await store.retractVerdict('local', 'a', NOW)).toBe(false);
  });

  it('says that it is not ready while nothing can be written', async () => {
    behind.proxy.weather = (operation) => (operation === 'PutItem' ? 'fail' : 'none');
    await expect(store.check()).rejects.toThrow();
  });
});

function once(fault: Fault): () => Fault {
  let left = 1;
  return () => (left-- > 0 ? fault : 'none');
}
