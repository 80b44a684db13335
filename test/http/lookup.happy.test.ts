import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { AllocationTable } from '../../lib/allocation/table.ts';
import {
  bulkAnswerSchema,
  lookupAnswerSchema,
  networkSchema,
  problemSchema,
} from '../../lib/http/openapi/answers.ts';
import { answerOf, postJson, storeWith, type TestApp, testApp } from '../support/http.ts';
import { DAY, HOUR, mustPrefix, NOW, recordOf } from '../support/records.ts';

const SPAMMER = '45.79.27.34';
/** One IPv4 host, as it shows through each mechanism. */
const FACES = {
  native: SPAMMER,
  mapped: `::ffff:${SPAMMER}`,
  '6to4': '2002:2d4f:1b22::25',
  teredo: '2001:0:4136:e378:8000:63bf:d2b0:e4dd',
  nat64: '64:ff9b::2d4f:1b22',
};

let test: TestApp;
beforeEach(() => {
  test = testApp();
});
const lookup = (address: string, query = '') =>
  answerOf(test.app.request(`/v1/lookup/${address}${query}`), lookupAnswerSchema);

describe('GET /v1/lookup/{address}', () => {
  it('answers with every field of the contract, for an address nobody has reported', async () => {
    const answer = await lookup('2001:470:1:2::25');
    expect(answer).toMatchObject({
      address: '2001:470:1:2::25',
      network: { kind: 'ipv6', prefix: '2001:470:1:2::/64', source: 'default', ipv4: null, shared: false },
      reputation: { subject: '2001:470:1:2::/64', spam: 0.2, observations: 0, reporters: 0, lastSeen: null },
      listing: null,
      policy: { class: 'unknown', action: 'throttle', reply: { code: 421, enhanced: '4.7.0' } },
      degraded: false,
    });
    expect(Object.keys(answer.policy.limits)).toHaveLength(12);
    expect(answer.reputation?.evidence.map(({ prefix }) => prefix)).toEqual([
      '2001:470:1:2::/64',
      '2001:470:1::/56',
      '2001:470:1::/48',
      '2001:470::/40',
      '2001:470::/36',
      '2001:470::/32',
    ]);
  });

  it('concludes from what was reported, and names the subject, the reporters and the newest evidence', async () => {
    await test.store.recordVerdicts(
      [1, 2, 3, 4].map((n) => recordOf(SPAMMER, { id: `${n}`, at: NOW - n * HOUR })),
      NOW,
    );
    const { reputation, policy } = await lookup(SPAMMER);
    expect(reputation).toMatchObject({
      subject: `${SPAMMER}/32`,
      observations: 4,
      reporters: 1,
      lastSeen: '2026-11-21T11:00:00Z',
    });
    expect(reputation?.spam).toBeGreaterThan(0.6);
    const [low = 1, high = 0] = reputation?.interval ?? [];
    expect(low).toBeLessThan(reputation?.spam ?? 0);
    expect(high).toBeGreaterThan(reputation?.spam ?? 1);
    expect(policy).toMatchObject({ class: 'bad', action: 'reject', reply: { code: 554, enhanced: '5.7.1' } });
  });

  it('shows every link of the chain, so that a reader can redo the sum by hand', async () => {
    const records = [1, 2, 3].map((n) => recordOf(SPAMMER, { id: `${n}`, at: NOW - n * DAY }));
    await test.store.recordVerdicts([...records, recordOf('45.79.27.99', { verdict: 'ham' })], NOW);
    const { reputation } = await lookup(SPAMMER);
    const levels = [...(reputation?.evidence ?? [])].reverse();
    let prior = reputation?.baseRate ?? Number.NaN;
    for (const { spam, links } of levels) {
      for (const link of links) {
        expect(link.prior).toBeCloseTo(prior, 3);
        const { strength, bad, good } = link;
        expect(link.posterior).toBeCloseTo((strength * link.prior + bad) / (strength + bad + good), 3);
        prior = link.posterior;
      }
      expect(prior).toBeCloseTo(spam, 3);
    }
    expect(levels.flatMap(({ links }) => links).some(({ bad }) => bad > 0)).toBe(true);
  });

  it('gives the five faces of one IPv4 host one reputation', async () => {
    await postJson(test.app, '/v1/verdicts', { address: FACES.teredo, verdict: 'spam', count: 5 });
    const answers = await Promise.all(Object.values(FACES).map((face) => lookup(face)));
    const { subject, spam } = answers[0]?.reputation ?? {};
    expect(subject).toBe(`${SPAMMER}/32`);
    expect(spam).toBeGreaterThan(0.5);
    for (const { reputation } of answers) expect(reputation).toMatchObject({ subject, spam });
    expect(answers.slice(1).map(({ network }) => network.ipv4)).toEqual([SPAMMER, SPAMMER, SPAMMER, SPAMMER]);
  });

  it('leaves the neighbours of a subject alone when one reporter complains', async () => {
    const before = await lookup('2001:470:1:3::1');
    await postJson(test.app, '/v1/verdicts', { address: '2001:470:1:2::1', verdict: 'spam', count: 1000 });
    const after = await lookup('2001:470:1:3::1');
    expect(after.reputation?.observations).toBe(0);
    expect(after.policy.action).toBe(before.policy.action);
  });

  it.each([
    ['2001:0470:0001:0002:0000:0000:0000:0025', '2001:470:1:2::25'],
    ['2001%3A470%3A1%3A2%3A%3A25', '2001:470:1:2::25'],
    ['2001:470:1:2::0.0.0.37', '2001:470:1:2::25'],
    ['2001:470:1:2::25'.toUpperCase(), '2001:470:1:2::25'],
    ['::ffff:45.79.27.34', '::ffff:2d4f:1b22'],
    ['45.79.27.34', '45.79.27.34'],
  ])('takes %s in the path', async (spelling, canonical) => {
    const { address } = await lookup(spelling);
    expect(address.toLowerCase()).toBe((await lookup(canonical)).address);
  });

  it('may be cached by its caller until it expires', async () => {
    const response = await test.app.request(`/v1/lookup/${SPAMMER}`);
    const seconds = Number(/^private, max-age=(\d+)$/.exec(response.headers.get('cache-control') ?? '')?.[1]);
    const { expires } = await answerOf(response, lookupAnswerSchema);
    expect(seconds).toBe(60);
    expect(Date.parse(expires)).toBe(NOW + seconds * 1000);
  });

  it('widens the limits of a stranger that proves its name', async () => {
    const stranger = await lookup(SPAMMER);
    const proven = await lookup(SPAMMER, '?fcrdns=pass&spf=pass&dkim=none&account=a&org=b&other=1');
    expect(proven.policy.limits.recipientsPerHour).toBeGreaterThan(stranger.policy.limits.recipientsPerHour);
  });

  it('has no reputation for what is not rateable, and names special space', async () => {
    const { network, reputation, policy } = await lookup('::1');
    expect(network).toMatchObject({ kind: 'special', special: 'loopback', prefix: '::1/128' });
    expect(reputation).toBeNull();
    expect(policy).toMatchObject({ class: 'local', action: 'accept', reply: null });
    expect((await lookup('2002:a00:1::1')).reputation).toBeNull();
  });

  it('names the allocation that made the prefix, its source and its date', async () => {
    const allocations = AllocationTable.of([
      {
        prefix: mustPrefix('2001:470::/32'),
        origin: 'prefixlen',
        endSiteLength: 56,
        endSites: 3,
        mechanism: 'native',
        ipv4MaskLength: 0,
        ipv4Prefix: null,
        date: NOW / 1000,
        reference: 'https://example.net/"prefixlen".csv',
      },
    ]);
    test = testApp({ allocations });
    const { network, reputation } = await lookup('2001:470:1:2::25');
    expect(network).toEqual({
      kind: 'ipv6',
      prefix: '2001:470:1::/56',
      source: 'published',
      ipv4: null,
      shared: true,
      allocation: {
        prefix: '2001:470::/32',
        origin: 'prefixlen',
        endSiteLength: 56,
        endSites: 3,
        reference: 'https://example.net/"prefixlen".csv',
        date: '2026-11-21T12:00:00Z',
      },
    });
    expect(reputation?.subject).toBe('2001:470:1::/56');
  });

  it('shows the list entry that decides', async () => {
    const listing = {
      list: 'block',
      prefix: '45.79.0.0/16',
      reason: 'a "feed"',
      expires: NOW + HOUR,
    } as const;
    test = testApp({ listingOf: () => listing });
    const answer = await lookup(SPAMMER);
    expect(answer.listing).toEqual({ ...listing, expires: '2026-11-21T13:00:00Z' });
    expect(answer.policy).toMatchObject({ class: 'bad', action: 'reject' });
  });

  it('answers HEAD with the headers alone', async () => {
    const response = await test.app.request(`/v1/lookup/${SPAMMER}`, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('private, max-age=60');
    expect(await response.text()).toBe('');
  });

  it('is JSON that no browser may run, frame or sniff, under an id of its own', async () => {
    const { headers } = await test.app.request(`/v1/lookup/${SPAMMER}`);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('POST /v1/lookup', () => {
  it('answers in the order asked, with a problem in the place of what is no address', async () => {
    const addresses = [SPAMMER, 'nonsense', '::1', 7, '2001:470:1:2::25'];
    const { results } = await answerOf(postJson(test.app, '/v1/lookup', { addresses }), bulkAnswerSchema);
    const named = results.map((result) => {
      const answer = z.safeParse(lookupAnswerSchema, result);
      return answer.success ? answer.data.address : z.parse(problemSchema, result).detail;
    });
    expect(named).toEqual([
      SPAMMER,
      'address: unexpected character at position 1 of an address',
      '::1',
      'address: a text is expected',
      '2001:470:1:2::25',
    ]);
  });

  it('says of each address exactly what one lookup says', async () => {
    await test.store.recordVerdicts([recordOf(SPAMMER)], NOW);
    const one = await (await test.app.request(`/v1/lookup/${SPAMMER}`)).text();
    const many = await postJson(test.app, '/v1/lookup', { addresses: [SPAMMER] });
    expect(await many.text()).toBe(`{"results":[${one}]}`);
  });

  it('starts all reads before it waits for the first', async () => {
    let started = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { store } = test;
    const slow = storeWith(store, {
      readTallies: async (rungs) => {
        started++;
        await gate;
        return store.readTallies(rungs);
      },
    });
    test = testApp({ store: slow, lookupBudgetMs: 10_000 });
    const addresses = Array.from({ length: 1000 }, (_, i) => `45.79.${i >> 8}.${i & 255}`);
    const pending = postJson(test.app, '/v1/lookup', { addresses });
    while (started < addresses.length) await new Promise((resolve) => setImmediate(resolve));
    release();
    expect((await answerOf(pending, bulkAnswerSchema)).results).toHaveLength(1000);
  });

  it('takes an empty list', async () => {
    expect(await answerOf(postJson(test.app, '/v1/lookup', { addresses: [] }), bulkAnswerSchema)).toEqual({
      results: [],
    });
  });
});

describe('GET /v1/network/{address}', () => {
  it('is the network of a lookup, alone, and touches no evidence', async () => {
    const dead = () => Promise.reject(new Error('touched'));
    const { app } = testApp({ store: storeWith(test.store, { readTallies: dead }) });
    for (const address of [...Object.values(FACES), '::1', '2001:470::1', '::1.2.3.4']) {
      const network = await answerOf(app.request(`/v1/network/${address}`), networkSchema);
      expect(network).toEqual((await lookup(address)).network);
    }
  });
});
