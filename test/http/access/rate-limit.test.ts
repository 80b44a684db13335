import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../../../lib/keys/rate-limit.ts';
import { ARF_FIELDS, arf } from '../../feedback/build.ts';
import { problemOf } from '../../support/http.ts';
import { bearer, type KeyedApp, keyedApp } from '../../support/keyed-app.ts';
import { readPage } from '../../support/page.ts';
import { NOW } from '../../support/records.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const limited = (points: number) => keyedApp({ rateLimit: new RateLimit(points) });

function ask(
  keyed: KeyedApp,
  method: string,
  path: string,
  body?: string,
  type = 'application/json',
  key: 'all' | 'lookup' = 'all',
) {
  const headers = {
    ...bearer(keyed.keys[key].token),
    ...(body === undefined ? {} : { 'content-type': type }),
  };
  return keyed.app.request(path, { method, headers, ...(body === undefined ? {} : { body }) });
}

const leftOf = async (response: Response | Promise<Response>) =>
  (await response).headers.get('ratelimit-remaining');

const batch = (count: number) =>
  JSON.stringify({
    verdicts: Array.from({ length: count }, (_, i) => ({
      id: `${i}`,
      address: '2600:3c00::1',
      verdict: 'spam',
    })),
  });

describe('the rate limit of a key', () => {
  it('is told with every answer, good or bad, and past it nothing is done until the time is over', async () => {
    const keyed = await limited(3);
    const first = await ask(keyed, 'GET', '/v1/lookup/8.8.8.8');
    expect(Object.fromEntries([...first.headers].filter(([name]) => name.startsWith('ratelimit')))).toEqual({
      'ratelimit-limit': '3',
      'ratelimit-remaining': '2',
      'ratelimit-reset': '60',
      'ratelimit-policy': '3;w=60',
    });
    expect(await leftOf(ask(keyed, 'GET', '/v1/lookup/nonsense'))).toBe('1');
    expect(await leftOf(ask(keyed, 'GET', '/v1/audit'))).toBe('0');
    vi.advanceTimersByTime(20_000);
    const refused = await ask(keyed, 'POST', '/v1/verdicts', batch(1));
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(await problemOf(refused)).toMatchObject({ status: 429, type: '/problems/rate-limited' });
    vi.advanceTimersByTime(40_000);
    expect((await ask(keyed, 'GET', '/v1/lookup/2600:3c00::1')).status).toBe(200);
    expect(await keyed.store.retractVerdict(keyed.keys.all.key.id, '0', NOW)).toBe(false);
  });

  it('is each key’s own, and nobody’s without a key', async () => {
    const keyed = await limited(1);
    expect((await ask(keyed, 'GET', '/v1/lookup/8.8.8.8')).status).toBe(200);
    expect((await ask(keyed, 'GET', '/v1/lookup/8.8.8.8')).status).toBe(429);
    expect((await ask(keyed, 'GET', '/v1/lookup/8.8.8.8', undefined, '', 'lookup')).status).toBe(200);
    const stranger = await keyed.app.request('/v1/lookup/8.8.8.8');
    expect([stranger.status, await leftOf(stranger)]).toEqual([401, null]);
  });

  it('counts a batch for what it holds, and refuses it whole when that is more than is left', async () => {
    const keyed = await limited(100);
    const addresses = JSON.stringify({ addresses: Array.from({ length: 30 }, () => '8.8.8.8') });
    expect(await leftOf(ask(keyed, 'POST', '/v1/lookup', addresses))).toBe('70');
    expect(await leftOf(ask(keyed, 'POST', '/v1/verdicts', batch(40)))).toBe('30');
    const refused = await ask(
      keyed,
      'POST',
      '/v1/verdicts',
      batch(41).replaceAll('2600:3c00::1', '2600:3c00:9::1'),
    );
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    vi.advanceTimersByTime(60_000);
    expect(await (await ask(keyed, 'GET', '/v1/lookup/2600:3c00:9::1')).text()).toContain('"observations":0');
  });

  it('lets through a batch that is more than a whole window, if nothing else was asked', async () => {
    const keyed = await limited(10);
    const taken = await ask(keyed, 'POST', '/v1/verdicts', batch(40));
    expect([taken.status, await leftOf(taken)]).toEqual([200, '0']);
    expect((await ask(keyed, 'GET', '/v1/lookup/8.8.8.8')).status).toBe(429);
  });

  it('counts a feedback report for its messages', async () => {
    const keyed = await limited(100);
    const report = arf({
      fields: [...ARF_FIELDS, 'Source-IP: 2600:3c00::1', `Arrival-Date: ${new Date(NOW).toUTCString()}`],
    });
    const taken = await ask(keyed, 'POST', '/v1/feedback', report, 'message/rfc822');
    expect([taken.status, await leftOf(taken)]).toEqual([200, '99']);
  });

  it('breaks off no stream, but makes the key wait for what it overdrew', async () => {
    const keyed = await limited(1500);
    const lines = Array.from(
      { length: 2500 },
      (_, i) => `{"id":"${i}","address":"2600:3c00::1","verdict":"spam"}`,
    );
    const taken = await ask(keyed, 'POST', '/v1/verdicts', lines.join('\n'), 'application/x-ndjson');
    expect(await taken.json()).toMatchObject({ accepted: 2500 });
    expect((await ask(keyed, 'GET', '/v1/lookup/8.8.8.8')).status).toBe(429);
  });

  it('is told to a person as a page', async () => {
    const keyed = await limited(1);
    await ask(keyed, 'GET', '/');
    const { status, text, headers } = await readPage(ask(keyed, 'GET', '/'));
    expect([status, headers.get('retry-after')]).toEqual([429, '60']);
    expect(text).toContain('try again in 60 seconds.');
  });
});
