import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { listEntriesSchema, listEntrySchema } from '../../lib/http/openapi/list-answers.ts';
import { startService } from '../../lib/http/service.ts';
import { openLists } from '../../lib/lists/live.ts';
import { describeFaults, readSettings } from '../../lib/settings.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { never } from '../lists/build.ts';
import { answerOf, problemOf, storeWith, testApp } from '../support/http.ts';
import { NOW } from '../support/records.ts';

const BLOCK = '/v1/lists/block/45.79.0.0%2F16';

/** An app that answers by its lists, as the service does. */
async function appWithLists() {
  const store = new MemoryStore();
  const lists = await openLists(store.records, never);
  const { listingOf, divides, changed } = lists;
  const { app, log } = testApp({ store, listingOf, divides, listsChanged: changed });
  const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    app.request(path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: body === undefined ? null : JSON.stringify(body),
    });
  return { app, store, lists, log, send };
}

describe('PUT /v1/lists/{list}/{prefix}', () => {
  it('decides lookups at once, and every face of the hosts it names', async () => {
    const { app, lists, send } = await appWithLists();
    const first = await send('PUT', BLOCK, { reason: 'ticket 42', expires: '2026-11-21T13:30:00+01:00' });
    expect(first.status).toBe(201);
    expect(listEntrySchema.parse(await first.json())).toEqual({
      list: 'block',
      prefix: '45.79.0.0/16',
      reason: 'ticket 42',
      expires: '2026-11-21T12:30:00Z',
      author: 'local',
      at: '2026-11-21T12:00:00Z',
      source: null,
    });
    for (const face of ['45.79.27.34', '::ffff:45.79.27.34', '2002:2d4f:1b22::25', '64:ff9b::2d4f:1b22']) {
      const answer = await answerOf(app.request(`/v1/lookup/${face}`), lookupAnswerSchema);
      expect(answer, face).toMatchObject({
        listing: { list: 'block', prefix: '45.79.0.0/16', reason: 'ticket 42' },
        policy: { class: 'bad', action: 'reject' },
      });
    }
    expect((await send('PUT', BLOCK, { reason: 'ticket 43', expires: null })).status).toBe(200);
    expect(await answerOf(send('GET', BLOCK), listEntrySchema)).toMatchObject({
      reason: 'ticket 43',
      expires: null,
    });
    await lists.close();
  });

  it('takes an IPv4-mapped block for the IPv4 block', async () => {
    const { lists, send } = await appWithLists();
    await send('PUT', '/v1/lists/allow/::ffff:45.79.0.0%2F112', { reason: 'ours' });
    expect(await answerOf(send('GET', '/v1/lists/allow/45.79.0.0%2F16'), listEntrySchema)).toMatchObject({
      prefix: '45.79.0.0/16',
    });
    await lists.close();
  });

  it('keeps an answer about a divided prefix from being reused', async () => {
    const { app, lists, send } = await appWithLists();
    await send('PUT', '/v1/lists/block/2a00:1450:1:1::bad', { reason: 'one host' });
    for (const host of ['bad', '900d']) {
      const response = await app.request(`/v1/lookup/2a00:1450:1:1::${host}`);
      const answer = await answerOf(response, lookupAnswerSchema);
      expect([answer.policy.class, Date.parse(answer.expires)]).toEqual([
        host === 'bad' ? 'bad' : 'unknown',
        NOW,
      ]);
    }
    await lists.close();
  });

  it.each([
    [{}, 'reason: a text is expected'],
    [{ reason: '' }, 'reason: 1 to 300 printable characters are expected'],
    [{ reason: 'a\nb' }, 'reason: 1 to 300 printable characters are expected'],
    [{ reason: 'r', expires: 'tomorrow' }, /^expires: an RFC 3339 time/],
    [{ reason: 'r', expires: 5 }, /^expires: /],
    [{ reason: 'r', expires: '2026-11-21T12:00:00Z' }, 'expires: a time in the future is expected'],
    [[], 'body: a JSON object is expected'],
  ])('%j is refused, and nothing is entered', async (body, detail) => {
    const { lists, store, send } = await appWithLists();
    const problem = await problemOf(send('PUT', BLOCK, body));
    expect(problem).toMatchObject({ status: 400, type: '/problems/bad-body' });
    expect(problem.detail).toMatch(detail);
    expect((await store.records.listAudit({ limit: 9 })).items).toEqual([]);
    await lists.close();
  });

  it('refuses host bits, a list there is not, and callers under another name', async () => {
    const { lists, send } = await appWithLists();
    const entry = { reason: 'r' };
    expect(await problemOf(send('PUT', '/v1/lists/block/45.79.0.1%2F16', entry))).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^prefix: /),
    });
    expect(await problemOf(send('PUT', '/v1/lists/grey/45.79.0.0%2F16', entry))).toMatchObject({
      status: 404,
      detail: 'list: there are allow and block',
    });
    expect(await problemOf(send('PUT', BLOCK, entry, { host: 'evil.example' }))).toMatchObject({
      status: 403,
    });
    await lists.close();
  });
});

describe('DELETE /v1/lists/{list}/{prefix}', () => {
  it('lets evidence decide again, and leaves who, what and why in the audit record', async () => {
    const { app, store, lists, send } = await appWithLists();
    await send('PUT', BLOCK, { reason: 'ticket 42' });
    expect((await send('DELETE', BLOCK, { reason: 'settled' })).status).toBe(204);
    expect(await answerOf(app.request('/v1/lookup/45.79.27.34'), lookupAnswerSchema)).toMatchObject({
      listing: null,
    });
    expect(await problemOf(send('GET', BLOCK))).toMatchObject({ status: 404 });
    expect(await problemOf(send('DELETE', BLOCK))).toMatchObject({ status: 404 });
    const { items } = await store.records.listAudit({ limit: 9 });
    expect(items).toMatchObject([
      { actor: 'local', act: 'list.block.delete', target: '45.79.0.0/16', reason: 'settled' },
      { actor: 'local', act: 'list.block.put', target: '45.79.0.0/16', reason: 'ticket 42' },
    ]);
    await lists.close();
  });
});

describe('GET /v1/lists/{list}', () => {
  it('comes in parts, in address order', async () => {
    const { lists, send } = await appWithLists();
    const blocks = ['8.8.8.0/24', '45.79.0.0/16', '45.79.1.0/24', '2a00:1450::/32', '2a00:1450::/48'];
    for (const block of blocks.toReversed()) {
      await send('PUT', `/v1/lists/allow/${encodeURIComponent(block)}`, { reason: 'r' });
    }
    const seen: string[] = [];
    for (let query = '?limit=2'; ; ) {
      const part = await answerOf(send('GET', `/v1/lists/allow${query}`), listEntriesSchema);
      seen.push(...part.entries.map(({ prefix }) => prefix));
      if (part.next === null) break;
      query = `?limit=2&after=${part.next}`;
    }
    expect(seen).toEqual(blocks);
    expect(await answerOf(send('GET', '/v1/lists/block'), listEntriesSchema)).toEqual({
      entries: [],
      next: null,
    });
    await lists.close();
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after=', 'after=***', 'after=YQ', 'limit=1&limit=1'])(
    '?%s is refused',
    async (query) => {
      const { lists, send } = await appWithLists();
      expect(await problemOf(send('GET', `/v1/lists/allow?${query}`))).toMatchObject({
        type: '/problems/bad-parameter',
      });
      await lists.close();
    },
  );

  it('says that it can be tried again when the store does not answer', async () => {
    const { store } = testApp();
    const dead = () => Promise.reject(new Error('disk on fire'));
    const records = {
      getRecord: dead,
      listRecords: dead,
      changeRecords: dead,
      createRecord: dead,
      revision: dead,
      listAudit: dead,
    };
    const { app, log } = testApp({ store: storeWith(store, { records }) });
    const put = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{"reason":"r"}' };
    for (const request of [app.request('/v1/lists/allow'), app.request(BLOCK), app.request(BLOCK, put)]) {
      expect(await problemOf(request)).toMatchObject({ status: 503 });
    }
    expect(await problemOf(app.request(BLOCK, { method: 'DELETE' }))).toMatchObject({ status: 503 });
    expect(log).toHaveLength(4);
  });
});

describe('two services on one store', () => {
  it('both go by an entry within five seconds, and by none once it is gone', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'prefixwise-lists-'));
    const services = await Promise.all([serviceOn(dataDir), serviceOn(dataDir)]);
    const [one, other] = services;
    const headers = { 'content-type': 'application/json' };
    const listed = async (url: string): Promise<boolean> => {
      const answer = await answerOf(fetch(`${url}/v1/lookup/45.79.27.34`), lookupAnswerSchema);
      return answer.listing !== null;
    };
    await fetch(one.url + BLOCK, { method: 'PUT', headers, body: '{"reason":"r"}' });
    expect(await listed(one.url)).toBe(true);
    await expect.poll(() => listed(other.url), { timeout: 5000, interval: 50 }).toBe(true);
    expect((await fetch(other.url + BLOCK, { method: 'DELETE' })).status).toBe(204);
    expect(await listed(other.url)).toBe(false);
    await expect.poll(() => listed(one.url), { timeout: 5000, interval: 50 }).toBe(false);
    for (const service of services) await service.stop();
    rmSync(dataDir, { recursive: true });
  }, 20_000);
});

async function serviceOn(dataDir: string) {
  const settings = readSettings({ DATA_DIR: dataDir, PORT: '0' });
  if (!settings.ok) throw new Error(describeFaults(settings.error));
  const silent = { write: () => undefined, writeError: () => undefined };
  const service = await startService(settings.value, silent);
  if (!service.ok) throw new Error(service.error);
  return service.value;
}
