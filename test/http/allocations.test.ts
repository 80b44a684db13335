import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { operatorEntrySchema } from '../../lib/allocation/operator-entry.ts';
import { entriesSchema, entrySchema } from '../../lib/http/openapi/allocation-answers.ts';
import { ENTRY_EXAMPLE, STORED_ENTRY_EXAMPLE } from '../../lib/http/openapi/allocation-operations.ts';
import { networkSchema } from '../../lib/http/openapi/answers.ts';
import { answerOf, problemOf, storeWith, testApp } from '../support/http.ts';
import { liveApp } from '../support/live-app.ts';
import { NOW } from '../support/records.ts';

const BLOCK = '2600:1f00::/32';

describe('PUT /v1/allocations/{prefix}', () => {
  it('makes an entry, with 201 and all it means', async () => {
    const { put } = await liveApp();
    const response = await put(BLOCK, { endSiteLength: 56, note: 'by phone' });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(z.parse(entrySchema, await response.json())).toEqual({
      prefix: BLOCK,
      endSiteLength: 56,
      endSites: 1,
      mechanism: 'native',
      note: 'by phone',
      date: '2026-11-21T12:00:00Z',
    });
  });

  it('replaces one with 200: what is left out is the default again', async () => {
    const { app, put } = await liveApp();
    await put(BLOCK, { endSiteLength: 56, endSites: 50, note: 'by phone' });
    expect((await put(BLOCK, { endSiteLength: 60 })).status).toBe(200);
    const entry = await answerOf(app.request(`/v1/allocations/${encodeURIComponent(BLOCK)}`), entrySchema);
    expect(entry).toMatchObject({ endSiteLength: 60, endSites: 1, note: '' });
  });

  it('holds in this process at once, with its provenance in the answer', async () => {
    const { app, put } = await liveApp();
    await put(BLOCK, { endSiteLength: 56, endSites: 8, note: 'by phone' });
    expect(await answerOf(app.request('/v1/network/2600:1f00:1:2ff::1'), networkSchema)).toEqual({
      kind: 'ipv6',
      prefix: '2600:1f00:1:200::/56',
      source: 'operator',
      ipv4: null,
      shared: true,
      allocation: {
        prefix: BLOCK,
        origin: 'operator',
        endSiteLength: 56,
        endSites: 8,
        reference: 'by phone',
        date: '2026-11-21T12:00:00Z',
      },
    });
  });

  it('names the block as it is written best, whatever the spelling', async () => {
    const { app, put } = await liveApp();
    const names = {
      '2600:1F00:0:0::/32': BLOCK,
      '192.0.2.1': '192.0.2.1/32',
      '2600:1f00::1': '2600:1f00::1/128',
      '::ffff:10.0.0.0/104': '10.0.0.0/8',
      '::ffff:a40:0/106': '10.64.0.0/10',
    };
    for (const [spelling, block] of Object.entries(names)) {
      const length = Number(block.split('/')[1]);
      expect(await (await put(spelling, { endSiteLength: length })).json(), spelling).toMatchObject({
        prefix: block,
      });
      const entry = await answerOf(app.request(`/v1/allocations/${encodeURIComponent(block)}`), entrySchema);
      expect(entry.prefix).toBe(block);
    }
  });

  it.each([
    [
      '2600:1f00::1/32',
      'prefix: 2600:1f00::1/32 has bits set beyond its length; the block is 2600:1f00::/32',
    ],
    ['::ffff:10.0.0.1/104', /^prefix: .* has bits set beyond its length/],
    ['2600:1f00::/129', 'prefix: a prefix length is a whole number from 0 to 128'],
    ['10.0.0.0/33', 'prefix: a prefix length is a whole number from 0 to 32'],
    ['10.0.0.0/08', 'prefix: a prefix length is a whole number from 0 to 32'],
    ['010.0.0.0/8', /^prefix: /],
    ['fe80::1%eth0/64', /^prefix: a zone identifier/],
    ['example.com', /^prefix: /],
  ])('refuses %s', async (prefix, detail) => {
    const { app, put } = await liveApp();
    const path = `/v1/allocations/${encodeURIComponent(prefix)}`;
    for (const answer of [
      put(prefix, { endSiteLength: 64 }),
      app.request(path),
      app.request(path, { method: 'DELETE' }),
    ]) {
      const problem = await problemOf(await answer);
      expect(problem).toMatchObject({ status: 400, type: '/problems/bad-parameter' });
      expect(problem.detail).toMatch(detail);
    }
  });

  it.each([
    [{}, 'endSiteLength: a whole number from 0 to 128 is expected'],
    [{ endSiteLength: '56' }, 'endSiteLength: a whole number from 0 to 128 is expected'],
    [{ endSiteLength: 56.5 }, 'endSiteLength: a whole number from 0 to 128 is expected'],
    [{ endSiteLength: 129 }, 'endSiteLength: a whole number from 0 to 128 is expected'],
    [{ endSiteLength: 24 }, 'endSiteLength: an end site of /24 is wider than the block 2600:1f00::/32'],
    [{ endSiteLength: 56, endSites: 0 }, 'endSites: a whole number from 1 to 10000000 is expected'],
    [{ endSiteLength: 56, endSites: 1e9 }, 'endSites: a whole number from 1 to 10000000 is expected'],
    [{ endSiteLength: 56, mechanism: 'map-e' }, 'mechanism: native, 6rd or nat64 is expected'],
    [{ endSiteLength: 56, note: 7 }, 'note: a text is expected'],
    [{ endSiteLength: 56, note: 'x'.repeat(501) }, 'note: at most 500 characters are expected'],
    [{ endSiteLength: 56, ipv4MaskLength: 8 }, 'ipv4MaskLength: only a 6rd domain has one'],
    [{ endSiteLength: 56, ipv4Prefix: '10.0.0.0/8' }, 'ipv4Prefix: only a 6rd domain has one'],
    [
      { endSiteLength: 64, mechanism: '6rd', ipv4MaskLength: 8, ipv4Prefix: '10.1.0.0/8' },
      /^ipv4Prefix: 10\.1\.0\.0\/8 has bits set/,
    ],
    [{ endSiteLength: 64, mechanism: '6rd', ipv4MaskLength: 8 }, /^ipv4MaskLength: a 6rd domain is /],
    [
      { endSiteLength: 64, mechanism: '6rd', ipv4MaskLength: 33 },
      'ipv4MaskLength: a whole number from 0 to 32 is expected',
    ],
    [{ endSiteLength: 56, endsites: 9 }, 'body: there is a field it does not take'],
    [{ endSiteLength: '56', endSites: 0 }, /^endSiteLength: .*; endSites: /],
    [{ endSiteLength: 24, ipv4MaskLength: 8 }, /^endSiteLength: .*; ipv4MaskLength: /],
    [[], 'body: a JSON object is expected'],
    ['56', 'body: a JSON object is expected'],
  ])('refuses %j and names what is at fault', async (entry, detail) => {
    const { store, app } = await liveApp();
    const response = app.request(`/v1/allocations/${encodeURIComponent(BLOCK)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(entry),
    });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 400, type: '/problems/bad-body' });
    expect(problem.detail).toMatch(detail);
    expect(await store.records.revision('allocation')).toBe(0);
  });

  it('refuses NAT64 on a prefix that RFC 6052 does not know', async () => {
    const { put } = await liveApp();
    const problem = await problemOf(put('2600:1f00::/33', { endSiteLength: 96, mechanism: 'nat64' }));
    expect(problem.detail).toMatch(/^mechanism: a NAT64 prefix is IPv6, \/32, \/40/);
    expect((await put('10.0.0.0/8', { endSiteLength: 32, mechanism: 'nat64' })).status).toBe(400);
  });

  it('refuses bodies that are no JSON, too large, or of another type', async () => {
    const { app } = await liveApp();
    const send = (body: string, type = 'application/json') =>
      app.request(`/v1/allocations/${encodeURIComponent(BLOCK)}`, {
        method: 'PUT',
        headers: { 'content-type': type },
        body,
      });
    expect(await problemOf(send('{'))).toMatchObject({ status: 400, type: '/problems/bad-json' });
    expect(await problemOf(send('{}', 'text/plain'))).toMatchObject({ status: 415 });
    expect(await problemOf(send(`{"note":"${'x'.repeat(20_000)}"}`))).toMatchObject({ status: 413 });
  });
});

describe('GET and DELETE /v1/allocations/{prefix}', () => {
  const path = `/v1/allocations/${encodeURIComponent(BLOCK)}`;

  it('know exactly this block', async () => {
    const { app, put } = await liveApp();
    await put('2600:1f00::/36', { endSiteLength: 56 });
    expect(await problemOf(app.request(path))).toMatchObject({ status: 404, type: '/problems/not-found' });
    expect(await problemOf(app.request(path, { method: 'DELETE' }))).toMatchObject({ status: 404 });
  });

  it('take an entry back at once', async () => {
    const { app, put } = await liveApp();
    await put(BLOCK, { endSiteLength: 56 });
    const response = await app.request(path, { method: 'DELETE' });
    expect(response.status).toBe(204);
    expect(await response.text()).toBe('');
    expect(await answerOf(app.request('/v1/network/2600:1f00::1'), networkSchema)).toMatchObject({
      source: 'default',
      prefix: '2600:1f00::/64',
    });
    expect((await app.request(path)).status).toBe(404);
  });
});

describe('GET /v1/allocations', () => {
  it('lists entries in address order, a part at a time', async () => {
    const { app, put } = await liveApp();
    const blocks = [
      '9.0.0.0/8',
      '10.0.0.0/8',
      '10.0.0.0/16',
      '100.64.0.0/10',
      '2600::/32',
      '2600:0:1::/48',
      'fd00::/8',
    ];
    for (const block of blocks.toReversed())
      await put(block, { endSiteLength: block.includes(':') ? 64 : 32 });
    const seen: string[] = [];
    let query = '?limit=3';
    for (;;) {
      const page = await answerOf(app.request(`/v1/allocations${query}`), entriesSchema);
      expect(page.allocations.length).toBeLessThanOrEqual(3);
      seen.push(...page.allocations.map(({ prefix }) => prefix));
      if (page.next === null) break;
      query = `?limit=3&after=${encodeURIComponent(page.next)}`;
    }
    expect(seen).toEqual(blocks);
    const after = await answerOf(app.request('/v1/allocations?after=100.0.0.0/8'), entriesSchema);
    expect(after.allocations[0]?.prefix).toBe('100.64.0.0/10');
  });

  it('is empty at first', async () => {
    const { app } = await liveApp();
    expect(await answerOf(app.request('/v1/allocations'), entriesSchema)).toEqual({
      allocations: [],
      next: null,
    });
  });

  it.each([
    ['?limit=0', 'limit: a whole number from 1 to 1000 is expected'],
    ['?limit=1001', 'limit: a whole number from 1 to 1000 is expected'],
    ['?limit=ten', 'limit: a whole number from 1 to 1000 is expected'],
    ['?limit=1&limit=2', 'limit: given more than once'],
    ['?after=somewhere', /^after: /],
    ['?after=10.0.0.1/8', /^after: .* has bits set/],
  ])('refuses %s', async (query, detail) => {
    const { app } = await liveApp();
    const problem = await problemOf(app.request(`/v1/allocations${query}`));
    expect(problem).toMatchObject({ status: 400, type: '/problems/bad-parameter' });
    expect(problem.detail).toMatch(detail);
  });
});

describe('every change', () => {
  it('leaves who made it, when, and what was before and after', async () => {
    const { app, store, put } = await liveApp();
    await put(BLOCK, { endSiteLength: 56 });
    await put(BLOCK, { endSiteLength: 60 });
    await app.request(`/v1/allocations/${encodeURIComponent(BLOCK)}`, { method: 'DELETE' });
    const { items } = await store.records.listAudit({ limit: 10 });
    const common = { at: NOW, actor: 'local', target: BLOCK, reason: null };
    expect(items).toMatchObject([
      { ...common, act: 'allocation.delete', detail: { before: { entry: { endSiteLength: 60 } } } },
      {
        ...common,
        act: 'allocation.put',
        detail: { before: { entry: { endSiteLength: 56 } }, after: { entry: { endSiteLength: 60 } } },
      },
      { ...common, act: 'allocation.put', detail: { before: null, after: { entry: { endSiteLength: 56 } } } },
    ]);
  });

  it.each(['PUT', 'DELETE', 'GET'])('%s is not for a web page under a name of its own', async (method) => {
    const { app } = await liveApp();
    const response = app.request(`/v1/allocations/${encodeURIComponent(BLOCK)}`, {
      method,
      headers: { host: 'evil.example', 'content-type': 'application/json' },
      ...(method === 'PUT' ? { body: '{"endSiteLength":56}' } : {}),
    });
    expect(await problemOf(response)).toMatchObject({ status: 403, type: '/problems/foreign-host' });
  });

  it('is answered only when the store has it', async () => {
    const { store } = testApp();
    const broken = storeWith(store, {
      records: {
        getRecord: () => Promise.reject(new Error('disk gone')),
        listRecords: () => Promise.reject(new Error('disk gone')),
        changeRecords: () => Promise.reject(new Error('disk gone')),
        createRecord: () => Promise.reject(new Error('disk gone')),
        revision: () => Promise.resolve(0),
        listAudit: () => Promise.reject(new Error('disk gone')),
      },
    });
    const { app, log } = testApp({ store: broken });
    const path = `/v1/allocations/${encodeURIComponent(BLOCK)}`;
    const put = app.request(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"endSiteLength":56}',
    });
    for (const answer of [
      put,
      app.request(path),
      app.request(path, { method: 'DELETE' }),
      app.request('/v1/allocations'),
    ]) {
      const response = await answer;
      expect(response.headers.get('retry-after')).toBe('2');
      expect(JSON.stringify(await problemOf(response))).not.toContain('disk gone');
    }
    expect(log).toHaveLength(4);
  });
});

describe('the OpenAPI document', () => {
  it('shows examples of entries that its own schemas take', () => {
    z.parse(operatorEntrySchema, ENTRY_EXAMPLE);
    z.parse(entrySchema, STORED_ENTRY_EXAMPLE);
  });

  it('says of each field what it is and what it takes', async () => {
    const { app } = await liveApp();
    const text = await (await app.request('/openapi.json')).text();
    const document = z.parse(
      z.object({ components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }) }),
      JSON.parse(text),
    );
    const { AllocationEntryRequest, AllocationEntries } = document.components.schemas;
    expect(AllocationEntryRequest).toMatchObject({
      required: ['endSiteLength'],
      properties: {
        endSiteLength: { type: 'integer', minimum: 0, maximum: 128, description: expect.any(String) },
        endSites: { minimum: 1, maximum: 10_000_000 },
        mechanism: { enum: ['native', '6rd', 'nat64'], description: expect.any(String) },
      },
    });
    expect(JSON.stringify(AllocationEntries)).toContain('#/components/schemas/AllocationEntry');
  });
});
