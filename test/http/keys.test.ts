import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { auditSchema } from '../../lib/http/openapi/audit-answers.ts';
import {
  issuedKeySchema,
  keysSchema,
  revokedKeySchema,
  weighedKeySchema,
} from '../../lib/http/openapi/key-answers.ts';
import { KEY_OPERATIONS } from '../../lib/http/openapi/key-operations.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { answerOf, problemOf, storeWith, testApp } from '../support/http.ts';
import { bearer, type KeyedApp, keyedApp, ringOf } from '../support/keyed-app.ts';
import { HOUR, NOW } from '../support/records.ts';

const NOW_TEXT = '2026-11-21T12:00:00Z';
const NOBODY = '/v1/keys/0123456789abcdef';

/** A request of the administrator. */
function ask({ app, keys }: KeyedApp, method: string, path: string, body?: unknown, token = keys.all.token) {
  return app.request(path, {
    method,
    headers: { ...bearer(token), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function make(keyed: KeyedApp, body: object): Promise<z.output<typeof issuedKeySchema>> {
  const response = await ask(keyed, 'POST', '/v1/keys', body);
  const text = await response.text();
  expect([response.status, text]).toEqual([201, expect.any(String)]);
  const made = z.parse(issuedKeySchema, JSON.parse(text));
  expect(response.headers.get('location')).toBe(`/v1/keys/${made.id}`);
  expect(response.headers.get('cache-control')).toBe('no-store');
  return made;
}

const auditOf = async (keyed: KeyedApp) =>
  (await answerOf(ask(keyed, 'GET', '/v1/audit'), auditSchema)).audit;

const REPORTER = {
  label: 'mx1',
  scopes: ['lookup', 'report'],
  trusted: true,
  trustedHosts: ['mx1.example.net'],
  expires: '2027-01-01T00:00:00+01:00',
  reason: 'ticket 42',
};

describe('a key made over HTTP', () => {
  it('lets its holder in at once, with what was given to it', async () => {
    const keyed = await keyedApp();
    const made = await make(keyed, REPORTER);
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      label: 'mx1',
      scopes: ['lookup', 'report'],
      trusted: true,
      trustedHosts: ['mx1.example.net'],
      created: NOW_TEXT,
      rotated: NOW_TEXT,
      formerUntil: null,
      expires: '2026-12-31T23:00:00Z',
      revoked: null,
      token: expect.stringMatching(new RegExp(`^pw_${made.id}_[\\w-]{43}$`)),
    });
    const verdict = { id: 'a', address: '2600:3c00::1', verdict: 'spam' };
    expect((await ask(keyed, 'POST', '/v1/verdicts', verdict, made.token)).status).toBe(200);
    expect((await ask(keyed, 'GET', '/v1/audit', undefined, made.token)).status).toBe(403);
    // The operator's own word is not saturated: two reports weigh two.
    await ask(keyed, 'POST', '/v1/verdicts', { ...verdict, id: 'b' }, made.token);
    const looked = await (await ask(keyed, 'GET', '/v1/lookup/2600:3c00::1')).text();
    expect(looked).toContain('"observations":2,"reporters":1');
  });

  it('needs no more than a label and scopes', async () => {
    const made = await make(await keyedApp(), { label: 'reader', scopes: ['lookup'] });
    expect(made).toMatchObject({ trusted: false, trustedHosts: [], expires: null });
  });

  it('is shown once: no answer, no record and no log has its secret or hash again', async () => {
    const keyed = await keyedApp();
    const made = await make(keyed, REPORTER);
    const secret = made.token.slice(-43);
    const listed = await (await ask(keyed, 'GET', '/v1/keys')).text();
    const one = await (await ask(keyed, 'GET', `/v1/keys/${made.id}`)).text();
    const said = [listed, one, JSON.stringify(await auditOf(keyed)), ...keyed.log].join('\n');
    expect(said).toContain(made.id);
    const { items } = await keyed.store.records.listRecords('key', { limit: 100 });
    const hashes = items.flatMap(({ value }) => /"hash":"([^"]+)"/.exec(JSON.stringify(value))?.[1] ?? []);
    expect(hashes.length).toBeGreaterThan(5);
    for (const hidden of [secret, made.token, ...hashes]) expect(said).not.toContain(hidden);
  });

  it('closes a service that was open until then', async () => {
    const store = new MemoryStore();
    const { app } = testApp({ store, keys: await ringOf(store) });
    expect((await app.request('/v1/lookup/8.8.8.8')).status).toBe(200);
    const made = await app.request('/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ label: 'first', scopes: ['lookup'] }),
    });
    expect(made.status).toBe(201);
    const { token } = z.parse(issuedKeySchema, await made.json());
    expect((await app.request('/v1/lookup/8.8.8.8')).status).toBe(401);
    expect((await app.request('/v1/lookup/8.8.8.8', { headers: bearer(token) })).status).toBe(200);
  });

  it.each<[string, unknown, string]>([
    ['no label', { scopes: ['lookup'] }, 'label: a text is expected'],
    [
      'a label of two lines',
      { label: 'a\nb', scopes: ['lookup'] },
      'label: 1 to 100 printable characters are expected',
    ],
    [
      'no scope',
      { label: 'a', scopes: [] },
      'scopes: one or more of lookup, report, admin are expected, each once',
    ],
    ['an unknown scope', { label: 'a', scopes: ['root'] }, 'scopes: lookup, report, admin are expected'],
    [
      'trust without reports',
      { label: 'a', scopes: ['lookup'], trusted: true },
      'trusted: only a key that may report can be trusted',
    ],
    ['a host that is none', { label: 'a', scopes: ['report'], trustedHosts: ['?'] }, 'trustedHosts: '],
    [
      'an end in the past',
      { label: 'a', scopes: ['lookup'], expires: '2020-01-01T00:00:00Z' },
      'expires: a time in the future is expected',
    ],
    [
      'an end that is no time',
      { label: 'a', scopes: ['lookup'], expires: 'never' },
      'expires: an RFC 3339 time',
    ],
    ['a reason of two lines', { label: 'a', scopes: ['lookup'], reason: 'a\u2028b' }, 'reason: '],
    ['a list', [], 'body: a JSON object is expected'],
  ])('is refused with %s, and nothing is stored', async (_what, body, detail) => {
    const keyed = await keyedApp();
    const before = await auditOf(keyed);
    const problem = await problemOf(ask(keyed, 'POST', '/v1/keys', body));
    expect(problem).toMatchObject({ status: 400, type: '/problems/bad-body' });
    expect(problem.detail).toContain(detail);
    expect(await auditOf(keyed)).toEqual(before);
  });

  it('names every fault at once', async () => {
    const problem = await problemOf(
      ask(await keyedApp(), 'POST', '/v1/keys', { label: '', scopes: ['lookup'], trusted: true }),
    );
    expect(problem.detail).toMatch(/^label: .*; trusted: /);
  });
});

describe('the list of keys', () => {
  it('has all that were ever made, oldest first, in parts', async () => {
    const keyed = await keyedApp();
    const all = await answerOf(ask(keyed, 'GET', '/v1/keys'), keysSchema);
    expect(all.keys).toHaveLength(6);
    expect(all.keys[0]).toMatchObject({ id: keyed.keys.expired.key.id, expires: '2026-11-21T11:59:59Z' });
    expect(all.next).toBeNull();
    const parts: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const part: z.output<typeof keysSchema> = await answerOf(
        ask(keyed, 'GET', `/v1/keys?limit=4${next === '' ? '' : `&after=${next}`}`),
        keysSchema,
      );
      parts.push(...part.keys.map(({ id }) => id));
      next = part.next;
    }
    expect(parts).toEqual(all.keys.map(({ id }) => id));
  });

  it('shows one, and says so when there is none', async () => {
    const keyed = await keyedApp();
    const { key } = keyed.keys.revoked;
    expect(await answerOf(ask(keyed, 'GET', `/v1/keys/${key.id}`), weighedKeySchema)).toMatchObject({
      revoked: NOW_TEXT,
    });
    for (const path of [NOBODY, '/v1/keys/x', `/v1/keys/${key.id}%20revoked`]) {
      expect(await problemOf(ask(keyed, 'GET', path))).toMatchObject({
        status: 404,
        detail: 'id: there is no key of that id',
      });
    }
  });

  it.each(['limit=0', 'limit=x', 'after=x', 'after=a&after=b'])('refuses ?%s', async (query) => {
    expect(await problemOf(ask(await keyedApp(), 'GET', `/v1/keys?${query}`))).toMatchObject({
      status: 400,
      type: '/problems/bad-parameter',
    });
  });
});

describe('a rotation', () => {
  it('gives a new token at once, and ends the old one unless it is given time', async () => {
    const keyed = await keyedApp();
    const { key, token } = keyed.keys.lookup;
    const lookup = async (shown: string) =>
      (await ask(keyed, 'GET', '/v1/lookup/8.8.8.8', undefined, shown)).status;
    const first = await answerOf(
      ask(keyed, 'POST', `/v1/keys/${key.id}/rotate`, { graceSeconds: 60, reason: 'yearly' }),
      issuedKeySchema,
    );
    expect(first).toMatchObject({ id: key.id, rotated: NOW_TEXT, formerUntil: '2026-11-21T12:01:00Z' });
    expect([await lookup(token), await lookup(first.token)]).toEqual([200, 200]);
    const second = await answerOf(ask(keyed, 'POST', `/v1/keys/${key.id}/rotate`), issuedKeySchema);
    expect(second.formerUntil).toBeNull();
    expect([await lookup(token), await lookup(first.token), await lookup(second.token)]).toEqual([
      401, 401, 200,
    ]);
  });

  it('is not for a key that has ended, or is none', async () => {
    const keyed = await keyedApp();
    for (const [id, status, detail] of [
      [keyed.keys.revoked.key.id, 409, 'id: the key is revoked'],
      [keyed.keys.expired.key.id, 409, 'id: the key is expired'],
      ['0123456789abcdef', 404, 'id: there is no key of that id'],
      ['x', 404, 'id: there is no key of that id'],
    ] as const) {
      expect(await problemOf(ask(keyed, 'POST', `/v1/keys/${id}/rotate`))).toMatchObject({ status, detail });
    }
  });

  it.each([-1, 0.5, 2_592_001, '60'])('refuses a grace of %j', async (graceSeconds) => {
    const keyed = await keyedApp();
    const path = `/v1/keys/${keyed.keys.lookup.key.id}/rotate`;
    const problem = await problemOf(ask(keyed, 'POST', path, { graceSeconds }));
    expect(problem).toMatchObject({ status: 400, detail: expect.stringMatching(/^graceSeconds: /) });
  });
});

describe('a revocation', () => {
  it('ends a key at once, and a second one changes nothing', async () => {
    const keyed = await keyedApp();
    const { key, token } = keyed.keys.lookup;
    const revoked = await answerOf(ask(keyed, 'DELETE', `/v1/keys/${key.id}`), revokedKeySchema);
    expect(revoked).toMatchObject({ id: key.id, revoked: NOW_TEXT, retracted: 0 });
    expect((await ask(keyed, 'GET', '/v1/lookup/8.8.8.8', undefined, token)).status).toBe(401);
    const before = await auditOf(keyed);
    expect((await ask(keyed, 'DELETE', `/v1/keys/${key.id}`)).status).toBe(200);
    expect(await auditOf(keyed)).toEqual(before);
  });

  it('of a stolen key takes back what the thief said, and nobody else’s word', async () => {
    const keyed = await keyedApp();
    const { key, token } = keyed.keys.report;
    for (const id of ['a', 'b']) {
      await ask(
        keyed,
        'POST',
        '/v1/verdicts',
        { id, address: `2600:3c00:0:${id}::1`, verdict: 'spam' },
        token,
      );
    }
    await ask(keyed, 'POST', '/v1/verdicts', { id: 'c', address: '2600:3c00:0:a::1', verdict: 'spam' });
    const since = new Date(NOW - HOUR).toISOString();
    const revoked = await answerOf(
      ask(keyed, 'DELETE', `/v1/keys/${key.id}`, { since, reason: 'stolen' }),
      revokedKeySchema,
    );
    expect(revoked.retracted).toBe(2);
    const reporters = async (address: string) =>
      /"reporters":(\d+)/.exec(await (await ask(keyed, 'GET', `/v1/lookup/${address}`)).text())?.[1];
    expect([await reporters('2600:3c00:0:a::1'), await reporters('2600:3c00:0:b::1')]).toEqual(['1', '0']);
  });

  it('refuses a since that is no time, and a key that is none', async () => {
    const keyed = await keyedApp();
    const path = `/v1/keys/${keyed.keys.lookup.key.id}`;
    const problem = await problemOf(ask(keyed, 'DELETE', path, { since: 'yesterday' }));
    expect(problem).toMatchObject({ status: 400, detail: expect.stringMatching(/^since: /) });
    expect((await ask(keyed, 'GET', '/v1/lookup/8.8.8.8', undefined, keyed.keys.lookup.token)).status).toBe(
      200,
    );
    expect(await problemOf(ask(keyed, 'DELETE', NOBODY))).toMatchObject({ status: 404 });
  });
});

describe('every act on keys', () => {
  it('is in the audit record: who, when, what and why, and no route changes it', async () => {
    const keyed = await keyedApp();
    const made = await make(keyed, REPORTER);
    await ask(keyed, 'POST', `/v1/keys/${made.id}/rotate`, { reason: 'yearly' });
    await ask(keyed, 'DELETE', `/v1/keys/${made.id}`, { since: NOW_TEXT, reason: 'stolen' });
    const actor = keyed.keys.all.key.id;
    expect((await auditOf(keyed)).slice(0, 4)).toMatchObject([
      {
        at: NOW_TEXT,
        actor,
        act: 'key.retract',
        target: made.id,
        reason: 'stolen',
        detail: { retracted: 0 },
      },
      { at: NOW_TEXT, actor, act: 'key.revoke', target: made.id, reason: 'stolen' },
      { at: NOW_TEXT, actor, act: 'key.rotate', target: made.id, reason: 'yearly' },
      {
        at: NOW_TEXT,
        actor,
        act: 'key.create',
        target: made.id,
        reason: 'ticket 42',
        detail: { label: 'mx1' },
      },
    ]);
    const before = await auditOf(keyed);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const path of ['/v1/audit', '/v1/audit/0']) {
        expect([404, 405]).toContain((await ask(keyed, method, path, {})).status);
      }
    }
    expect(await auditOf(keyed)).toEqual(before);
  });
});

describe('a store that fails', () => {
  it('acknowledges no act on a key, and lists none', async () => {
    const failing = () => Promise.reject(new Error('no store'));
    const keyed = await keyedApp({}, (store) =>
      storeWith(store, {
        records: {
          getRecord: failing,
          listRecords: failing,
          changeRecords: failing,
          createRecord: failing,
          revision: (kind) => store.records.revision(kind),
          listAudit: (page) => store.records.listAudit(page),
        },
      }),
    );
    const { id } = keyed.keys.lookup.key;
    const requests: readonly [string, string, unknown?][] = [
      ['POST', '/v1/keys', { label: 'a', scopes: ['lookup'] }],
      ['GET', '/v1/keys'],
      ['GET', `/v1/keys/${id}`],
      ['POST', `/v1/keys/${id}/rotate`],
      ['DELETE', `/v1/keys/${id}`],
    ];
    for (const [method, path, body] of requests) {
      const response = await ask(keyed, method, path, body);
      expect(response.headers.get('retry-after')).not.toBeNull();
      expect(await problemOf(response)).toMatchObject({ status: 503, type: '/problems/unavailable' });
    }
    expect(keyed.log).toHaveLength(requests.length);
  });
});

describe('the OpenAPI document', () => {
  it('shows examples of keys that its own schemas take', () => {
    const exampleOf = (path: string, method: string, status: number): unknown => {
      const { content } = z.parse(
        z.looseObject({ content: z.record(z.string(), z.looseObject({ example: z.unknown() })) }),
        KEY_OPERATIONS[path]?.[method]?.responses[status],
      );
      return content['application/json']?.example;
    };
    z.parse(keysSchema, exampleOf('/v1/keys', 'get', 200));
    z.parse(issuedKeySchema, exampleOf('/v1/keys', 'post', 201));
    z.parse(weighedKeySchema, exampleOf('/v1/keys/{id}', 'get', 200));
    z.parse(revokedKeySchema, exampleOf('/v1/keys/{id}', 'delete', 200));
    z.parse(issuedKeySchema, exampleOf('/v1/keys/{id}/rotate', 'post', 200));
  });
});
