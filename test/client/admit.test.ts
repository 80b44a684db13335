import { describe, expect, it } from 'vitest';
import { asking, type Responder } from '../support/asking.ts';
import { postJson, testApp } from '../support/http.ts';

const HOST = '2d00:db8:0:100::25';

/** Requests go to an app in this process. */
function toApp(): Responder {
  const { app } = testApp();
  return (path, body) => postJson(app, path, body);
}

describe('an event of an SMTP session', () => {
  it('is ruled on by the service, each time anew', async () => {
    const { client, troubles } = asking(toApp());
    const connect = { address: HOST, event: 'connect', session: 'mx1/1' } as const;
    expect(await client.admit(connect)).toMatchObject({
      decision: 'allow',
      limit: { name: 'concurrentConnections', value: 2 },
      remaining: 1,
      class: 'unknown',
      origin: 'service',
      trouble: null,
    });
    expect(await client.admit({ ...connect, session: 'mx2/1' })).toMatchObject({ remaining: 0 });
    expect(await client.admit({ ...connect, session: 'mx2/2' })).toMatchObject({
      decision: 'defer',
      retryAfterSeconds: 300,
      reply: { code: 421, enhanced: '4.7.0' },
    });
    expect(await client.admit({ address: HOST, event: 'recipient', count: 11 })).toMatchObject({
      decision: 'defer',
      limit: { name: 'recipientsPerMessage' },
    });
    expect(troubles).toEqual([]);
  });

  it('carries what is known of the sender: facts, and the account that has an allowance of its own', async () => {
    const { client } = asking(toApp());
    const message = { address: HOST, event: 'message', count: 5 } as const;
    await client.admit({ ...message, facts: { account: 'anna@example.com' } });
    expect(await client.admit(message)).toMatchObject({ decision: 'allow' });
    const proven = { fcrdns: 'pass', spf: 'pass' } as const;
    expect(await client.admit({ ...message, facts: proven })).toMatchObject({ limit: { value: 20 } });
  });

  it.each([
    [
      'unreachable',
      () => Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') })),
    ],
    ['over-budget', () => new Promise<never>(() => undefined)],
    ['not-understood', () => Promise.resolve(new Response('hello'))],
    ['refused', () => Promise.resolve(new Response('', { status: 500 }))],
  ] as const)(
    'is let in when the service is %s, unless the operator wants otherwise',
    async (kind, responder) => {
      const event = { address: HOST, event: 'message' } as const;
      const { client, troubles } = asking(responder, { budgetMs: 5 });
      expect(await client.admit(event)).toMatchObject({
        decision: 'allow',
        limit: null,
        remaining: null,
        reply: null,
        origin: 'none',
        trouble: { kind },
      });
      expect(troubles).toMatchObject([{ kind }]);
      const closed = asking(responder, { budgetMs: 5, onTrouble: 'tempfail' }).client;
      expect(await closed.admit(event)).toMatchObject({
        decision: 'defer',
        reply: { code: 451, enhanced: '4.3.2' },
      });
    },
  );

  it('leaves a service alone that fails again and again, as lookups do', async () => {
    const { client, asked } = asking(() => new Response('', { status: 503 }));
    for (let i = 0; i < 5; i++) await client.admit({ address: HOST, event: 'message' });
    expect(asked).toEqual(Array(3).fill('/v1/admission'));
    expect(await client.admit({ address: HOST, event: 'message' })).toMatchObject({
      trouble: { kind: 'paused' },
    });
    expect(await client.admit({ address: 'nowhere', event: 'message' })).toMatchObject({
      trouble: { kind: 'bad-address' },
    });
  });
});
