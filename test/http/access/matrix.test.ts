/**
 * Every route of the app against every kind of key. A route without a row here fails.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Scope } from '../../../lib/keys/key.ts';
import { formatToken } from '../../../lib/keys/token.ts';
import { problemOf, testApp } from '../../support/http.ts';
import { bearer, type KeyedApp, keyedApp } from '../../support/keyed-app.ts';
import { readPage } from '../../support/page.ts';

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ security: z.array(z.object({ key: z.array(z.string()) })) })),
  ),
});

interface Row {
  /** `open`: everybody may. */
  readonly who: Scope | 'open';
  /** Whether it is for people: then it answers with pages, and takes the key from a cookie, too. */
  readonly page?: true;
}

const ROWS: Readonly<Record<string, Row>> = {
  'GET /v1/lookup/:address': { who: 'lookup' },
  'POST /v1/lookup': { who: 'lookup' },
  'POST /v1/admission': { who: 'lookup' },
  'GET /v1/network/:address': { who: 'lookup' },
  'GET /v1/history/:address': { who: 'lookup' },
  'GET /v1/children/:prefix': { who: 'lookup' },
  'GET /.well-known/repute-template': { who: 'open' },
  'GET /repute/:application/:subject': { who: 'lookup' },
  'POST /v1/verdicts': { who: 'report' },
  'DELETE /v1/verdicts/:id': { who: 'report' },
  'POST /v1/feedback': { who: 'report' },
  'GET /v1/allocations': { who: 'admin' },
  'GET /v1/allocations/:prefix': { who: 'admin' },
  'PUT /v1/allocations/:prefix': { who: 'admin' },
  'DELETE /v1/allocations/:prefix': { who: 'admin' },
  'GET /v1/lists/:list': { who: 'admin' },
  'GET /v1/lists/:list/:prefix': { who: 'admin' },
  'PUT /v1/lists/:list/:prefix': { who: 'admin' },
  'DELETE /v1/lists/:list/:prefix': { who: 'admin' },
  'DELETE /v1/reputation/:prefix': { who: 'admin' },
  'DELETE /v1/reputation': { who: 'admin' },
  'GET /v1/keys': { who: 'admin' },
  'POST /v1/keys': { who: 'admin' },
  'GET /v1/keys/:id': { who: 'admin' },
  'DELETE /v1/keys/:id': { who: 'admin' },
  'POST /v1/keys/:id/rotate': { who: 'admin' },
  'GET /v1/audit': { who: 'admin' },
  'GET /': { who: 'lookup', page: true },
  'GET /map/:prefix': { who: 'lookup', page: true },
  'GET /map/:prefix/:length': { who: 'lookup', page: true },
  'POST /report': { who: 'report', page: true },
  'POST /delist': { who: 'admin', page: true },
  'GET /sign-in': { who: 'open', page: true },
  'POST /sign-in': { who: 'open', page: true },
  'POST /sign-out': { who: 'open', page: true },
  'GET /metrics': { who: 'lookup' },
  'GET /healthz': { who: 'open' },
  'GET /readyz': { who: 'open' },
  'GET /openapi.json': { who: 'open' },
  'GET /docs': { who: 'open' },
  'GET /docs/:file': { who: 'open' },
  'GET /problems/:kind': { who: 'open' },
};

const PARTS: Readonly<Record<string, string>> = {
  address: '8.8.8.8',
  application: 'email-id',
  subject: '8.8.8.8',
  prefix: '2a00:1450::%2F32',
  length: '48',
  id: '0123456789abcdef',
  list: 'block',
  file: 'start.js',
  kind: 'not-found',
};

/** Headers of a form that our own page sends. */
const OWN_FORM = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' };

describe('the table of routes', () => {
  it('has a row for every route, and none for another', () => {
    const routes = new Set(testApp().app.routes.map(({ method, path }) => `${method} ${path}`));
    expect(Object.keys(ROWS).sort()).toEqual([...routes].sort());
  });

  it('is what the OpenAPI document says', async () => {
    const document = await (await testApp().app.request('/openapi.json')).json();
    const { paths } = z.parse(documentSchema, document);
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => [
        `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
        security[0]?.key[0] ?? 'open',
      ]),
    );
    expect(described.length).toBeGreaterThan(20);
    for (const [route = '', who] of described) expect([route, ROWS[route]?.who]).toEqual([route, who]);
  });
});

describe.each(Object.entries(ROWS))('%s', (route, { who, page }) => {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern
    .replace(':prefix/:length', '2a00:1450::/32')
    .replace(/:(\w+)/g, (_, name) => PARTS[name] ?? '');

  let asked: string[];
  let bodyWasRead: boolean;
  let keyed: KeyedApp;
  beforeAll(async () => {
    keyed = await keyedApp({}, (store) => watched(store, (name) => asked.push(name)));
  });

  const send = (headers: Readonly<Record<string, string>>) => {
    asked = [];
    bodyWasRead = false;
    const own = page === true ? OWN_FORM : { 'content-type': 'application/json' };
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers: { ...(method === 'GET' ? {} : own), ...headers },
    };
    if (method !== 'GET') {
      init.body = new ReadableStream(
        {
          pull: (controller) => {
            bodyWasRead = true;
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
      init.duplex = 'half';
    }
    return keyed.app.request(path, init);
  };
  const untouched = () => expect({ asked, bodyWasRead }).toEqual({ asked: [], bodyWasRead: false });

  if (who === 'open') {
    it('answers without a key, and whatever is shown for one', async () => {
      const headers = [{}, { authorization: 'Bearer nonsense' }, bearer(keyed.keys.revoked.token)];
      // Signing in without a key is what the page of 401 is for.
      const refusals = route === 'POST /sign-in' ? [403] : [401, 403];
      for (const shown of headers) expect(refusals).not.toContain((await send(shown)).status);
    });
    return;
  }

  const refusal = async (response: Response): Promise<{ status: number; text: string }> => {
    if (page === true) return await readPage(response);
    const { status, type, detail = '' } = await problemOf(response);
    return { status, text: `${type} ${detail}` };
  };

  it('tells nobody why there is no getting in: the answer is one and the same', async () => {
    const { all, expired, revoked } = keyed.keys;
    const other = formatToken({ id: '0123456789abcdef', secret: 'A'.repeat(43) });
    const shown: readonly Readonly<Record<string, string>>[] = [
      {},
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: 'Bearer nonsense' },
      { authorization: `Basic ${Buffer.from(`x:${all.token}`).toString('base64')}` },
      { authorization: all.token },
      { authorization: `Bearer ${all.token} ${all.token}` },
      { authorization: `Bearer ${'x'.repeat(4000)}` },
      bearer(`${all.token}x`),
      bearer(other),
      bearer(`${all.token.slice(0, -1)}${all.token.endsWith('A') ? 'B' : 'A'}`),
      bearer(expired.token),
      bearer(revoked.token),
      { 'x-api-key': all.token },
    ];
    const answers = new Set<string>();
    for (const headers of shown) {
      const response = await send(headers);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="prefixwise"');
      const { status, text } = await refusal(response);
      expect(status).toBe(401);
      answers.add(text);
      untouched();
    }
    expect(answers.size).toBe(1);
  });

  it('refuses a key without the scope, and names the scope', async () => {
    for (const scope of ['lookup', 'report', 'admin'] as const) {
      if (scope === who) continue;
      const response = await send(bearer(keyed.keys[scope].token));
      expect(response.headers.get('www-authenticate')).toBe(
        `Bearer realm="prefixwise", error="insufficient_scope", scope="${who}"`,
      );
      const { status, text } = await refusal(response);
      expect(status).toBe(403);
      expect(text).toContain(`the scope ${who}`);
      untouched();
    }
  });

  it('lets in a key with the scope, and one with all of them', async () => {
    for (const name of [who, 'all'] as const) {
      for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
        const response = await send({ authorization: `${scheme} ${keyed.keys[name].token}` });
        expect([401, 403, 500]).not.toContain(response.status);
        // What the tests above look for is seen when it is there.
        if (method !== 'GET') expect(bodyWasRead || asked.length > 0).toBe(true);
      }
    }
  });

  it('takes the key from a cookie for reading, and for a change only from our own form', async () => {
    const cookie = { cookie: `other=1; prefixwise=${keyed.keys.all.token}` };
    const status = async (headers: Readonly<Record<string, string>>) => (await send(headers)).status;
    const mayCookie = method === 'GET' || page === true;
    expect((await status(cookie)) === 401).toBe(!mayCookie);
    expect(await status({ cookie: `prefixwise=${keyed.keys.expired.token}` })).toBe(401);
    if (page !== true || method === 'GET') return;
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(await status({ ...cookie, 'sec-fetch-site': site })).toBe(403);
      untouched();
    }
  });
});

/** The store, with a note of everything it is asked. */
function watched<T extends object>(store: T, onAsk: (name: string) => void): T {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value === 'function') {
        return (...args: unknown[]) => {
          onAsk(String(name));
          return Reflect.apply(value, target, args);
        };
      }
      return typeof value === 'object' && value !== null ? watched(value, onAsk) : value;
    },
  });
}
