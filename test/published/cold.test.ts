import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askedOf } from '../../lib/allocation/allocation.ts';
import { type Network, networkOf, networkRead } from '../../lib/allocation/network.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { Address } from '../../lib/net/address.ts';
import { openColdAllocations } from '../../lib/published/cold.ts';
import type { FollowingAllocations } from '../../lib/published/following.ts';
import { readPublished } from '../../lib/published/import-records.ts';
import { openAllocations } from '../../lib/published/live.ts';
import { deleteEntry, putEntry } from '../../lib/published/operator-records.ts';
import { publish, stageTable } from '../../lib/published/publish.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { BlobStore } from '../../lib/store/records.ts';
import { anyAddress } from '../support/address-arbitrary.ts';
import { allocationOf } from '../support/allocations.ts';
import { type TestApp, testApp } from '../support/http.ts';
import { mustAddress, mustPrefix, NOW } from '../support/records.ts';
import { importLines, testPublisher } from './sources.ts';

const ACT = { actor: 'local', at: NOW };
/** Blocks of each family: enough for many leaves, as each says something of its own. */
const BLOCKS = 4_000;
const NATIVE = '2600:3:4::1';
const V4 = '45.0.64.9';
/** 6to4 of `V4`. */
const EMBEDDED = '2002:2d00:4009::1';

function tableOf(endSiteLength: number): AllocationTable {
  const rows = Array.from({ length: BLOCKS }, (_, i) => {
    const [high, low] = [i >> 8, i & 255];
    const said = { origin: 'prefixlen', reference: `file ${i} of ${endSiteLength}` } as const;
    const v6 = `2600:${high.toString(16)}:${low.toString(16)}::/48`;
    return [
      allocationOf(v6, { ...said, endSiteLength }),
      allocationOf(`45.${high}.${low}.0/24`, { ...said, endSiteLength: endSiteLength / 2 }),
    ];
  });
  const relay = allocationOf('2002::/16', { origin: 'prefixlen', endSiteLength: 48 });
  return AllocationTable.of([...rows.flat(), relay]);
}
const tables = { 56: tableOf(56), 60: tableOf(60) };

let store: MemoryStore;
const publisher = testPublisher('cold');
const put = async (endSiteLength: 56 | 60): Promise<void> => {
  publisher.now++;
  const facts = { ipv4: BLOCKS, ipv6: BLOCKS, refused: 0, files: [], at: publisher.now };
  const table = await stageTable(store.blobs, tables[endSiteLength], publisher);
  const published = await publish(store, new Map([['a', { table, ...facts }]]), publisher);
  if (!published.ok) throw new Error(published.error);
};

let read: string[];
let errors: string[];
let live: FollowingAllocations;
/** What happens before a leaf is read, and instead of reading it. */
let onLeaf: (key: string) => Promise<Uint8Array | null>;
beforeEach(async () => {
  store = new MemoryStore();
  read = [];
  errors = [];
  onLeaf = (key) => store.blobs.getBlob(key);
  await put(56);
  const blobs: BlobStore = {
    getBlob: (key) => {
      read.push(key.split('/')[3] ?? key);
      return key.includes('/leaf/') ? onLeaf(key) : store.blobs.getBlob(key);
    },
    putBlob: (key, bytes) => store.blobs.putBlob(key, bytes),
    deleteBlob: (key) => store.blobs.deleteBlob(key),
    listBlobs: (prefix) => store.blobs.listBlobs(prefix),
  };
  live = await openColdAllocations({ records: store.records, blobs }, (error) => {
    errors.push(String(error));
  });
});
afterEach(() => live.close());

const at = async (text: string): Promise<Network> => networkRead(mustAddress(text), live);
const said = async (text: string) => (await at(text)).allocation?.endSiteLength;

describe('a cold start', () => {
  it('reads the root, and one leaf for the first address', async () => {
    expect(read).toEqual(['root']);
    expect(await said(NATIVE)).toBe(56);
    expect(await said('2600:3:4:1::1')).toBe(56);
    expect(read).toEqual(['root', 'leaf']);
  });

  it('reads the leaf of the IPv4 as well where an address embeds one', async () => {
    const { subject, prefix } = await at(EMBEDDED);
    expect([subject, prefix]).toEqual([mustPrefix('45.0.64.0/28'), mustPrefix('2002:2d00:4009::/48')]);
    expect((await at(V4)).subject).toEqual(subject);
    expect(read).toEqual(['root', 'leaf', 'leaf']);
  });

  it('reads no leaf where the operator has spoken, nor where nothing is published', async () => {
    await putEntry(store.records, allocationOf('2600:3::/32', { endSiteLength: 48 }), ACT);
    await live.entriesChanged();
    expect(await said(NATIVE)).toBe(48);
    expect(await said('2001:470::1')).toBeUndefined();
    expect(read).toEqual(['root']);
    await deleteEntry(store.records, mustPrefix('2600:3::/32'), ACT);
    await live.entriesChanged();
    expect(await said(NATIVE)).toBe(56);
  });

  it('reads a leaf once, however many ask for it at the same time', async () => {
    const lengths = await Promise.all(Array.from({ length: 50 }, (_, i) => said(`2600:3:4:${i}::1`)));
    expect(new Set(lengths)).toEqual(new Set([56]));
    expect(read).toEqual(['root', 'leaf']);
  });

  it('answers at once from the leaves it has', async () => {
    await at(NATIVE);
    expect(networkRead(mustAddress(NATIVE), live)).not.toBeInstanceOf(Promise);
  });

  it('reads nothing where nothing is published, and follows the first import', async () => {
    const empty = new MemoryStore();
    const other = await openColdAllocations(empty, (error) => errors.push(String(error)));
    expect(networkRead(mustAddress(NATIVE), other)).toMatchObject({ source: 'default' });
    expect(other.divides(mustPrefix('2600::/16'))).toBe(false);
    await importLines(empty, 'a', ['2600:3::/32,56,'], testPublisher());
    await other.refresh();
    expect(await networkRead(mustAddress(NATIVE), other)).toMatchObject({ source: 'published' });
    expect(other.divides(mustPrefix('2600::/16'))).toBe(true);
    expect(errors).toEqual([]);
    await other.close();
  });
});

describe('allocations of which only some are read', () => {
  it('say what the whole table says, of every address and of what divides its prefix', async () => {
    const entry = allocationOf('2600:2:80::/42', { endSiteLength: 52 });
    await putEntry(store.records, entry, ACT);
    await putEntry(store.records, allocationOf('2600:2:84:10::/60', { endSiteLength: 64 }), ACT);
    await live.entriesChanged();
    const whole = await openAllocations(store, (error) => errors.push(String(error)));
    const high = fc.nat({ max: 16 });
    const small = fc.nat({ max: 260 });
    const word = fc.integer({ min: 0, max: 0xffffffff });
    const address = fc.oneof(
      anyAddress,
      fc
        .tuple(high, small, word)
        .map(([a, b, c]) => Address.v6(0x26000000 + a, b * 0x10000 + (c & 255), c, c)),
      fc.tuple(high, small, small).map(([a, b, c]) => Address.v4(0x2d000000 + a * 0x10000 + b * 0x100 + c)),
      fc.tuple(high, small, small).map(([a, b, c]) => Address.v6(0x20022d00 + a, b * 0x1000000 + c, 0, 1)),
    );
    let published = 0;
    await fc.assert(
      fc.asyncProperty(address, async (asked) => {
        const network = await networkRead(asked, live);
        expect(network).toEqual(networkOf(asked, whole));
        expect(live.divides(network.prefix)).toBe(whole.divides(network.prefix));
        if (network.source === 'published') published++;
      }),
      { seed: 42, numRuns: 5000 },
    );
    expect(published, 'the property saw published statements').toBeGreaterThan(1000);
    expect(errors).toEqual([]);
    await whole.close();
  });

  const spread = Array.from({ length: 60 }, (_, i) => mustAddress(`2600:${(i >> 2).toString(16)}:${i}::1`));
  const lengths = async (): Promise<readonly number[]> => {
    const found = await askedOf(live, (state) =>
      spread.map((address) => state.match(address)?.endSiteLength),
    );
    return [...new Set(found.map((length) => length ?? 0))];
  };
  const swapped = async (): Promise<void> => {
    await put(60);
    await live.refresh();
  };

  it('answer from the table they began with when another replaces it while leaves are on their way', async () => {
    let swaps = 0;
    onLeaf = async (key) => {
      if (swaps++ === 0) await swapped();
      return store.blobs.getBlob(key);
    };
    expect(await lengths()).toEqual([56]);
    expect(
      read.filter((what) => what === 'leaf').length,
      'many leaves, so that a mixture was possible',
    ).toBeGreaterThan(10);
    expect(await lengths()).toEqual([60]);
  });

  it('answer from the next table as a whole when the one they began with is gone', async () => {
    let begun = false;
    onLeaf = async (key) => {
      // The table before the present one is kept, so it takes two swaps; the last leaf's bytes are of the first table.
      const bytes = await store.blobs.getBlob(key);
      if (begun) return bytes;
      begun = true;
      await swapped();
      await put(60);
      return store.blobs.getBlob(key);
    };
    expect(await lengths()).toEqual([60]);
    expect(errors).toEqual([]);
  });

  it('give up when tables are replaced faster than they can be read', async () => {
    onLeaf = async (key) => {
      await put(60);
      await put(60);
      return store.blobs.getBlob(key);
    };
    await expect(said(NATIVE)).rejects.toThrow(/has lost a leaf/);
    onLeaf = (key) => store.blobs.getBlob(key);
    expect(await said(NATIVE)).toBe(60);
  });
});

describe('a leaf that cannot be read', () => {
  const faults: readonly (readonly [string, () => Promise<Uint8Array | null>])[] = [
    ['is lost', () => Promise.resolve(null)],
    ['is damaged', () => Promise.resolve(Buffer.from('rubbish'))],
    ['fails', () => Promise.reject(new Error('the store is down'))],
  ];
  const app = (): TestApp =>
    testApp({ store, allocations: live, divides: ({ prefix }) => live.divides(prefix) });
  const lookup = async (built: TestApp, address: string) =>
    (await built.app.request(`/v1/lookup/${address}`)).json();
  const post = (built: TestApp, path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    return built.app.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  const verdict = { address: NATIVE, verdict: 'spam', id: 'a' };

  it.each(faults)(
    'because it %s makes lookups degraded and takes no verdict, until it is there',
    async (_, fault) => {
      const built = app();
      onLeaf = fault;
      expect(await lookup(built, NATIVE)).toMatchObject({
        network: { prefix: '2600:3:4::/64', source: 'default' },
        reputation: null,
        policy: { action: 'accept' },
        degraded: true,
      });
      const many = await post(built, '/v1/lookup', { addresses: [NATIVE, '2001:470::1'] });
      expect(await many.json()).toMatchObject({ results: [{ degraded: true }, { degraded: false }] });
      const paths = [`/v1/network/${NATIVE}`, `/v1/history/${NATIVE}`];
      for (const path of paths) expect((await built.app.request(path)).status, path).toBe(503);
      expect((await post(built, '/v1/verdicts', verdict)).status).toBe(503);
      expect(built.log.join('\n')).toMatch(
        /network-not-read.*(has lost a leaf|is not the one|the store is down)/,
      );

      onLeaf = (key) => store.blobs.getBlob(key);
      expect((await post(built, '/v1/verdicts', verdict)).status).toBe(200);
      expect(await lookup(built, NATIVE)).toMatchObject({
        network: { prefix: '2600:3:4::/56', source: 'published' },
        reputation: { subject: '2600:3:4::/56' },
        degraded: false,
      });
      for (const path of paths) expect((await built.app.request(path)).status, path).toBe(200);
    },
  );

  it('because the store hangs is waited for as long as the time budget, and the answer is for nobody else', async () => {
    onLeaf = () => new Promise(() => undefined);
    const response = await app().app.request(`/v1/lookup/${NATIVE}`);
    expect(await response.json()).toMatchObject({ degraded: true });
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  });

  it('leaves the operator’s word in force', async () => {
    onLeaf = () => Promise.resolve(null);
    await putEntry(store.records, allocationOf('2600:3::/32', { endSiteLength: 48 }), ACT);
    await live.entriesChanged();
    expect(await lookup(app(), NATIVE)).toMatchObject({
      network: { prefix: '2600:3:4::/48' },
      degraded: false,
    });
  });
});

describe('a root that cannot be read', () => {
  it('does not keep a function from starting, and is taken once it can be', async () => {
    const { table } = await readPublished(store.records);
    const key = `published/table/${table}/root`;
    const root = await store.blobs.getBlob(key);
    await store.blobs.putBlob(key, Buffer.from('rubbish'));
    const other = await openColdAllocations(store, (error) => errors.push(String(error)));
    expect(errors).toEqual([expect.stringMatching(/the published table cannot be read: table \S+: /)]);
    expect(await networkRead(mustAddress(NATIVE), other)).toMatchObject({ source: 'default' });
    await store.blobs.putBlob(key, root ?? Buffer.of());
    await other.upToDate();
    expect(await networkRead(mustAddress(NATIVE), other)).toMatchObject({ source: 'published' });
    await other.close();
  });
});
