/** What a client does while the service is away, slow, broken or talks nonsense: it answers, and mail flows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEED } from '../support/arbitraries.ts';
import { answering, asking, away, hanging } from '../support/asking.ts';

const SITE = '2d00:db8:0:100::/56';
const HOST = '2d00:db8:0:100::25';
const HOUR = 3_600_000;

const OPEN = { class: 'unknown', action: 'accept', reply: null, limits: null, origin: 'none', answer: null };

describe('without an answer', () => {
  it('mail is accepted, and the trouble is told', async () => {
    const { client, troubles } = asking(away);
    const lookup = await client.lookup(HOST);
    const trouble = { kind: 'unreachable', detail: 'connect ECONNREFUSED' };
    expect(lookup).toEqual({
      ...OPEN,
      reason: 'there is no answer about this client: connect ECONNREFUSED',
      trouble,
    });
    expect(troubles).toEqual([trouble]);
    expect(client.counts().lookups).toEqual({ cache: 0, service: 0, stale: 0, none: 1 });
  });

  it('mail is deferred where the operator would rather have it so', async () => {
    const { client } = asking(away, { onTrouble: 'tempfail' });
    expect(await client.lookup(HOST)).toMatchObject({
      class: 'unknown',
      action: 'tempfail',
      reply: { code: 451, enhanced: '4.3.2' },
      origin: 'none',
    });
  });

  it('within the budget mail goes on; the answer is there for the next', async () => {
    let release = (_response: Response): void => undefined;
    const late = new Promise<Response>((resolve) => {
      release = resolve;
    });
    const { client, asked } = asking(() => late, { budgetMs: 5 });
    expect(await client.lookup(HOST)).toMatchObject({ ...OPEN, trouble: { kind: 'over-budget' } });
    release(answering(SITE, 60));
    while (client.counts().cached === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await client.lookup('2d00:db8:0:101::1')).toMatchObject({ action: 'throttle', origin: 'cache' });
    expect(asked).toHaveLength(1);
  });

  it('a request that nobody answers is given up', async () => {
    const { client } = asking(hanging, { requestTimeoutMs: 20 });
    expect(await client.lookup(HOST)).toMatchObject({
      ...OPEN,
      trouble: { kind: 'timeout', detail: 'no answer within 20 ms' },
    });
  });

  it('a refusal is told with its reason', async () => {
    const problem = { type: '/problems/unauthorized', status: 401, detail: 'the key is not known' };
    const { client } = asking(() => Response.json(problem, { status: 401 }));
    expect(await client.lookup(HOST)).toMatchObject({
      ...OPEN,
      trouble: { kind: 'refused', status: 401, detail: '401: the key is not known' },
    });
  });

  it.each([
    ['another program', () => new Response('<html>')],
    ['an object of another kind', () => Response.json({ ip: HOST })],
    ['an action that this version does not know', () => answering(SITE, 60, { policy: { action: 'greet' } })],
  ])('%s is not understood', async (_what, answer) => {
    const { client } = asking(answer);
    expect(await client.lookup(HOST)).toMatchObject({ ...OPEN, trouble: { kind: 'not-understood' } });
  });

  it('nothing that answers makes a call throw', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          status: fc.integer({ min: 200, max: 599 }),
          body: fc.oneof(fc.string(), fc.json(), fc.constant('{"detail":7}')),
          cacheControl: fc.constantFrom('max-age=60', 'max-age=x', 'no-store', ''),
          retryAfter: fc.constantFrom('1', 'soon', ''),
        }),
        fc.oneof(fc.ipV6(), fc.string()),
        async ({ status, body, cacheControl, retryAfter }, address) => {
          const headers = { 'cache-control': cacheControl, 'retry-after': retryAfter };
          const isEmpty = status === 204 || status === 205 || status === 304;
          const { client } = asking(() => new Response(isEmpty ? null : body, { status, headers }));
          expect(await client.lookup(address)).toMatchObject({ action: 'accept', origin: 'none' });
          expect((await client.network(address)).ok).toBe(false);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });
});

describe('an expired answer', () => {
  it('is of use while the service is away, and says so', async () => {
    const { client, answerBy, pass, asked } = asking(() => answering(SITE, 60));
    await client.lookup(HOST);
    answerBy(away);
    pass(60_000);
    expect(await client.lookup('2d00:db8:0:101::1')).toMatchObject({
      action: 'throttle',
      origin: 'stale',
      trouble: { kind: 'unreachable' },
      answer: { network: { prefix: SITE } },
    });
    answerBy(() => answering(SITE, 60));
    expect(await client.lookup(HOST)).toMatchObject({ origin: 'service', trouble: null });
    expect(asked).toHaveLength(3);
  });

  it('is of use for no longer than it may', async () => {
    const { client, answerBy, pass } = asking(() => answering(SITE, 60), { maxStaleMs: HOUR });
    await client.lookup(HOST);
    answerBy(away);
    pass(60_000 + HOUR - 1);
    expect(await client.lookup(HOST)).toMatchObject({ origin: 'stale' });
    pass(1);
    expect(await client.lookup(HOST)).toMatchObject(OPEN);
  });

  it('is of use for its own address alone where it held for that alone', async () => {
    const { client, answerBy } = asking(() => answering(SITE, 0));
    await client.lookup(HOST);
    answerBy(away);
    expect(await client.lookup(HOST)).toMatchObject({ origin: 'stale' });
    expect(await client.lookup('2d00:db8:0:100::26')).toMatchObject(OPEN);
  });

  it('is better than one without evidence, which spares the service for five seconds', async () => {
    const { client, answerBy, asked, pass } = asking(() => answering(SITE, 60));
    const degraded = (seconds: number) => answering(SITE, seconds, { degraded: true, reputation: null });
    await client.lookup(HOST);
    answerBy(() => degraded(65));
    pass(60_000);
    expect(await client.lookup(HOST)).toMatchObject({ origin: 'stale', answer: { degraded: false } });
    pass(4999);
    expect(await client.lookup('2d00:db8:0:101::1')).toMatchObject({ origin: 'stale' });
    expect(asked).toHaveLength(2);
    pass(1);
    await client.lookup(HOST);
    expect(asked).toHaveLength(3);
  });

  it('without evidence is of no use once it has expired', async () => {
    const { client, answerBy, asked, pass } = asking(() => answering(SITE, 3, { degraded: true }));
    expect(await client.lookup(HOST)).toMatchObject({ origin: 'service', answer: { degraded: true } });
    pass(2999);
    expect(await client.lookup(HOST)).toMatchObject({ origin: 'cache' });
    answerBy(away);
    pass(1);
    expect(await client.lookup(HOST)).toMatchObject(OPEN);
    expect(asked).toHaveLength(2);
  });
});

describe('a service that fails again and again', () => {
  it('is left alone for longer and longer, with one trial at the end of each pause', async () => {
    const { client, asked, pass } = asking(away);
    for (let i = 0; i < 20; i++) await client.lookup(HOST);
    expect(asked).toHaveLength(3);
    expect((await client.lookup(HOST)).trouble?.kind).toBe('paused');
    for (const [ms, requests] of [
      [249, 3],
      [1, 4],
      [499, 4],
      [1, 5],
      [999, 5],
      [1, 6],
    ] as const) {
      pass(ms);
      await Promise.all([client.lookup(HOST), client.lookup('2d00:db9::1'), client.lookup('2d00:dba::1')]);
      expect(asked).toHaveLength(requests);
    }
  });

  it('is asked as before once it answers', async () => {
    const { client, answerBy, asked, pass } = asking(away);
    for (let i = 0; i < 5; i++) await client.lookup(HOST);
    answerBy(() => answering('2d00:db8::/64', 60));
    pass(250);
    await client.lookup(HOST);
    await Promise.all([1, 2, 3].map((site) => client.lookup(`2d00:db8:${site}::1`)));
    expect(asked).toHaveLength(7);
  });

  it('is left alone for as long as it asks for', async () => {
    const busy = () =>
      Response.json({ detail: 'slow down' }, { status: 429, headers: { 'retry-after': '7' } });
    const { client, asked, pass } = asking(busy);
    await client.lookup(HOST);
    pass(6999);
    expect((await client.lookup(HOST)).trouble?.kind).toBe('paused');
    pass(1);
    await client.lookup(HOST);
    expect(asked).toHaveLength(2);
  });
});
