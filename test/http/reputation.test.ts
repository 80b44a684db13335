import { describe, expect, it } from 'vitest';
import { lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { auditSchema } from '../../lib/http/openapi/audit-answers.ts';
import { answerOf, problemOf, storeWith, type TestApp, testApp } from '../support/http.ts';
import { NOW, recordOf } from '../support/records.ts';

const WHY = { reason: 'ticket 42' };

function forget({ app }: TestApp, prefix: string, body: unknown = WHY, headers: Record<string, string> = {}) {
  return app.request(`/v1/reputation/${encodeURIComponent(prefix)}`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

describe('DELETE /v1/reputation/{prefix}', () => {
  it.each([
    ['45.79.27.34', '45.79.27.34/32', '45.79.27.34'],
    ['::ffff:45.79.27.34', '45.79.27.34/32', '45.79.27.34'],
    ['2002:2d4f:1b22::/48', '45.79.27.34/32', '45.79.27.34'],
    ['2a00:1450:1:1::/64', '2a00:1450:1:1::/64', '2a00:1450:1:1::5'],
    ['2a00:1450:1:1::5', '2a00:1450:1:1::/64', '2a00:1450:1:1::6'],
  ])('%s forgets %s, and what it added to wider prefixes', async (named, subject, host) => {
    const test = testApp();
    test.store.record([recordOf(host, { count: 40 })], NOW);
    const before = await answerOf(test.app.request(`/v1/lookup/${host}`), lookupAnswerSchema);
    expect(before.reputation).toMatchObject({ subject, observations: 40 });
    expect((await forget(test, named)).status).toBe(204);
    const { reputation } = await answerOf(test.app.request(`/v1/lookup/${host}`), lookupAnswerSchema);
    expect(reputation).toMatchObject({ observations: 0, reporters: 0, lastSeen: null });
    expect(reputation?.evidence.every(({ observations }) => observations === 0)).toBe(true);
    expect(await answerOf(test.app.request('/v1/audit'), auditSchema)).toEqual({
      audit: [
        {
          at: '2026-11-21T12:00:00Z',
          actor: 'local',
          act: 'reputation.forget',
          target: subject,
          reason: 'ticket 42',
          detail: null,
        },
      ],
      next: null,
    });
    expect(await problemOf(forget(test, named))).toMatchObject({ status: 404 });
  });

  it('refuses a wider block, and keeps what is in it', async () => {
    const test = testApp();
    test.store.record([recordOf('45.79.27.34', { count: 40 })], NOW);
    expect(await problemOf(forget(test, '45.79.27.0/24'))).toMatchObject({
      type: '/problems/bad-parameter',
      detail: 'prefix: 45.79.27.0/24 is a wider block; forget the subjects in it, which /v1/children lists',
    });
    const { reputation } = await answerOf(test.app.request('/v1/lookup/45.79.27.34'), lookupAnswerSchema);
    expect(reputation?.observations).toBe(40);
  });

  it('asks for a reason, a prefix, JSON, and a host name of ours', async () => {
    const test = testApp();
    expect(await problemOf(forget(test, '45.79.27.34', {}))).toMatchObject({
      status: 400,
      detail: 'reason: a text is expected',
    });
    expect(await problemOf(forget(test, '45.79.27.34/8'))).toMatchObject({ type: '/problems/bad-parameter' });
    expect(await problemOf(forget(test, '45.79.27.34', WHY, { 'content-type': 'text/plain' }))).toMatchObject(
      {
        status: 415,
      },
    );
    expect(await problemOf(forget(test, '45.79.27.34', WHY, { host: 'evil.example' }))).toMatchObject({
      status: 403,
    });
  });

  it('says that it can be tried again when the store fails', async () => {
    const broken = () => Promise.reject(new Error('disk on fire'));
    const test = testApp({ store: storeWith(testApp().store, { forget: broken }) });
    expect(await problemOf(forget(test, '45.79.27.34'))).toMatchObject({ status: 503 });
    expect(test.log).toHaveLength(1);
  });
});

describe('GET /v1/audit', () => {
  it('tells every act newest first, in parts, and takes no change', async () => {
    let now = NOW;
    const test = testApp({ clock: () => now++ });
    const put = { method: 'PUT', headers: { 'content-type': 'application/json' } };
    for (const reason of ['a', 'b']) {
      await test.app.request('/v1/lists/block/45.79.0.0%2F16', { ...put, body: JSON.stringify({ reason }) });
    }
    await test.app.request('/v1/allocations/2a00:1450::%2F32', { ...put, body: '{"endSiteLength":56}' });
    const seen: unknown[] = [];
    for (let query = '?limit=2'; ; ) {
      const part = await answerOf(test.app.request(`/v1/audit${query}`), auditSchema);
      seen.push(...part.audit.map(({ act, target, reason }) => [act, target, reason]));
      if (part.next === null) break;
      query = `?limit=2&after=${part.next}`;
    }
    expect(seen).toEqual([
      ['allocation.put', '2a00:1450::/32', null],
      ['list.block.put', '45.79.0.0/16', 'b'],
      ['list.block.put', '45.79.0.0/16', 'a'],
    ]);
    for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) {
      expect(await problemOf(test.app.request('/v1/audit', { method }))).toMatchObject({ status: 405 });
    }
  });

  it.each(['limit=0', 'after=***', 'after=enp6', 'after=a&after=b'])('?%s is refused', async (query) => {
    expect(await problemOf(testApp().app.request(`/v1/audit?${query}`))).toMatchObject({ status: 400 });
  });
});
