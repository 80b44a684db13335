import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppDeps } from '../../lib/http/deps.ts';
import { directLookup } from '../../lib/http/direct-lookup.ts';
import { type RunningServer, startServer } from '../../lib/http/server.ts';
import { LOOKUP_ROUTE } from '../../lib/http/signals/meter.ts';
import type { AnsweredRequest } from '../../lib/http/signals/request-log.ts';
import { RateLimit } from '../../lib/keys/rate-limit.ts';
import { RecentAnswers } from '../../lib/lookup/recent-answers.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { storeWith, type TestApp, testApp } from '../support/http.ts';
import { bearer, keyedApp } from '../support/keyed-app.ts';
import { KINDS } from '../support/kinds.ts';
import { DAY, NOW, recordOf } from '../support/records.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

interface Pair {
  /** Asks the server, by the direct way if it goes that way. */
  readonly ask: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** Asks a server that has only the app. */
  readonly askApp: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  /** What was told of as answered directly. */
  readonly told: readonly AnsweredRequest[];
  readonly lookups: () => number;
  readonly turnedAway: readonly string[];
}

const servers: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(1000)));
});

async function pairOf({ app, deps }: Pick<TestApp, 'app' | 'deps'>): Promise<Pair> {
  const told: AnsweredRequest[] = [];
  const turnedAway: string[] = [];
  let lookups = 0;
  const direct = directLookup(deps, {
    answered: (answered) => told.push(answered),
    counter: {
      lookedUp: () => lookups++,
      admitted: () => undefined,
      verdictRefused: () => undefined,
      turnedAway: (reason) => turnedAway.push(reason),
    },
  });
  const start = async (options: { direct?: typeof direct }) => {
    const server = await startServer({ fetch: app.fetch, host: '127.0.0.1', port: 0, ...options });
    servers.push(server);
    return (path: string, headers: Record<string, string> = {}) => get(server.url, path, headers);
  };
  return { ask: await start({ direct }), askApp: await start({}), told, turnedAway, lookups: () => lookups };
}

async function get(origin: string, path: string, headers: Record<string, string>): Promise<Answer> {
  const { hostname, port } = new URL(origin);
  return await new Promise((resolve, reject) => {
    request({ hostname, port, path, headers: { host: `${hostname}:${port}`, ...headers } }, (incoming) => {
      const { date: _date, 'x-request-id': id, 'content-length': length, ...others } = incoming.headers;
      text(incoming).then((body) => {
        if (typeof id !== 'string' || Number(length) !== Buffer.byteLength(body))
          reject(new Error(`id ${String(id)}, length ${String(length)}`));
        resolve({ status: incoming.statusCode, headers: others, body: body.replaceAll(String(id), 'ID') });
      }, reject);
    })
      .on('error', reject)
      .end();
  });
}

/** A store that answers at once, as the embedded one does, with evidence on a few senders. */
function storeAtOnce(): AppDeps['store'] {
  const store = new MemoryStore();
  const said = [
    recordOf('2600:3c00::1'),
    recordOf('2600:3c00::2', { verdict: 'ham', at: NOW - DAY }),
    recordOf('45.79.27.34', { verdict: 'malware' }),
  ];
  store.record(said, NOW);
  return storeWith(store, {
    readTallies: (rungs) => rungs.map((rung) => store.tally(rung)),
    watchTallies: () => ({ places: [], changes: 0 }),
    changesAt: () => 0,
    tallyChanges: () => 0,
  });
}

describe('a lookup answered without the app', () => {
  it.each([
    ['', undefined],
    [', given again', new RecentAnswers([], 1e7)],
  ])('is the answer the app would have given, header by header and byte by byte%s', async (_how, recent) => {
    const reference = 'https://geofeed.example/größe.csv';
    const allocations = allocationsOf(allocationOf('2600:3c00::/32', { endSiteLength: 64, reference }));
    const pair = await pairOf(testApp({ store: storeAtOnce(), allocations, recent }));
    const addresses = [...KINDS.map(([address]) => address), '2600:3C00:0::1', '9.9.9.9', '2a0a::1'];
    for (const address of [...addresses, ...addresses]) {
      const path = `/v1/lookup/${address}`;
      const answer = await pair.ask(path);
      expect(answer.status).toBe(200);
      expect(answer).toEqual(await pair.askApp(path));
    }
    expect(pair.told).toHaveLength(2 * addresses.length);
    expect(pair.lookups()).toBe(2 * addresses.length);
    expect(pair.told[0]).toMatchObject({ method: 'GET', route: LOOKUP_ROUTE, status: 200, id: null });
  });

  it('writes a text of the operator in any script as UTF-8', async () => {
    const reason = 'Beschwerde über Spam · жалоба';
    const listing = { list: 'block', prefix: '2600:3c00::/32', reason, expires: null } as const;
    const pair = await pairOf(testApp({ store: storeAtOnce(), listingOf: () => listing }));
    const answer = await pair.ask('/v1/lookup/2600:3c00::1');
    expect(answer.body).toContain(reason);
    expect(answer).toEqual(await pair.askApp('/v1/lookup/2600:3c00::1'));
  });

  it('waits for a store that answers later', async () => {
    const test = testApp();
    test.store.record([recordOf('2600:3c00::1')], NOW);
    const pair = await pairOf(test);
    expect(await pair.ask('/v1/lookup/2600:3c00::1')).toEqual(await pair.askApp('/v1/lookup/2600:3c00::1'));
    expect(pair.told).toHaveLength(1);
  });

  it('is its own, however many ask at once over one connection each', async () => {
    const pair = await pairOf(testApp({ store: storeAtOnce() }));
    const paths = Array.from({ length: 150 }, (_, i) => `/v1/lookup/2600:3c00::${(i % 75).toString(16)}`);
    const answers = await Promise.all(paths.map((path) => pair.ask(path)));
    for (const [i, path] of paths.entries()) expect(answers[i]).toEqual(await pair.askApp(path));
    expect(pair.told).toHaveLength(150);
  });

  it.each([
    ['a query', '/v1/lookup/2600:3c00::1?spf=fail', {}],
    ['a query that is wrong', '/v1/lookup/2600:3c00::1?spf=perhaps', {}],
    ['a text that is no address', '/v1/lookup/nonsense', {}],
    ['no address', '/v1/lookup/', {}],
    ['more path than an address', '/v1/lookup/8.8.8.8/x', {}],
    ['an address in percent-encoding', '/v1/lookup/2600%3A3c00%3A%3A1', {}],
    ['a host that needs a second look', '/v1/lookup/8.8.8.8', { host: '[::1]:8080' }],
    ['a host that is none', '/v1/lookup/8.8.8.8', { host: 'a/b' }],
    ['another route', '/v1/network/8.8.8.8', {}],
  ])('leaves %s to the app', async (_what, path, headers) => {
    const pair = await pairOf(testApp({ store: storeAtOnce() }));
    expect(await pair.ask(path, headers)).toEqual(await pair.askApp(path, headers));
    expect(pair.told).toEqual([]);
    expect(pair.lookups()).toBe(0);
  });
});

describe('a lookup answered without the app, of a service with keys', () => {
  const path = '/v1/lookup/8.8.8.8';

  it('is for keys that may look up, and names them', async () => {
    const keyed = await keyedApp();
    const pair = await pairOf(keyed);
    for (const key of ['lookup', 'all'] as const) {
      const headers = bearer(keyed.keys[key].token);
      const answer = await pair.ask(path, headers);
      expect(answer.status).toBe(200);
      expect(answer).toEqual(await pair.askApp(path, headers));
    }
    expect(pair.told.map(({ facts }) => facts.keyId)).toEqual([
      keyed.keys.lookup.key.id,
      keyed.keys.all.key.id,
    ]);
  });

  it('leaves whoever has none that is taken to the app, which turns them away', async () => {
    const keyed = await keyedApp();
    const pair = await pairOf(keyed);
    const { report, expired, revoked } = keyed.keys;
    const shown = [{}, ...[report, expired, revoked].map(({ token }) => bearer(token)), bearer('pw_x')];
    for (const headers of shown) {
      const answer = await pair.ask(path, headers);
      expect([401, 403]).toContain(answer.status);
      expect(answer).toEqual(await pair.askApp(path, headers));
    }
    expect(pair.told).toEqual([]);
    expect(pair.turnedAway).toEqual([]);
  });

  it('counts against the limit of the key, says what is left, and refuses what is beyond it', async () => {
    const keyed = await keyedApp({ rateLimit: new RateLimit(3) });
    const pair = await pairOf(keyed);
    const headers = bearer(keyed.keys.lookup.token);
    const left = (answer: Answer) => answer.headers['ratelimit-remaining'];
    expect(left(await pair.ask(path, headers))).toBe('2');
    expect(left(await pair.askApp(path, headers))).toBe('1');
    expect(left(await pair.ask(path, headers))).toBe('0');
    const refused = await pair.ask(path, headers);
    expect(refused.status).toBe(429);
    const byTheApp = await pair.askApp(path, headers);
    expect(refused.body).toBe(byTheApp.body);
    expect(Object.keys(refused.headers).sort()).toEqual(Object.keys(byTheApp.headers).sort());
    expect(pair.turnedAway).toEqual(['rate']);
    expect(pair.told.map(({ status }) => status)).toEqual([200, 200, 429]);
  });
});

describe('a fault of ours in a lookup answered without the app', () => {
  it.each([
    ['at once', storeAtOnce()],
    ['later', new MemoryStore()],
  ])('is a problem for the client and a line in the log, when it shows %s', async (_when, store) => {
    const test = testApp({
      store,
      divides: () => {
        throw new Error('a fault of ours');
      },
    });
    const pair = await pairOf(test);
    const answer = await pair.ask('/v1/lookup/2600:3c00::1');
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.body)).toMatchObject({ type: '/problems/internal', status: 500 });
    expect(test.log.filter((line) => line.includes('a fault of ours'))).toHaveLength(1);
    expect(pair.told.map(({ status }) => status)).toEqual([500]);
    const byTheApp = await pair.askApp('/v1/lookup/2600:3c00::1');
    expect(answer.headers).toEqual(byTheApp.headers);
  });

  it('is no fault of the other requests of its turn', async () => {
    const divides: AppDeps['divides'] = ({ address }) => {
      if (address.w3 === 2) throw new Error('a fault of ours');
      return false;
    };
    const pair = await pairOf(testApp({ store: storeAtOnce(), divides }));
    const asked = ['1', '2', '3', '2', '1'];
    const answers = await Promise.all(asked.map((host) => pair.ask(`/v1/lookup/2600:3c00::${host}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 500, 200, 500, 200]);
  });
});
