import { describe, expect, it } from 'vitest';
import { admissionSchema } from '../../lib/http/openapi/admission-answers.ts';
import { answerOf, postJson, problemOf, storeWith, testApp } from '../support/http.ts';

const ADDRESS = '45.79.27.34';

describe('an event that is not understood', () => {
  it.each([
    [{ event: 'connect' }, 'bad-address', 'address: a text is expected'],
    [
      { address: '1.2.3', event: 'connect' },
      'bad-address',
      'address: an IPv4 address is four octets between dots',
    ],
    [
      { address: ADDRESS },
      'bad-body',
      'event: one of connect, disconnect, message, recipient, error is expected',
    ],
    [{ address: ADDRESS, event: 'CONNECT' }, 'bad-body', 'event: one of connect, disconnect,'],
    [
      { address: ADDRESS, event: 'message', count: 0 },
      'bad-body',
      'count: a whole number from 1 to 100000 is expected',
    ],
    [{ address: ADDRESS, event: 'message', count: 1.5 }, 'bad-body', 'count: a whole number from 1'],
    [{ address: ADDRESS, event: 'message', count: '1' }, 'bad-body', 'count: a whole number from 1'],
    [{ address: ADDRESS, event: 'message', count: 100_001 }, 'bad-body', 'count: a whole number from 1'],
    [{ address: ADDRESS, event: 'connect', count: 2 }, 'bad-body', 'count: 1 is expected for connect'],
    [{ address: ADDRESS, event: 'message', session: '' }, 'bad-body', 'session: is empty'],
    [{ address: ADDRESS, event: 'message', session: 's'.repeat(201) }, 'bad-body', 'session: at most 200'],
    [{ address: ADDRESS, event: 'message', session: 7 }, 'bad-body', 'session: a text is expected'],
    [{ address: ADDRESS, event: 'message', account: '' }, 'bad-body', 'account: is empty'],
    [{ address: ADDRESS, event: 'message', spf: 'maybe' }, 'bad-body', 'spf: pass, fail or none is expected'],
    [[], 'bad-body', 'body: a JSON object is expected'],
    ['{"address":', 'bad-json', 'body: not JSON'],
  ])('%j is refused with the field and the reason', async (body, kind, detail) => {
    const { app } = testApp();
    const problem = await problemOf(postJson(app, '/v1/admission', body));
    expect(problem).toMatchObject({ type: `/problems/${kind}`, status: 400 });
    expect(problem.detail).toContain(detail);
  });

  it('is refused when it is too large, or no JSON by its type', async () => {
    const { app } = testApp();
    const large = { address: ADDRESS, event: 'connect', note: 'x'.repeat(9000) };
    expect(await problemOf(postJson(app, '/v1/admission', large))).toMatchObject({ status: 413 });
    const form = postJson(app, '/v1/admission', 'a=b', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(await problemOf(form)).toMatchObject({ status: 415 });
    expect(await problemOf(app.request('/v1/admission'))).toMatchObject({ status: 405 });
  });
});

describe('counters that do not answer', () => {
  const dead = () => Promise.reject(new Error('on fire'));
  const hanging = () => new Promise<never>(() => undefined);

  it.each([
    ['fail', dead],
    ['hang', hanging],
  ])('that %s let everything in, and say so', async (_how, take) => {
    const { store } = testApp();
    const { app, log } = testApp({ store: storeWith(store, { counters: { take } }), lookupBudgetMs: 5 });
    for (let i = 0; i < 8; i++) {
      const answer = await answerOf(
        postJson(app, '/v1/admission', { address: ADDRESS, event: 'message' }),
        admissionSchema,
      );
      expect(answer).toMatchObject({
        decision: 'allow',
        degraded: true,
        limit: null,
        remaining: null,
        reply: null,
      });
    }
    expect(log.filter((line) => line.includes('admission-not-counted'))).toHaveLength(take === dead ? 1 : 0);
  });

  it('are not asked once the lookup has failed, and a list entry holds even then', async () => {
    const { store } = testApp();
    const broken = storeWith(store, {
      readTallies: dead,
      counters: { take: () => Promise.reject(new Error('asked all the same')) },
    });
    const ask = async (overrides: Parameters<typeof testApp>[0]) => {
      const { app, log } = testApp({ store: broken, ...overrides });
      const body = { address: ADDRESS, event: 'connect' };
      const answer = await answerOf(postJson(app, '/v1/admission', body), admissionSchema);
      expect(log.join()).not.toContain('asked all the same');
      return answer;
    };
    expect(await ask({})).toMatchObject({ decision: 'allow', degraded: true });
    const listing = { list: 'block', prefix: '45.0.0.0/8', reason: 'ticket 42', expires: null } as const;
    expect(await ask({ listingOf: () => listing })).toMatchObject({ decision: 'refuse', degraded: true });
  });
});
