import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiHandler } from '../../functions/aws/api-handler.ts';
import { refreshHandler } from '../../functions/aws/refresh-handler.ts';
import { fileOpener } from '../../lib/published/follow/fetch-file.ts';
import { openerOptions, startHttps, type TestServer } from '../published/follow/https-server.ts';
import { type Emulator, startEmulator } from '../support/dynalite.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { firstKey } from '../support/first-key.ts';
import { httpApiEvent } from '../support/gateway-events.ts';

/** Of a run of Lambda's longest, in milliseconds. */
const WHOLE_RUN = 900_000;
/** Enough end sites for several leaves of the table. */
const ROWS = Array.from({ length: 3000 }, (_, i) => `2a00:${(0x1450 + i).toString(16)}:1::/48,56,`);
const DUMP = 'inet6num: 2a02:8000:1::/48\nstatus: ASSIGNED\n';

describe('the refresh function, with sources listed', () => {
  let server: TestServer;
  let emulator: Emulator;
  let proxy: FaultProxy;
  let tables = 0;
  let tableName: string;
  let lines: string[];
  beforeAll(async () => {
    server = await startHttps();
    emulator = await startEmulator();
    proxy = await startFaultProxy(emulator.endpoint);
  });
  afterAll(async () => {
    await proxy.close();
    await emulator.close();
    await server.close();
  });
  beforeEach(async () => {
    tableName = `refresh-${tables++}`;
    await emulator.createTable(tableName);
    proxy.weather = () => 'none';
    lines = [];
    server.asked.length = 0;
    server.answer = (request, response) => {
      const etag = `"${request.url}"`;
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag }).end(fileAt(request.url ?? ''));
    };
  });

  const fileAt = (url: string) => (url === '/dump.gz' ? gzipSync(DUMP) : ROWS.join('\n'));
  const container = () =>
    refreshHandler(
      {
        TABLE_NAME: tableName,
        DYNAMODB_ENDPOINT: proxy.endpoint,
        REFRESH_SOURCES: `ours=${server.url('/a.csv')} ${server.url('/dump.gz')}`,
      },
      { write: (line) => lines.push(line) },
      fileOpener(openerOptions()),
    );
  const run = (handler: ReturnType<typeof container>, left = WHOLE_RUN) =>
    handler({}, { getRemainingTimeInMillis: () => left });
  const networkAt = async (address: string): Promise<unknown> => {
    const env = { TABLE_NAME: tableName, DYNAMODB_ENDPOINT: emulator.endpoint, LOOKUP_BUDGET_MS: '5000' };
    const key = await firstKey(tableName, emulator.endpoint);
    const event = httpApiEvent({ method: 'GET', path: `/v1/network/${address}`, key });
    const answer = await apiHandler(env, { write: () => true })(event);
    if (!('statusCode' in answer)) throw new Error('no answer');
    return JSON.parse(answer.body ?? '');
  };
  const metrics = (): unknown => JSON.parse(lines.at(-1) ?? '');

  it('puts them into force on the table, and a fresh container of the api function answers by them', async () => {
    expect(await run(container())).toMatchObject([
      { name: 'ours', outcome: 'refreshed', refused: 0 },
      { name: 'dump', outcome: 'refreshed', refused: 0 },
    ]);
    expect(metrics()).toMatchObject({ Table: tableName, SourcesRefreshed: 2, SourcesFailed: 0 });
    expect(metrics()).toHaveProperty('TableAge', expect.any(Number));
    expect(await networkAt('2a00:1451:1:234::1')).toMatchObject({
      source: 'published',
      prefix: '2a00:1451:1:200::/56',
    });
    expect(await networkAt('2a02:8000:1::1')).toMatchObject({
      source: 'published',
      prefix: '2a02:8000:1::/48',
    });
  });

  it('asks in the next run, and in another container, only whether they have changed', async () => {
    await run(container());
    expect(await run(container())).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'unchanged' }]);
    expect(server.asked.slice(2).map(({ headers }) => headers['if-none-match'])).toEqual([
      '"/a.csv"',
      '"/dump.gz"',
    ]);
    expect(metrics()).toMatchObject({ SourcesRefreshed: 0, SourcesFailed: 0, SourcesPostponed: 0 });
  });

  it('keeps what is in force of one that fails, and tells', async () => {
    await run(container());
    server.answer = (_, response) => response.writeHead(503).end();
    expect(await run(container())).toMatchObject([
      { outcome: 'failed', reason: 'the server answered 503' },
      { outcome: 'failed' },
    ]);
    expect(metrics()).toMatchObject({ SourcesRefreshed: 0, SourcesFailed: 2 });
    expect(await networkAt('2a00:1451:1:234::1')).toMatchObject({ source: 'published' });
  });

  it('leaves for the next run what it has no time for', async () => {
    const outcomes = await run(container(), 30_000);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['postponed', 'postponed']);
    expect(server.asked).toEqual([]);
    expect(metrics()).toMatchObject({ SourcesPostponed: 2 });
  });

  it('gets there through a table that throttles, cuts and loses every eighth call', async () => {
    const faults = ['throttle', 'drop', 'lose'] as const;
    let calls = 0;
    proxy.weather = () => {
      calls++;
      return calls % 8 === 0 ? (faults[(calls / 8) % faults.length] ?? 'none') : 'none';
    };
    expect(await run(container())).toMatchObject([{ outcome: 'refreshed' }, { outcome: 'refreshed' }]);
    expect(calls).toBeGreaterThan(16);
    expect(await networkAt('2a00:1451:1:234::1')).toMatchObject({ source: 'published' });
  });

  it('names the entry of the list that cannot be used before anything runs', () => {
    const env = { TABLE_NAME: tableName, REFRESH_SOURCES: 'ours=ftp://files.example/a.csv' };
    expect(() => refreshHandler(env, { write: () => true })).toThrow(
      'REFRESH_SOURCES: "ours=ftp://files.example/a.csv" is no https URL',
    );
  });
});
