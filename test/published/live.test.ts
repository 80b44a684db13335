import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { readPublished } from '../../lib/published/import-records.ts';
import { type LiveAllocations, openAllocations } from '../../lib/published/live.ts';
import { deleteEntry, listEntries, putEntry } from '../../lib/published/operator-records.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { BlobStore } from '../../lib/store/records.ts';
import { allocationOf } from '../support/allocations.ts';
import { mustAddress, mustPrefix, NOW } from '../support/records.ts';
import { importLines, type TestPublisher, testPublisher } from './sources.ts';

const ACT = { actor: 'local', at: NOW };

let store: MemoryStore;
let publisher: TestPublisher;
let errors: string[];
let live: LiveAllocations;
const open = async (over: Partial<{ blobs: BlobStore }> = {}): Promise<LiveAllocations> => {
  live = await openAllocations({ records: store.records, blobs: store.blobs, ...over }, (error) => {
    errors.push(error instanceof Error ? error.message : String(error));
  });
  return live;
};
const said = (address: string) => {
  const found = live.match(mustAddress(address));
  return found && `${found.origin} ${found.endSiteLength}`;
};

beforeEach(() => {
  store = new MemoryStore();
  publisher = testPublisher();
  errors = [];
});
afterEach(() => live.close());

describe('the allocations of a process', () => {
  it('are those of the store when it starts', async () => {
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    await putEntry(store.records, allocationOf('2600:1f01::/32', { endSiteLength: 48 }), ACT);
    await open();
    expect(said('2600:1f00::1')).toBe('prefixlen 56');
    expect(said('2600:1f01::1')).toBe('operator 48');
    expect(said('2600:1f02::1')).toBeUndefined();
  });

  it('follow imports and entries made elsewhere', async () => {
    await open();
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    await putEntry(store.records, allocationOf('2600:1f01::/32', { endSiteLength: 48 }), ACT);
    expect(said('2600:1f00::1')).toBeUndefined();
    await live.refresh();
    expect(said('2600:1f00::1')).toBe('prefixlen 56');
    expect(said('2600:1f01::1')).toBe('operator 48');
    await deleteEntry(store.records, mustPrefix('2600:1f01::/32'), ACT);
    await live.refresh();
    expect(said('2600:1f01::1')).toBeUndefined();
  });

  it('have own entries at once, also when a refresh is under way', async () => {
    await open();
    const underWay = live.refresh();
    await putEntry(store.records, allocationOf('2600:1f00::/32', { endSiteLength: 48 }), ACT);
    await live.entriesChanged();
    expect(said('2600:1f00::1')).toBe('operator 48');
    await underWay;
  });

  it('have the operator’s word before any published one, however long its block', async () => {
    await importLines(store, 'a', ['2600:1f00:1::/48,64,', '2600:1f00::/32,56,'], publisher);
    await putEntry(store.records, allocationOf('2600:1f00::/24', { endSiteLength: 48 }), ACT);
    await open();
    expect(said('2600:1f00:1::1')).toBe('operator 48');
  });
});

describe('a prefix that allocations divide', () => {
  it('is one with a published statement in a part of it, unless the operator spoke for all of it', async () => {
    const divided = (): boolean => live.divides(mustPrefix('2600:1f00:0:100::/56'));
    await importLines(store, 'a', ['2600:1f00::/32,56,', '2600:1f00:0:180::/60,64,'], publisher);
    await open();
    expect(divided()).toBe(true);
    expect(live.divides(mustPrefix('2600:1f00:0:200::/56'))).toBe(false);
    await putEntry(store.records, allocationOf('2600:1f00::/40', { endSiteLength: 56 }), ACT);
    await live.entriesChanged();
    expect(divided()).toBe(false);
    await putEntry(store.records, allocationOf('2600:1f00:0:100::/57', { endSiteLength: 60 }), ACT);
    await live.entriesChanged();
    expect(divided()).toBe(true);
  });
});

describe('a published table that cannot be read', () => {
  it('leaves the last good one in force, and is taken once it can', async () => {
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    await open();
    await importLines(store, 'a', ['2600:1f00::/32,60,'], publisher);
    const { table } = await readPublished(store.records);
    const key = `published/table/${table}/root`;
    const root = await store.blobs.getBlob(key);
    await store.blobs.putBlob(key, Buffer.from('rubbish'));
    await live.refresh();
    expect(said('2600:1f00::1')).toBe('prefixlen 56');
    expect(errors).toEqual([expect.stringMatching(/^the published table cannot be read: table \S+: /)]);
    await store.blobs.putBlob(key, root ?? Buffer.of());
    await live.refresh();
    expect(said('2600:1f00::1')).toBe('prefixlen 60');
  });

  it('does not keep a service from starting', async () => {
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    const { table } = await readPublished(store.records);
    const key = `published/table/${table}/root`;
    const root = await store.blobs.getBlob(key);
    await store.blobs.deleteBlob(key);
    await putEntry(store.records, allocationOf('2600:1f01::/32', { endSiteLength: 48 }), ACT);
    await open();
    expect(said('2600:1f00::1')).toBeUndefined();
    expect(said('2600:1f01::1')).toBe('operator 48');
    expect(errors).toEqual([`the published table cannot be read: table ${table} has no root`]);
    await store.blobs.putBlob(key, root ?? Buffer.of());
    await live.refresh();
    expect(said('2600:1f00::1')).toBe('prefixlen 56');
  });

  it('is asked for anew when it was replaced and removed while it was read', async () => {
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    let swaps = 0;
    const blobs: BlobStore = {
      getBlob: async (key) => {
        // Two swaps before the first leaf is there: the table that is being read is gone.
        while (key.includes('/leaf/') && swaps < 2) {
          swaps++;
          await importLines(store, 'a', ['2600:1f00::/32,60,'], publisher);
        }
        return store.blobs.getBlob(key);
      },
      putBlob: (key, bytes) => store.blobs.putBlob(key, bytes),
      deleteBlob: (key) => store.blobs.deleteBlob(key),
      listBlobs: (prefix) => store.blobs.listBlobs(prefix),
    };
    await open({ blobs });
    expect(swaps).toBe(2);
    expect(said('2600:1f00::1')).toBe('prefixlen 60');
    expect(errors).toEqual([]);
  });
});

describe('operator entries in the store', () => {
  it('that this version cannot understand are told of and left out', async () => {
    const change = { kind: 'allocation', key: 'x', value: { from: 'the future' } } as const;
    const audit = { at: NOW, actor: 'local', act: 'x', target: 'x', reason: null, detail: null };
    await store.records.changeRecords([change], audit);
    await putEntry(store.records, allocationOf('2600:1f01::/32', { endSiteLength: 48 }), ACT);
    await open();
    expect(said('2600:1f01::1')).toBe('operator 48');
    expect(errors).toEqual(['operator entry x is not as this version writes them']);
  });

  it('are many, and in address order', async () => {
    const blocks = ['10.0.0.0/8', '10.0.0.0/24', '100.64.0.0/10', '2600::/32', '2600:0:1::/48', '2a00::/16'];
    for (const block of blocks.toReversed()) await putEntry(store.records, allocationOf(block), ACT);
    for (let i = 0; i < 1_100; i++) {
      const block = `2c00:${i.toString(16)}::/32`;
      await putEntry(store.records, allocationOf(block, { endSiteLength: 60 }), ACT);
    }
    await open();
    expect(said('2c00:44b::1')).toBe('operator 60');
    const seen: string[] = [];
    let after = null;
    do {
      const page: Awaited<ReturnType<typeof listEntries>> = await listEntries(store.records, {
        after,
        limit: 100,
      });
      seen.push(...page.items.map(({ prefix }) => formatPrefix(prefix)));
      after = page.next === null ? null : mustPrefix(page.next);
    } while (after !== null);
    expect(seen.slice(0, 6)).toEqual(blocks);
    expect(seen).toHaveLength(1_106);
  });
});
