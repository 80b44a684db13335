import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiHandler } from '../../functions/aws/api-app.ts';
import { apiHandler } from '../../functions/aws/api-handler.ts';
import { bundle, FUNCTIONS } from '../../infra/bundle.ts';
import { allocationOf } from '../../lib/allocation/operator-entry.ts';
import { putEntry as putList } from '../../lib/lists/list-records.ts';
import { putEntry as putAllocation } from '../../lib/published/operator-records.ts';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { openDynamoStore } from '../../lib/store/dynamodb/store.ts';
import { emulatorBehindFaults } from '../support/faulty-emulator.ts';
import { firstKey } from '../support/first-key.ts';
import { httpApiEvent } from '../support/gateway-events.ts';
import { mustPrefix, recordOf } from '../support/records.ts';
import { Pump, type StreamLog } from '../support/stream-log.ts';

const HOST = '2a00:1450:8319:fe42::1';

describe('what a start loads', () => {
  it.each(FUNCTIONS)("is for %s at most 1.3 times a bare handler's bytes", async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'prefixwise-start-'));
    const startOf = async (entry: string): Promise<number> => {
      await bundle(entry, join(folder, entry));
      const files = readdirSync(join(folder, entry)).filter((file) => file.startsWith('start-'));
      expect(files).toHaveLength(1);
      return statSync(join(folder, entry, files[0] ?? '')).size;
    };
    const bare = await startOf('bench/aws/bare.ts');
    expect(await startOf(`functions/${name}.ts`)).toBeLessThan(1.3 * bare);
    rmSync(folder, { recursive: true });
  });
});

describe('a container of the api function', () => {
  const behind = emulatorBehindFaults();
  let tables = 0;
  let tableName: string;
  let log: StreamLog;
  let key: string;
  let calls: string[];
  beforeEach(async () => {
    tableName = `cold-${tables++}`;
    log = await behind.emulator.createTable(tableName);
    key = await firstKey(tableName, behind.emulator.endpoint);
    calls = [];
    behind.proxy.weather = (operation) => {
      calls.push(operation);
      return 'none';
    };
  });

  const start = (more: Readonly<Record<string, string>> = {}): ApiHandler =>
    apiHandler(
      { TABLE_NAME: tableName, DYNAMODB_ENDPOINT: behind.proxy.endpoint, LOOKUP_BUDGET_MS: '5000', ...more },
      { write: () => true },
    );
  const ask = async (handler: ApiHandler, address: string, query = '') => {
    const answer = await handler(httpApiEvent({ method: 'GET', path: `/v1/lookup/${address}`, query, key }));
    if (!('statusCode' in answer)) throw new Error('no answer');
    expect(answer.statusCode, answer.body).toBe(200);
    return JSON.parse(answer.body ?? '');
  };
  const enter = async (work: (store: ReturnType<typeof openDynamoStore>) => Promise<unknown>) => {
    const store = openDynamoStore({ tableName, endpoint: behind.emulator.endpoint });
    await work(store);
    await store.close();
  };

  it('calls the table three times up to its first answer where nothing but keys was entered', async () => {
    // The first container of all makes the secret of account names.
    await ask(start(), HOST);
    calls = [];
    await ask(start(), HOST);
    expect(calls).toEqual(['BatchGetItem', 'Query', 'BatchGetItem']);
  });

  it('goes by lists, allocations and account names from its first answer on', async () => {
    const at = Date.now();
    const entry = {
      list: 'block',
      prefix: mustPrefix('2a00:1450::/32'),
      reason: 'test',
      expires: null,
    } as const;
    const cut = allocationOf(mustPrefix('2a02:8000::/24'), { endSiteLength: 56 }, Math.floor(at / 1000));
    if (!cut.ok) throw new Error('no allocation');
    await enter(async ({ records }) => {
      await putList(records, entry, { actor: 'cli', at, reason: null });
      await putAllocation(records, cut.value, { actor: 'cli', at });
    });
    expect(await ask(start(), HOST)).toMatchObject({
      listing: { list: 'block', prefix: '2a00:1450::/32' },
      policy: { action: 'reject' },
    });
    expect(await ask(start(), '2a02:8012::1')).toMatchObject({
      network: { source: 'operator', prefix: '2a02:8012::/56' },
      degraded: false,
    });
    const named = await ask(start(), HOST, 'account=anna');
    expect(named.account.observations).toBe(0);
  });

  it('goes by the base rate from its first answer on', async () => {
    const unknown = await ask(start(), HOST);
    await enter((store) =>
      store.recordVerdicts(
        Array.from({ length: 40 }, (_, i) => recordOf(`2a01:${i}::1`, { id: `v${i}`, at: Date.now() })),
        Date.now(),
      ),
    );
    const table = new DynamoTable({ tableName, endpoint: behind.emulator.endpoint });
    await new Pump(log, createRollupHandler({ table, now: Date.now, onReport: () => {} })).untilQuiet();
    table.close();
    const container = start();
    const first = await ask(container, HOST);
    const second = await ask(container, HOST);
    expect(first.reputation.spam).toBeGreaterThan(unknown.reputation.spam + 0.05);
    expect(first.reputation).toEqual(second.reputation);
  });

  it('starts as soon as the table can be read, and answers degraded when it goes away later', async () => {
    behind.proxy.weather = () => 'drop';
    const container = start({ LOOKUP_BUDGET_MS: '200' });
    const event = httpApiEvent({ method: 'GET', path: `/v1/lookup/${HOST}`, key });
    await expect(container(event)).rejects.toThrow();
    behind.proxy.weather = () => 'none';
    expect(await ask(container, HOST)).toMatchObject({ degraded: false });
    behind.proxy.weather = () => 'drop';
    expect(await ask(container, HOST)).toMatchObject({ degraded: true, policy: { class: 'unknown' } });
  });
});
