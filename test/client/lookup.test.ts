import { describe, expect, it } from 'vitest';
import { answering, asking, away, hanging } from '../support/asking.ts';

const SITE = '2d00:db8:0:100::/56';

describe('a lookup', () => {
  it('answers with the policy of the service, and the next one for the prefix from the cache', async () => {
    const { client, asked } = asking(() => answering(SITE, 60));
    expect(await client.lookup('2d00:db8:0:100::25')).toMatchObject({
      class: 'unknown',
      action: 'throttle',
      reply: { code: 421, enhanced: '4.7.0', text: 'Limit reached' },
      limits: { concurrentConnections: 2, retryAfterSeconds: 300 },
      reason: 'nothing is known',
      origin: 'service',
      trouble: null,
      answer: { network: { prefix: SITE } },
    });
    expect(await client.lookup('2d00:DB8:0:1ff:0::ffff')).toMatchObject({
      action: 'throttle',
      origin: 'cache',
    });
    expect(asked).toEqual(['/v1/lookup/2d00:db8:0:100::25']);
    await client.lookup('2d00:db8:0:200::25');
    expect(asked).toHaveLength(2);
    expect(client.counts()).toMatchObject({
      lookups: { service: 2, cache: 1, stale: 0, none: 0 },
      cached: 2,
    });
  });

  it('asks again once the answer has expired, by the max-age of the answer and not by its clock', async () => {
    const { client, asked, pass } = asking(() => answering(SITE, 60, { expires: '2001-01-01T00:00:00Z' }));
    await client.lookup('2d00:db8:0:100::25');
    pass(59_999);
    expect(await client.lookup('2d00:db8:0:101::25')).toMatchObject({ origin: 'cache' });
    pass(1);
    expect(await client.lookup('2d00:db8:0:101::25')).toMatchObject({ origin: 'service' });
    expect(asked).toHaveLength(2);
  });

  it('takes the longest of the prefixes that cover the address', async () => {
    const { client, asked } = asking((path) =>
      path.endsWith('::25') ? answering('2d00:db8:0:100::/56', 60) : answering('2d00:db8:0:180::/64', 60),
    );
    await client.lookup('2d00:db8:0:180::1');
    await client.lookup('2d00:db8:0:100::25');
    const narrow = await client.lookup('2d00:db8:0:180::7');
    const wide = await client.lookup('2d00:db8:0:181::7');
    expect(narrow.answer?.network.prefix).toBe('2d00:db8:0:180::/64');
    expect(wide.answer?.network.prefix).toBe('2d00:db8:0:100::/56');
    expect(asked).toHaveLength(2);
  });

  it('lets families never meet, and an IPv4-mapped address share the answer of the host it is', async () => {
    const { client, asked } = asking((path) => answering(path.includes(':') ? '::/8' : '203.0.113.0/24', 60));
    await client.lookup('::ffff:203.0.113.7');
    expect(await client.lookup('203.0.113.9')).toMatchObject({ origin: 'cache' });
    expect(await client.lookup('::cb00:7109')).toMatchObject({ origin: 'service' });
    expect(asked).toEqual(['/v1/lookup/203.0.113.7', '/v1/lookup/::cb00:7109']);
  });

  it('shares an answer that rests on facts with questions of the same facts only', async () => {
    const { client, asked } = asking(() => answering(SITE, 60));
    await client.lookup('2d00:db8:0:100::25', { fcrdns: 'pass', spf: 'none' });
    expect(await client.lookup('2d00:db8:0:100::25')).toMatchObject({ origin: 'service' });
    expect(await client.lookup('2d00:db8:0:101::1', { spf: 'none', fcrdns: 'pass' })).toMatchObject({
      origin: 'cache',
    });
    await client.lookup('2d00:db8:0:100::25', { account: 'müller & sons' });
    expect(asked).toEqual([
      '/v1/lookup/2d00:db8:0:100::25?fcrdns=pass&spf=none',
      '/v1/lookup/2d00:db8:0:100::25',
      '/v1/lookup/2d00:db8:0:100::25?account=m%C3%BCller+%26+sons',
    ]);
  });

  it('keeps an answer that expires at once, or that does not cover its own address, to the address', async () => {
    for (const answer of [() => answering(SITE, 0), () => answering('2d00:db9::/32', 60)]) {
      const { client, asked } = asking(answer);
      await client.lookup('2d00:db8:0:100::25');
      await client.lookup('2d00:db8:0:100::26');
      expect(asked).toHaveLength(2);
    }
  });

  it('tells what is no address without asking', async () => {
    const { client, asked } = asking(away);
    expect(await client.lookup('fe80::1%eth0')).toMatchObject({
      action: 'accept',
      origin: 'none',
      trouble: { kind: 'bad-address', detail: 'a zone identifier (%) has no meaning off its own host' },
    });
    expect(asked).toEqual([]);
  });

  it('keeps no more answers than it may', async () => {
    const { client, asked } = asking((path) => answering(`${path.slice('/v1/lookup/'.length)}/128`, 60), {
      cacheSize: 2,
    });
    for (const host of [1, 2, 1, 3, 1, 2]) await client.lookup(`2d00:db8::${host}`);
    // The third evicts the second, which was asked about longest ago.
    expect(asked).toHaveLength(4);
    expect(client.counts().cached).toBe(2);
  });
});

describe('lookups at the same time', () => {
  it('make one request for one address, and for addresses of one usual end site', async () => {
    const { client, asked } = asking(() => answering('2d00:db8:0:100::/64', 60));
    const hosts = Array.from({ length: 50 }, (_, i) => `2d00:db8:0:100::${(i % 25) + 1}`);
    const lookups = await Promise.all(hosts.map((host) => client.lookup(host)));
    expect(lookups.map(({ action }) => action)).toEqual(hosts.map(() => 'throttle'));
    expect(asked).toHaveLength(1);
  });

  it('make one request for a wider prefix that was known before', async () => {
    const { client, asked, pass } = asking(() => answering(SITE, 60));
    await client.lookup('2d00:db8:0:100::1');
    pass(60_000);
    await Promise.all(['100::1', '101::1', '1ff::1'].map((rest) => client.lookup(`2d00:db8:0:${rest}`)));
    expect(asked).toHaveLength(2);
  });

  it('make one request an address where the end site turns out to be told apart', async () => {
    const { client, asked } = asking((path) =>
      answering('2d00:db8:0:100::/64', 0, {
        reputation: { subject: path, spam: 0.5, interval: [0, 1], observations: 9 },
      }),
    );
    const hosts = Array.from({ length: 20 }, (_, i) => `2d00:db8:0:100::${(i % 10) + 1}`);
    const lookups = await Promise.all(hosts.map((host) => client.lookup(host)));
    expect(lookups.map(({ answer }) => answer?.reputation?.subject)).toEqual(
      hosts.map((host) => `/v1/lookup/${host}`),
    );
    expect(asked).toHaveLength(10);
  });

  it('make no more requests than may be under way, and let mail flow beyond', async () => {
    const { client, asked } = asking(hanging, { maxInFlight: 3, requestTimeoutMs: 50 });
    const lookups = await Promise.all([1, 2, 3, 4, 5].map((site) => client.lookup(`2d00:db8:${site}::1`)));
    expect(lookups.map(({ trouble }) => trouble?.kind)).toEqual([
      'timeout',
      'timeout',
      'timeout',
      'busy',
      'busy',
    ]);
    expect(lookups.every(({ action }) => action === 'accept')).toBe(true);
    expect(asked).toHaveLength(3);
  });
});
