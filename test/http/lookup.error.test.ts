import { describe, expect, it, vi } from 'vitest';
import { bulkAnswerSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { answerOf, postJson, problemOf, storeWith, testApp } from '../support/http.ts';
import { NOW } from '../support/records.ts';

describe('an address that is none', () => {
  it.each([
    ['010.0.0.1', 'address: an IPv4 octet has a leading zero'],
    ['127.1', 'address: an IPv4 address is four octets between dots'],
    ['fe80::1%25eth0', 'address: a zone identifier (%) has no meaning off its own host'],
    ['[::1]', 'address: unexpected character at position 1 of an address'],
    ['2001:db8::%2F32', 'address: unexpected character at position 11 of an address'],
    ['%zz', 'address: a zone identifier (%) has no meaning off its own host'],
    ['%00', 'address: unexpected character at position 1 of an address'],
    ['1'.repeat(5000), 'address: an address has at most 45 characters'],
  ])('%s is refused with the field and the reason', async (address, detail) => {
    const { app } = testApp();
    for (const path of ['lookup', 'network', 'history']) {
      const problem = await problemOf(app.request(`/v1/${path}/${address}`));
      expect(problem).toMatchObject({
        type: '/problems/bad-address',
        title: 'Not an IP address',
        status: 400,
        detail,
      });
    }
  });
});

describe('a lookup with a parameter that is not understood', () => {
  it.each([
    ['spf=maybe', 'spf: pass, fail or none is expected'],
    ['fcrdns=', 'fcrdns: pass, fail or none is expected'],
    ['dkim=PASS', 'dkim: pass, fail or none is expected'],
    ['spf=pass&spf=fail', 'spf: given more than once'],
    ['account=', 'account: 1 to 320 characters are expected'],
    [`org=${'o'.repeat(321)}`, 'org: 1 to 320 characters are expected'],
    ['org=a&org=b', 'org: given more than once'],
  ])('%s is refused with its name', async (query, detail) => {
    const problem = await problemOf(testApp().app.request(`/v1/lookup/::1?${query}`));
    expect(problem).toMatchObject({ type: '/problems/bad-parameter', status: 400, detail });
  });
});

describe('a store that does not answer a lookup', () => {
  const dead = () => Promise.reject(new Error('disk\u2028 on fire'));
  const hanging = () => new Promise<never>(() => undefined);

  it.each([
    ['fails', dead],
    ['hangs', hanging],
  ])('that %s gives a degraded answer, open and never an error', async (_how, readTallies) => {
    const base = testApp();
    const { app } = testApp({ store: storeWith(base.store, { readTallies }), lookupBudgetMs: 5 });
    const response = await app.request('/v1/lookup/45.79.27.34');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    const answer = await answerOf(response, lookupAnswerSchema);
    expect(answer).toMatchObject({
      degraded: true,
      reputation: null,
      network: { kind: 'ipv4', prefix: '45.79.27.34/32' },
      policy: { class: 'unknown', action: 'accept', reply: null },
    });
    expect(Date.parse(answer.expires)).toBeGreaterThanOrEqual(NOW);
  });

  it('still decides by the operator’s list', async () => {
    const listing = { list: 'block', prefix: '45.79.0.0/16', reason: 'own list', expires: null } as const;
    const base = testApp();
    const { app } = testApp({
      store: storeWith(base.store, { readTallies: dead }),
      listingOf: () => listing,
    });
    const answer = await answerOf(app.request('/v1/lookup/45.79.27.34'), lookupAnswerSchema);
    expect(answer).toMatchObject({
      degraded: true,
      reputation: null,
      listing,
      policy: { class: 'bad', action: 'reject' },
    });
  });

  it('is told to the log once, on one line, with a count of what was left out later', async () => {
    let now = NOW;
    const base = testApp();
    const { app, log } = testApp({ store: storeWith(base.store, { readTallies: dead }), clock: () => now });
    const addresses = Array.from({ length: 50 }, (_, i) => `45.79.27.${i}`);
    await postJson(app, '/v1/lookup', { addresses });
    expect(log).toHaveLength(1);
    expect(log[0]?.trimEnd()).not.toMatch(/[\n\r\u2028]/);
    now += 11_000;
    await app.request('/v1/lookup/45.79.27.1');
    expect(log[1]).toContain('"unlogged":49');
  });

  it('leaves no timer behind for a read that is there at once', async () => {
    const spy = vi.spyOn(globalThis, 'setTimeout');
    try {
      const { app } = testApp();
      await answerOf(postJson(app, '/v1/lookup', { addresses: ['45.79.27.34'] }), bulkAnswerSchema);
      expect(spy).not.toHaveBeenCalled();
    } finally {
      spy.mockRestore();
    }
  });
});

describe('a bulk lookup that is not understood', () => {
  it.each([
    ['{"addresses":', 400, '/problems/bad-json', 'body: not JSON'],
    ['', 400, '/problems/bad-json', 'body: empty'],
    ['[]', 400, '/problems/bad-body', 'addresses: a list of texts is expected'],
    ['null', 400, '/problems/bad-body', 'addresses: a list of texts is expected'],
    ['{"addresses":"::1"}', 400, '/problems/bad-body', 'addresses: a list of texts is expected'],
  ])('%s is refused', async (body, status, type, detail) => {
    const problem = await problemOf(postJson(testApp().app, '/v1/lookup', body));
    expect(problem).toMatchObject({ status, type, detail });
  });

  it('is refused in another media type', async () => {
    const problem = await problemOf(
      testApp().app.request('/v1/lookup', { method: 'POST', body: '{"addresses":[]}' }),
    );
    expect(problem).toMatchObject({ status: 415, detail: 'Content-Type: application/json is expected' });
  });

  it('is refused beyond 1,000 addresses, naming both numbers', async () => {
    const addresses = Array.from({ length: 1001 }, () => '::1');
    const problem = await problemOf(postJson(testApp().app, '/v1/lookup', { addresses }));
    expect(problem).toMatchObject({
      status: 413,
      detail: 'addresses: at most 1000 are taken, these are 1001',
    });
  });

  it('is refused beyond 256 KiB', async () => {
    const body = JSON.stringify({ addresses: ['::1'], filler: 'x'.repeat(256 * 1024) });
    const problem = await problemOf(postJson(testApp().app, '/v1/lookup', body));
    expect(problem).toMatchObject({ status: 413, detail: 'body: at most 262144 bytes are taken' });
  });
});

describe('an error of ours', () => {
  it('is a problem that tells nothing, and a log line under the same id that tells all', async () => {
    const { app, log } = testApp({
      allocations: {
        match: () => {
          throw new Error('secret path\nsecond line');
        },
      },
    });
    const response = await app.request('/v1/lookup/45.79.27.34');
    const problem = await problemOf(response);
    expect(problem).toMatchObject({
      status: 500,
      type: '/problems/internal',
      detail: 'something went wrong here',
    });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(log).toHaveLength(1);
    expect(log[0]).toContain('secret path');
    expect(`urn:uuid:${JSON.parse(log[0] ?? '').request}`).toBe(problem.instance);
    expect(log[0]?.trimEnd()).not.toContain('\n');
  });
});
