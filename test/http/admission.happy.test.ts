import { describe, expect, it } from 'vitest';
import { admissionSchema } from '../../lib/http/openapi/admission-answers.ts';
import type { Listing } from '../../lib/policy/decide.ts';
import { LEASE_MS } from '../../lib/quota/sessions.ts';
import { answerOf, postJson, type TestApp, testApp } from '../support/http.ts';
import { liveApp } from '../support/live-app.ts';
import { NOW } from '../support/records.ts';

const HOST = '2a00:1450:8319:fe42::1';

async function admitted({ app }: Pick<TestApp, 'app'>, body: object) {
  return answerOf(postJson(app, '/v1/admission', { address: HOST, ...body }), admissionSchema);
}

/** A listing that covers everything. */
const listed = (list: Listing['list']) => ({
  listingOf: () => ({ list, prefix: '2a00::/16', reason: 'ticket 42', expires: null }),
});

describe('POST /v1/admission', () => {
  it('says what a stranger still has, and then what keeps it out, with the reply to give', async () => {
    const service = testApp();
    const first = await admitted(service, { event: 'message' });
    expect(first).toEqual({
      address: HOST,
      prefix: '2a00:1450:8319:fe42::/64',
      event: 'message',
      decision: 'allow',
      limit: { name: 'messagesPerConnection', value: 5 },
      remaining: 4,
      retryAfterSeconds: 0,
      class: 'unknown',
      action: 'throttle',
      reply: null,
      reason: expect.any(String),
      degraded: false,
    });
    for (const _ of [2, 3, 4, 5])
      expect((await admitted(service, { event: 'message' })).decision).toBe('allow');
    expect(await admitted(service, { event: 'message' })).toMatchObject({
      decision: 'defer',
      limit: { name: 'messagesPerMinute', value: 5 },
      remaining: 0,
      retryAfterSeconds: 12,
      reply: {
        code: 451,
        enhanced: '4.7.1',
        text: 'Limit reached, try again later: at most 5 messages a minute from 2a00:1450:8319:fe42::/64',
      },
    });
  });

  it('shares one allowance among all of an end site, and leaves its neighbours theirs', async () => {
    const service = await liveApp();
    await service.put('2a00:1450::/32', { endSiteLength: 56 });
    const remaining = async (address: string) =>
      (await admitted(service, { address, event: 'message' })).remaining;
    expect(await remaining('2a00:1450:8319:fe00::1')).toBe(4);
    expect(await remaining('2a00:1450:8319:fe42::1')).toBe(3);
    const { prefix, limit } = await admitted(service, {
      address: '2a00:1450:8319:feff::9',
      event: 'message',
      count: 4,
    });
    expect([prefix, limit]).toEqual(['2a00:1450:8319:fe00::/56', { name: 'messagesPerMinute', value: 5 }]);
    expect(await remaining('2a00:1450:8319:ff00::1')).toBe(4);
  });

  it('counts a host for what it is, whichever face it shows', async () => {
    const service = testApp();
    for (const address of ['8.8.8.8', '::ffff:8.8.8.8', '2002:808:808::1', '64:ff9b::8.8.8.8']) {
      await admitted(service, { address, event: 'message' });
    }
    expect(await admitted(service, { address: '8.8.8.8', event: 'message', count: 2 })).toMatchObject({
      prefix: '8.8.8.8/32',
      decision: 'defer',
    });
  });

  it('counts an account for itself, wherever it connects from', async () => {
    const service = testApp();
    const account = 'anna@example.com';
    await admitted(service, { event: 'message', account, count: 5 });
    expect((await admitted(service, { event: 'message' })).decision).toBe('allow');
    const other = { address: '45.79.27.34', event: 'message', account };
    expect(await admitted(service, other)).toMatchObject({
      decision: 'defer',
      reply: { text: 'Limit reached, try again later: at most 5 messages a minute from this account' },
    });
    expect((await admitted(service, { ...other, account: 'Anna@example.com' })).decision).toBe('allow');
  });

  it('holds connections until they end, or are silent for too long', async () => {
    let now = NOW;
    const service = testApp({ clock: () => now });
    const connect = async (session: string) => admitted(service, { event: 'connect', session });
    expect((await connect('a')).remaining).toBe(1);
    expect((await connect('b')).remaining).toBe(0);
    expect(await connect('c')).toMatchObject({
      decision: 'defer',
      limit: { name: 'concurrentConnections', value: 2 },
      retryAfterSeconds: 300,
      reply: { code: 421, enhanced: '4.7.0' },
    });
    expect(await admitted(service, { event: 'disconnect', session: 'a' })).toMatchObject({
      decision: 'allow',
    });
    expect((await connect('c')).decision).toBe('allow');
    now += LEASE_MS;
    expect((await connect('d')).remaining).toBe(1);
  });

  it('keeps the recipients of a message and the errors of a connection', async () => {
    const service = testApp();
    const event = (kind: string, count = 1) => admitted(service, { event: kind, session: 'mx1/1', count });
    await event('message');
    expect(await event('recipient', 10)).toMatchObject({ decision: 'allow', remaining: 0 });
    expect(await event('recipient')).toMatchObject({
      decision: 'defer',
      limit: { name: 'recipientsPerMessage', value: 10 },
      reply: { code: 452, enhanced: '4.5.3' },
    });
    expect(await event('error', 3)).toMatchObject({ decision: 'allow', remaining: 0 });
    expect(await event('error')).toMatchObject({
      decision: 'defer',
      limit: { name: 'errorsPerConnection', value: 3 },
      reply: { code: 421, enhanced: '4.7.0' },
    });
    expect(await event('message')).toMatchObject({
      decision: 'defer',
      limit: { name: 'errorsPerConnection' },
    });
  });

  it('answers at once what the policy rejects, and still takes note of what has happened', async () => {
    const service = testApp(listed('block'));
    expect(await admitted(service, { event: 'connect', session: 'a' })).toMatchObject({
      decision: 'refuse',
      limit: null,
      remaining: 0,
      retryAfterSeconds: 900,
      class: 'bad',
      reply: { code: 554, enhanced: '5.7.1' },
    });
    for (const event of ['error', 'disconnect']) {
      expect((await admitted(service, { event, session: 'a' })).decision).toBe('allow');
    }
  });

  it('gives senders on the allow list and the operator’s own side their wider limits', async () => {
    const allowed = await admitted(testApp(listed('allow')), { event: 'message', session: 'a' });
    expect(allowed).toMatchObject({ decision: 'allow', class: 'good', limit: { value: 200 } });
    const local = await admitted(testApp(), { address: '127.0.0.1', event: 'connect' });
    expect(local).toMatchObject({
      decision: 'allow',
      class: 'local',
      prefix: '127.0.0.1/32',
      remaining: 199,
    });
  });

  it('takes the facts of a lookup into account', async () => {
    const proven = await admitted(testApp(), { event: 'recipient', fcrdns: 'pass', spf: 'pass' });
    expect(proven).toMatchObject({ limit: { name: 'recipientsPerMessage', value: 50 } });
    const failing = await admitted(testApp(), { event: 'connect', fcrdns: 'fail', spf: 'fail' });
    expect(failing).toMatchObject({
      decision: 'defer',
      limit: null,
      reply: { code: 451, enhanced: '4.7.1' },
    });
  });
});
