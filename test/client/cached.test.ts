/**
 * The promise that the cache rests on, held against the service itself: what one address of a prefix was told, any other would
 * be told as well.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openLists } from '../../lib/lists/live.ts';
import { formatAddress, parseAddress } from '../../lib/net/address.ts';
import { openAllocations } from '../../lib/published/live.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { SEED } from '../support/arbitraries.ts';
import { asking } from '../support/asking.ts';
import { postJson, testApp } from '../support/http.ts';

const never = (error: unknown): never => {
  throw error;
};

/** A service that answers by its operator entries and lists. */
async function service() {
  const store = new MemoryStore();
  const lists = await openLists(store.records, never);
  const allocations = await openAllocations(store, never);
  const { listingOf, divides, changed } = lists;
  const { app } = testApp({
    store,
    allocations,
    entriesChanged: allocations.entriesChanged,
    listingOf,
    divides: (network, now) => divides(network, now) || allocations.divides(network.prefix),
    listsChanged: changed,
  });
  const put = async (path: string, body: object): Promise<void> => {
    const response = await app.request(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status >= 400) throw new Error(`${path}: ${await response.text()}`);
  };
  const close = async (): Promise<void> => {
    await lists.close();
    await allocations.close();
  };
  return { app, put, close };
}

/** Addresses crowded into two /56s of one block and into every translation of two IPv4 hosts. */
const anyAddress: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(fc.constantFrom('1', '2'), fc.constantFrom('00', '01', '80', '8f'), fc.constantFrom('25', '26'))
    .map(([site, subnet, host]) => `2d00:db8:0:${site}${subnet}::${host}`),
  fc
    .tuple(
      fc.constantFrom('1', '2'),
      fc.constantFrom('00', '80'),
      fc.constantFrom('5efe:2d4f:1b22', '1:fe00:1'),
    )
    .map(([site, subnet, host]) => `2d00:db8:0:${site}${subnet}:0:${host}`),
  fc.constantFrom(
    '45.79.27.34',
    '45.79.27.35',
    '::ffff:45.79.27.34',
    '::ffff:10.0.0.1',
    '10.0.0.1',
    '2002:2d4f:1b22::25',
    '2002:2d4f:1b22:8000::1',
    '64:ff9b::2d4f:1b22',
    '2001:0:c000:201:0:63bf:d2b0:e4dd',
    'fe80::1',
    '::1',
  ),
);

const anySetting = fc.record({
  entries: fc.uniqueArray(
    fc.constantFrom<readonly [string, number]>(
      ['2d00:db8::/32', 56],
      ['2d00:db8:0:100::/56', 60],
      ['2d00:db8:0:180::/60', 64],
      ['2d00:db8:0:200::/57', 64],
      ['45.79.27.0/24', 30],
      ['45.79.27.34/32', 32],
    ),
    { maxLength: 4, selector: ([prefix]) => prefix },
  ),
  blocked: fc.uniqueArray(
    fc.constantFrom(
      '2d00:db8:0:180::/64',
      '2d00:db8:0:100::25/128',
      '2002:2d4f:1b22:8000::/64',
      '45.79.27.35/32',
    ),
    { maxLength: 2 },
  ),
  verdicts: fc.array(
    fc.record({ address: anyAddress, verdict: fc.constantFrom('spam', 'ham'), count: fc.constantFrom(1, 5) }),
    { maxLength: 12 },
  ),
  addresses: fc.array(anyAddress, { minLength: 30, maxLength: 60 }),
});

it('tells every address of a prefix from the cache what the service would tell it itself', async () => {
  let cached = 0;
  await fc.assert(
    fc.asyncProperty(anySetting, async ({ entries, blocked, verdicts, addresses }) => {
      const { app, put, close } = await service();
      for (const [prefix, endSiteLength] of entries) {
        await put(`/v1/allocations/${encodeURIComponent(prefix)}`, { endSiteLength });
      }
      for (const prefix of blocked)
        await put(`/v1/lists/block/${encodeURIComponent(prefix)}`, { reason: 'test' });
      await postJson(app, '/v1/verdicts', { verdicts });
      const { client } = asking((path) => app.request(path));
      for (const address of addresses) {
        const told = await client.lookup(address);
        const itself = asking((path) => app.request(path));
        const fresh = await itself.client.lookup(address);
        cached += told.origin === 'cache' ? 1 : 0;
        // What a cached answer says of the one address it was given for: its kind, and the IPv4 host of an ISATAP identifier.
        const network = {
          ...fresh.answer?.network,
          kind: expect.any(String),
          ipv4: told.answer?.network.ipv4,
        };
        expect(told, address).toEqual({
          ...fresh,
          origin: told.origin,
          answer: { ...fresh.answer, network },
        });
      }
      await client.close();
      await close();
    }),
    { seed: SEED, numRuns: 15 },
  );
  expect(cached).toBeGreaterThan(100);
});

it('writes every address it asks for in the one way the service reads', async () => {
  const { client, asked } = asking(async (path) => {
    throw new TypeError(path);
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.ipV6(), fc.ipV4()), async (text) => {
      const before = asked.length;
      const { trouble } = await client.lookup(text);
      const parsed = parseAddress(text);
      if (trouble?.kind === 'paused' || trouble?.kind === 'bad-address') return;
      const [path = ''] = asked.slice(before);
      const again = parseAddress(path.slice('/v1/lookup/'.length));
      expect(again.ok && parsed.ok && formatAddress(again.value)).toBe(path.slice('/v1/lookup/'.length));
    }),
    { seed: SEED, numRuns: 300 },
  );
});
