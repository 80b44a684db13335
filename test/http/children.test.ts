import { describe, expect, it } from 'vitest';
import { childrenSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { answerOf, problemOf, storeWith, testApp } from '../support/http.ts';
import { mustPrefix, NOW, recordOf } from '../support/records.ts';

function appWithBlock() {
  const built = testApp();
  const spam = Array.from({ length: 5 }, (_, i) => recordOf(`2a00:5555:1:${i + 1}::1`, { count: 3 }));
  built.store.record([...spam, recordOf('45.79.0.1')], NOW);
  return built;
}

describe('GET /v1/children/{prefix}', () => {
  it('goes down the ladder rung by rung unless told otherwise', async () => {
    const { app } = appWithBlock();
    const provider = await answerOf(app.request('/v1/children/2a00:5555::%2F32'), childrenSchema);
    expect(provider).toMatchObject({
      length: 36,
      next: null,
      children: [{ prefix: '2a00:5555::/36', subject: false }],
    });
    const sites = await answerOf(app.request('/v1/children/2a00:5555:1::%2F48?length=64'), childrenSchema);
    expect(sites.children).toHaveLength(5);
    expect(sites.children[0]).toMatchObject({
      prefix: '2a00:5555:1:1::/64',
      subject: true,
      observations: 3,
      lastSeen: '2026-11-21T12:00:00Z',
    });
  });

  it('says of a subject what its lookup says', async () => {
    const { app } = appWithBlock();
    const { children } = await answerOf(
      app.request('/v1/children/2a00:5555:1::%2F56?length=64'),
      childrenSchema,
    );
    const { reputation } = await answerOf(app.request('/v1/lookup/2a00:5555:1:1::1'), lookupAnswerSchema);
    const { prefix, subject, ...said } = children[0] ?? {};
    expect({ prefix, subject }).toEqual({ prefix: reputation?.subject, subject: true });
    expect(reputation).toMatchObject(said);
  });

  it('comes in parts', async () => {
    const { app } = appWithBlock();
    const seen: string[] = [];
    let query = '?length=64&limit=2';
    for (;;) {
      const page = await answerOf(app.request(`/v1/children/2a00:5555:1::%2F48${query}`), childrenSchema);
      seen.push(...page.children.map(({ prefix }) => prefix));
      if (page.next === null) break;
      query = `?length=64&limit=2&after=${page.next}`;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5].map((i) => `2a00:5555:1:${i}::/64`));
  });

  it('takes IPv4 blocks, also as IPv4-mapped ones', async () => {
    const { app } = appWithBlock();
    for (const block of ['45.79.0.0%2F24', '::ffff:45.79.0.0%2F120']) {
      const { prefix, children } = await answerOf(app.request(`/v1/children/${block}`), childrenSchema);
      expect(prefix).toBe('45.79.0.0/24');
      expect(children.map((child) => child.prefix)).toEqual(['45.79.0.1/32']);
    }
  });

  it('has nothing to say of space nobody reported', async () => {
    const { app } = testApp();
    const { children, next } = await answerOf(app.request('/v1/children/2a00::%2F16'), childrenSchema);
    expect({ children, next }).toEqual({ children: [], next: null });
  });

  it.each([
    ['nonsense', 'prefix: '],
    ['2a00::1%2F32', 'prefix: '],
    ['2a00::1', 'prefix: '],
    ['45.79.0.1%2F32', 'prefix: '],
    ['2a00::%2F32?length=32', 'length: a whole number from 33 to 128'],
    ['2a00::%2F32?length=129', 'length: '],
    ['2a00::%2F32?length=4e1', 'length: '],
    ['2a00::%2F32?length=48&length=48', 'length: given more than once'],
    ['2a00::%2F32?limit=0', 'limit: a whole number from 1 to 256'],
    ['2a00::%2F32?limit=257', 'limit: '],
    ['2a00::%2F32?after=', 'after: '],
    ['2a00::%2F32?after=%00', 'after: '],
  ])('refuses %s', async (path, detail) => {
    const problem = await problemOf(testApp().app.request(`/v1/children/${path}`));
    expect(problem).toMatchObject({ status: 400, type: '/problems/bad-parameter' });
    expect(problem.detail).toContain(detail);
  });

  it('refuses a cursor that leads out of the block', async () => {
    const { store } = appWithBlock();
    const misled = storeWith(store, {
      listRungs: (_within, length, { limit }) => store.listRungs(mustPrefix('2a00::/16'), length, { limit }),
    });
    const { app } = testApp({ store: misled });
    const problem = await problemOf(app.request('/v1/children/2a00:6666::%2F32?length=64&after=AA'));
    expect(problem.detail).toContain('after: ');
  });

  it('says so when the store does not answer', async () => {
    const { store, app } = testApp();
    expect((await app.request('/v1/children/2a00::%2F32')).status).toBe(200);
    const broken = storeWith(store, { listRungs: () => Promise.reject(new Error('gone')) });
    const { app: app2, log } = testApp({ store: broken });
    expect(await problemOf(app2.request('/v1/children/2a00::%2F32'))).toMatchObject({ status: 503 });
    expect(log.join('')).toContain('children-read-failed');
  });
});
