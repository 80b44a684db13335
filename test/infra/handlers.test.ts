import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiHandler } from '../../functions/aws/api-app.ts';
import type { refreshHandler } from '../../functions/aws/refresh-handler.ts';
import { bundleAll } from '../../infra/bundle.ts';
import type { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { type Emulator, startEmulator } from '../support/dynalite.ts';
import { firstKey } from '../support/first-key.ts';
import { functionUrlEvent, type GatewayRequest, httpApiEvent } from '../support/gateway-events.ts';
import { Pump } from '../support/stream-log.ts';

type Handler<T> = { readonly handler: T };
const FORM = 'application/x-www-form-urlencoded';
const ARF = readFileSync('test/vectors/feedback/arf/arf-01.eml', 'utf8');
const ADMISSION = '{"event":"connect","address":"8.8.8.8","id":"c1"}';
const SETTINGS = ['TABLE_NAME', 'DYNAMODB_ENDPOINT', 'PUBLIC_URL', 'LOOKUP_BUDGET_MS'];

describe('the functions as packaged', () => {
  let folder: string;
  let emulator: Emulator;
  let api: ApiHandler;
  let pump: Pump;
  let key: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prefixwise-lambda-'));
    await bundleAll(folder);
    emulator = await startEmulator();
    const log = await emulator.createTable('packaged');
    key = await firstKey('packaged', emulator.endpoint);
    process.env['TABLE_NAME'] = 'packaged';
    process.env['DYNAMODB_ENDPOINT'] = emulator.endpoint;
    process.env['PUBLIC_URL'] = 'https://reputation.example';
    process.env['LOOKUP_BUDGET_MS'] = '5000';
    const require = createRequire(import.meta.url);
    const first: Handler<ApiHandler> = require(join(folder, 'api', 'index.js'));
    const second: Handler<ReturnType<typeof createRollupHandler>> = require(
      join(folder, 'rollup', 'index.js'),
    );
    api = first.handler;
    pump = new Pump(log, second.handler);
  }, 60_000);
  afterAll(async () => {
    for (const name of SETTINGS) delete process.env[name];
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (request: GatewayRequest, shape = httpApiEvent) => {
    const answer = await api(shape({ key, ...request }));
    if (!('statusCode' in answer)) throw new Error('no answer');
    const { statusCode, body = '', isBase64Encoded } = answer;
    return { status: statusCode, text: isBase64Encoded ? Buffer.from(body, 'base64').toString() : body };
  };

  it('takes a verdict and answers by it, once it is rolled up', async () => {
    const verdict = { id: 'a', address: '2a00:1450:8319:fe42::1', verdict: 'spam' };
    const taken = await ask({ method: 'POST', path: '/v1/verdicts', body: JSON.stringify(verdict) });
    expect(taken).toMatchObject({ status: 200 });
    expect(JSON.parse(taken.text)).toMatchObject({ accepted: 1 });
    await pump.untilQuiet();
    const { status, text } = await ask({ method: 'GET', path: '/v1/lookup/2a00:1450:8319:fe42::2' });
    expect(status).toBe(200);
    const { reputation, degraded } = JSON.parse(text);
    expect(degraded).toBe(false);
    expect(reputation.subject).toBe('2a00:1450:8319:fe42::/64');
    expect(reputation.observations).toBeGreaterThan(0.9);
  });

  const requests: readonly (readonly [GatewayRequest, number])[] = [
    [{ method: 'GET', path: '/v1/lookup/192.0.2.1' }, 200],
    [{ method: 'GET', path: '/v1/lookup/8.8.8.8', query: 'spf=pass&fcrdns=pass' }, 200],
    [{ method: 'GET', path: '/v1/lookup/nonsense' }, 400],
    [{ method: 'POST', path: '/v1/lookup', body: '{"addresses":["8.8.8.8","2a00:1450::1"]}' }, 200],
    [{ method: 'GET', path: '/v1/network/2002:808:808::1' }, 200],
    [{ method: 'GET', path: '/v1/history/8.8.8.8', query: 'days=7' }, 200],
    [{ method: 'GET', path: '/v1/children/2a00:1450::%2F32' }, 200],
    [{ method: 'POST', path: '/v1/admission', body: ADMISSION }, 200],
    [{ method: 'POST', path: '/v1/verdicts', body: '{"address":"8.8.8.8","verdict":"ham"}' }, 200],
    [{ method: 'DELETE', path: '/v1/verdicts/none' }, 404],
    [{ method: 'POST', path: '/v1/feedback', body: ARF, type: 'message/rfc822' }, 200],
    [{ method: 'GET', path: '/v1/allocations' }, 200],
    [{ method: 'PUT', path: '/v1/allocations/2001:4860::%2F32', body: '{"endSiteLength":56}' }, 201],
    [{ method: 'GET', path: '/v1/allocations/2001:4860::%2F32' }, 200],
    [{ method: 'DELETE', path: '/v1/allocations/2001:4860::%2F32' }, 204],
    [{ method: 'PUT', path: '/v1/lists/block/2600:1f00::%2F32', body: '{"reason":"test"}' }, 201],
    [{ method: 'GET', path: '/v1/lists/block' }, 200],
    [{ method: 'GET', path: '/v1/lists/block/2600:1f00::%2F32' }, 200],
    [{ method: 'DELETE', path: '/v1/lists/block/2600:1f00::%2F32' }, 204],
    [{ method: 'DELETE', path: '/v1/reputation/8.8.4.4%2F32', body: '{"reason":"test"}' }, 404],
    [{ method: 'DELETE', path: '/v1/reputation', query: 'account=none', body: '{"reason":"test"}' }, 404],
    [{ method: 'GET', path: '/.well-known/repute-template' }, 200],
    [{ method: 'GET', path: '/repute/email-id/8.8.8.8', query: 'assertion=spam' }, 200],
    [{ method: 'GET', path: '/v1/audit' }, 200],
    [{ method: 'POST', path: '/v1/keys', body: '{"label":"b","scopes":["lookup"]}' }, 201],
    [{ method: 'GET', path: '/v1/keys' }, 200],
    [{ method: 'GET', path: '/v1/keys/nobody' }, 404],
    [{ method: 'DELETE', path: '/v1/keys/nobody' }, 404],
    [{ method: 'POST', path: '/v1/keys/nobody/rotate' }, 404],
    [{ method: 'GET', path: '/map/2600:1f00::/32' }, 200],
    [{ method: 'GET', path: '/map/8.8.8.0', query: 'x=1' }, 303],
    [{ method: 'POST', path: '/report', body: 'address=8.8.8.8', type: FORM }, 403],
    [{ method: 'POST', path: '/delist', body: 'prefix=8.8.8.8', type: FORM }, 403],
    [{ method: 'GET', path: '/sign-in' }, 200],
    [{ method: 'POST', path: '/sign-in', body: 'key=no', type: FORM }, 403],
    [{ method: 'POST', path: '/sign-out', body: '', type: FORM }, 403],
    [{ method: 'GET', path: '/metrics' }, 404],
    [{ method: 'GET', path: '/problems/bad-address' }, 200],
    [{ method: 'GET', path: '/healthz' }, 200],
    [{ method: 'GET', path: '/readyz' }, 200],
    [{ method: 'GET', path: '/openapi.json' }, 200],
    [{ method: 'GET', path: '/docs' }, 200],
    [{ method: 'GET', path: '/docs/swagger-ui-bundle.js' }, 200],
    [{ method: 'GET', path: '/' }, 200],
    [{ method: 'GET', path: '/nowhere' }, 404],
  ];
  it('asks each route there is', () => {
    const app = readFileSync('lib/http/app.ts', 'utf8');
    const routes = [...app.matchAll(/app\.(get|post|put|delete)\(\s*'([^']+)'/g)];
    expect(routes.length).toBeGreaterThan(30);
    const unasked = routes.filter(([, verb = '', path = '']) => {
      const pattern = new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
      return !requests.some(([asked]) => asked.method === verb.toUpperCase() && pattern.test(asked.path));
    });
    expect(unasked.map(([, verb, path]) => `${verb} ${path}`)).toEqual([]);
  });

  const shapes = [
    ['an HTTP API', httpApiEvent],
    ['a function URL', functionUrlEvent],
  ] as const;
  for (const [from, shape] of shapes) {
    const named = requests.map(([request, status]) => ({ ...request, request, status }));
    it.each(named)(`answers $method $path from ${from} with $status`, async ({ request, status }) => {
      const answer = await ask(request, shape);
      // What is entered a second time is changed.
      expect([status, ...(request.method === 'PUT' ? [200] : [])], answer.text).toContain(answer.status);
    });
  }

  it.each(shapes)(
    'lets nobody in without a key from %s, and leaves open what everybody may see',
    async (_, shape) => {
      for (const shown of ['', 'nonsense', `${key}x`]) {
        const { status, text } = await ask({ method: 'GET', path: '/v1/lookup/8.8.8.8', key: shown }, shape);
        expect([status, JSON.parse(text).type]).toEqual([401, '/problems/unauthorized']);
      }
      expect((await ask({ method: 'GET', path: '/healthz', key: '' }, shape)).status).toBe(200);
    },
  );

  it('refreshes nothing where nothing is listed, and says what is wrong with a list', async () => {
    const require = createRequire(import.meta.url);
    const path = join(folder, 'refresh', 'index.js');
    const refresh: Handler<ReturnType<typeof refreshHandler>> = require(path);
    expect(await refresh.handler({}, { getRemainingTimeInMillis: () => 900_000 })).toEqual([]);
    for (const file of Object.keys(require.cache)) {
      if (file.startsWith(join(folder, 'refresh'))) delete require.cache[file];
    }
    process.env['REFRESH_SOURCES'] = 'http://files.example/a.csv';
    expect(() => require(path)).toThrow('REFRESH_SOURCES: "http://files.example/a.csv" is no https URL');
    delete process.env['REFRESH_SOURCES'];
  });

  it('says in its first words what is wrong with its settings', () => {
    const require = createRequire(import.meta.url);
    const path = join(folder, 'rollup', 'index.js');
    for (const file of Object.keys(require.cache)) {
      if (file.startsWith(join(folder, 'rollup'))) delete require.cache[file];
    }
    const { TABLE_NAME } = process.env;
    process.env['TABLE_NAME'] = '';
    expect(() => require(path)).toThrow('TABLE_NAME: the name of a DynamoDB table is expected');
    process.env['TABLE_NAME'] = TABLE_NAME;
  });
});
