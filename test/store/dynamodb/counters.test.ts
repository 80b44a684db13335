import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_POLICY_BOOK } from '../../../lib/policy/policy-book.ts';
import { NO_COUNTERS, type TrafficEvent, take } from '../../../lib/quota/counters.ts';
import { rungKey } from '../../../lib/reputation/rung.ts';
import { encodeCounters } from '../../../lib/store/codec/counters.ts';
import { DynamoCounters } from '../../../lib/store/dynamodb/counters.ts';
import { DynamoTable } from '../../../lib/store/dynamodb/dynamo-table.ts';
import type { Item } from '../../../lib/store/dynamodb/item.ts';
import { type Emulator, startEmulator } from '../../support/dynalite.ts';
import { openEmulated, openInMemory } from '../../support/dynamo-store.ts';
import { mustPrefix, NOW } from '../../support/records.ts';

const SENDER = rungKey(mustPrefix('2a00:1450:8319:fe00::/56'));
const { unknown, good } = DEFAULT_POLICY_BOOK.limits;
const event = (kind: TrafficEvent['kind'], session = '', count = 1): TrafficEvent => ({
  kind,
  count,
  session,
});

describe('counters of several processes on one table', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator();
  });
  afterAll(() => emulator.close());

  it('keep the limit of one /56 between ten of them, all pressing at once', async () => {
    const { table } = await openEmulated(emulator, () => NOW);
    const limits = { ...good, messagesPerMinute: 23 };
    const processes = Array.from({ length: 10 }, () => new DynamoCounters(table));
    const letIn = await Promise.all(
      processes.map(async (counters, i) => {
        const rulings = await Promise.all(
          Array.from({ length: 6 }, () => counters.take(SENDER, event('message', `s${i}`), limits, NOW)),
        );
        return rulings.filter(({ allowed }) => allowed).length;
      }),
    );
    expect(letIn.reduce((a, b) => a + b, 0)).toBe(23);
    table.close();
  });

  it('turn nobody away on what is out of date: a session that another process ended makes room here', async () => {
    const { table } = await openEmulated(emulator, () => NOW);
    const [here, there] = [new DynamoCounters(table), new DynamoCounters(table)];
    await here.take(SENDER, event('connect', 'a'), unknown, NOW);
    await here.take(SENDER, event('connect', 'b'), unknown, NOW);
    expect((await there.take(SENDER, event('disconnect', 'a'), unknown, NOW)).remaining).toBe(1);
    expect((await here.take(SENDER, event('connect', 'c'), unknown, NOW)).allowed).toBe(true);
    table.close();
  });

  it('start anew once DynamoDB has removed an item whose time was over', async () => {
    const { table } = openInMemory(() => NOW);
    const counters = new DynamoCounters(table);
    await counters.take(SENDER, event('message', '', 5), unknown, NOW);
    const later = NOW + 400_000;
    table.expire(later);
    expect(await counters.take(SENDER, event('message'), unknown, later)).toMatchObject({ remaining: 4 });
  });
});

describe('what counting costs', () => {
  const calls: string[] = [];
  const countedTable = () => {
    const { table } = openInMemory(() => NOW);
    calls.length = 0;
    table.weather = {
      before: (operation) => {
        calls.push(operation);
        return Promise.resolve();
      },
      after: () => Promise.resolve(),
    };
    return table;
  };

  it('is one write an event, one for many at once, and none for a refusal', async () => {
    const table = countedTable();
    const counters = new DynamoCounters(table);
    await counters.take(SENDER, event('connect', 'a'), unknown, NOW);
    await counters.take(SENDER, event('connect', 'b'), unknown, NOW);
    expect(calls).toEqual(['update', 'update']);
    await counters.take(SENDER, event('connect', 'c'), unknown, NOW);
    expect(calls).toEqual(['update', 'update', 'get']);
    calls.length = 0;
    await Promise.all(
      Array.from({ length: 20 }, () => counters.take(SENDER, event('recipient', 'a'), good, NOW)),
    );
    expect(calls.length).toBeLessThanOrEqual(2);
  });

  it('is nothing for a flood: a rate that is used up here is used up, whoever else has counted', async () => {
    const table = countedTable();
    const [here, there] = [new DynamoCounters(table), new DynamoCounters(table)];
    await here.take(SENDER, event('message', '', 5), unknown, NOW);
    // It knows nothing of the sender, tries, and is shown the counters.
    expect((await there.take(SENDER, event('message'), unknown, NOW)).allowed).toBe(false);
    expect(calls.length).toBeLessThanOrEqual(3);
    calls.length = 0;
    for (let i = 0; i < 100; i++) {
      expect((await there.take(SENDER, event('message'), unknown, NOW + i)).allowed).toBe(false);
    }
    expect(calls).toEqual([]);
    expect((await there.take(SENDER, event('message'), unknown, NOW + 60_000)).allowed).toBe(true);
  });

  it('is an error where the table is throttled, on which the event is let in', async () => {
    const table = countedTable();
    table.weather = { before: () => Promise.reject(new Error('throttled')), after: () => Promise.resolve() };
    const counters = new DynamoCounters(table);
    await expect(counters.take(SENDER, event('message'), unknown, NOW)).rejects.toThrow('throttled');
  });
});

describe('a write that is refused', () => {
  let server: Server;
  let table: DynamoTable;
  /** What the table answers an UpdateItem with; what it holds if it refuses. */
  let refuse: (values: Item) => Item | null;
  const calls: string[] = [];
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      calls.push(String(request.headers['x-amz-target']).split('.')[1] ?? '');
      const { ExpressionAttributeValues: values }: { ExpressionAttributeValues: Item } = JSON.parse(body);
      const Item = refuse(values);
      response.writeHead(Item === null ? 200 : 400, { 'content-type': 'application/x-amz-json-1.0' });
      const __type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
      response.end(JSON.stringify(Item === null ? {} : { __type, message: 'refused', Item }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    table = new DynamoTable({ tableName: 'any', endpoint: `http://127.0.0.1:${portOf(server)}` });
  });
  afterAll(() => {
    table.close();
    server.close();
  });

  it('shows the item in its way as DynamoDB does, and is made anew from it without another read', async () => {
    const theirs = take(NO_COUNTERS, event('message', '', 3), unknown, NOW).counters;
    let times = 0;
    refuse = () => (times++ === 0 ? { body: { S: encodeCounters(theirs) }, mark: { S: 'theirs' } } : null);
    calls.length = 0;
    const ruling = await new DynamoCounters(table).take(SENDER, event('message'), unknown, NOW);
    expect(ruling.remaining).toBe(1);
    expect(calls).toEqual(['UpdateItem', 'UpdateItem']);
  });

  it('is taken for what it is when it had come through before and only its answer was lost', async () => {
    refuse = ({ ':body': body, ':to': mark }) => (body && mark ? { body, mark } : {});
    calls.length = 0;
    const counters = new DynamoCounters(table);
    expect((await counters.take(SENDER, event('message'), unknown, NOW)).remaining).toBe(4);
    expect(calls).toEqual(['UpdateItem']);
  });
});

function portOf(listening: Server): number {
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen');
  return address.port;
}
