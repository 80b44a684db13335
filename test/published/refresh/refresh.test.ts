import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fileOpener, type OpenFile } from '../../../lib/published/follow/fetch-file.ts';
import { readSources } from '../../../lib/published/import-records.ts';
import { openAllocations } from '../../../lib/published/live.ts';
import { refreshSources } from '../../../lib/published/refresh/refresh.ts';
import { MemoryStore } from '../../../lib/store/memory/store.ts';
import { mustAddress } from '../../support/records.ts';
import { openerOptions, startHttps, type TestServer } from '../follow/https-server.ts';
import { type TestPublisher, testPublisher } from '../sources.ts';

const DAY = 86_400_000;
const ROWS = ['2a00:1450:1::/48,56,', '2a00:1450:2::/48,56,', '2a00:1450:3::/48,60,'];

describe('a refresh', () => {
  let server: TestServer;
  let store: MemoryStore;
  let publisher: TestPublisher;
  let openFile: OpenFile;
  beforeAll(async () => {
    server = await startHttps();
    openFile = fileOpener(openerOptions());
  });
  afterAll(() => server.close());
  beforeEach(() => {
    store = new MemoryStore();
    publisher = testPublisher('refresh');
    server.asked.length = 0;
    serve(ROWS.join('\n'));
  });

  const serve = (body: string | Buffer, headers: Record<string, string> = { etag: '"1"' }): void => {
    server.answer = (request, response) => {
      if (request.headers['if-none-match'] === headers['etag'] && headers['etag'] !== undefined)
        response.writeHead(304).end();
      else response.writeHead(200, headers).end(body);
    };
  };
  const refresh = (names: readonly string[] = ['a.csv'], left = 900_000, open = openFile) =>
    refreshSources(
      names.map((name) => ({ name: name.replace(/\.gz$/, ''), url: server.url(`/${name}`) })),
      { shelves: store, publisher, openFile: open, timeLeft: () => left },
    );
  const lengthAt = async (address: string): Promise<number | undefined> => {
    const live = await openAllocations(store, (error) => expect(error).toBeNull());
    const found = live.match(mustAddress(address))?.endSiteLength;
    await live.close();
    return found;
  };

  it('puts what the operator lists into force', async () => {
    expect(await refresh()).toMatchObject([{ name: 'a.csv', outcome: 'refreshed', refused: 0 }]);
    expect(await lengthAt('2a00:1450:3::1')).toBe(60);
    const [audit] = (await store.records.listAudit({ limit: 1 })).items;
    expect(audit).toMatchObject({ actor: 'cli', act: 'import.refresh', target: 'a.csv' });
  });

  it('unpacks a dump as it comes', async () => {
    serve(gzipSync('inet6num: 2a00:1450:1::/48\nstatus: ASSIGNED\n'));
    expect(await refresh(['dump.gz'])).toMatchObject([{ name: 'dump', outcome: 'refreshed' }]);
    expect(await lengthAt('2a00:1450:1::1')).toBe(48);
  });

  it('asks whether a file has changed, and knows when it was confirmed last', async () => {
    await refresh();
    publisher.now += DAY;
    expect(await refresh()).toMatchObject([{ outcome: 'unchanged', confirmedAt: publisher.now }]);
    expect(server.asked[1]?.headers['if-none-match']).toBe('"1"');
    serve('', { etag: '"2"' });
    const confirmedAt = publisher.now;
    publisher.now += DAY;
    const [failed] = await refresh();
    expect(failed).toMatchObject({ outcome: 'failed', reason: 'no line of it can be used', confirmedAt });
    expect(await lengthAt('2a00:1450:3::1')).toBe(60);
  });

  it('keeps a source that would lose more than half of what it had', async () => {
    await refresh();
    serve(ROWS[0] ?? '', { etag: '"2"' });
    const [outcome] = await refresh();
    expect(outcome?.reason).toContain('more than half');
    expect(await lengthAt('2a00:1450:2::1')).toBe(56);
  });

  it('fetches an unchanged file of a source that was removed', async () => {
    await refresh();
    await store.records.changeRecords([{ kind: 'import', key: 'source/a.csv', remove: true }], {
      at: 0,
      actor: 'cli',
      act: 'import.publish',
      target: 'a.csv',
      reason: null,
      detail: null,
    });
    expect(await refresh()).toMatchObject([{ outcome: 'refreshed' }]);
  });

  it('goes on with the next source when one cannot be had, and is not led to private addresses', async () => {
    server.answer = (request, response) => {
      if (request.url === '/a.csv') response.writeHead(503).end();
      else if (request.url === '/b.csv')
        response.writeHead(302, { location: 'https://10.1.2.3/b.csv' }).end();
      else response.end(ROWS.join('\n'));
    };
    const outcomes = await refresh(['a.csv', 'b.csv', 'c.csv']);
    expect(outcomes.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['failed', 'the server answered 503'],
      ['failed', '10.1.2.3 is at 10.1.2.3, which is no public address'],
      ['refreshed', null],
    ]);
  });

  it('adds what a file that breaks off began with, takes nothing away, and fetches it again', async () => {
    await refresh();
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '10000' });
      response.write('2a00:1450:9::/48,56,\n2a00:1450:1::', () => response.destroy());
    };
    const [outcome] = await refresh();
    expect(outcome?.outcome).toBe('failed');
    expect([await lengthAt('2a00:1450:9::1'), await lengthAt('2a00:1450:3::1')]).toEqual([56, 60]);
  });

  it('refuses a file that is too large', async () => {
    const open = fileOpener({ ...openerOptions(), maxBytes: 40 });
    const [outcome] = await refresh(['a.csv'], 900_000, open);
    expect(outcome).toMatchObject({ outcome: 'failed', reason: 'it is larger than 40 bytes' });
  });

  it('ends reading in time, and leaves what there is no time for to the next run, first in line then', async () => {
    expect(await refresh(['a.csv', 'b.csv'], 59_999)).toMatchObject([
      { outcome: 'postponed' },
      { outcome: 'postponed' },
    ]);
    expect(server.asked).toEqual([]);
    await refresh(['a.csv']);
    publisher.now += DAY;
    const order = await refresh(['a.csv', 'b.csv']);
    expect(order.map(({ name }) => name)).toEqual(['b.csv', 'a.csv']);
    expect(await readSources(store.records)).toHaveProperty('size', 2);
    const ended: OpenFile = (url, known, signal) => {
      expect(signal.aborted).toBe(false);
      return openFile(url, known, AbortSignal.abort());
    };
    expect(await refresh(['c.csv'], 900_000, ended)).toMatchObject([{ reason: 'no time was left for it' }]);
  });
});
