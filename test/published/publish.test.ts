import { beforeEach, describe, expect, it } from 'vitest';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { readPublished, readSources } from '../../lib/published/import-records.ts';
import { publish } from '../../lib/published/publish.ts';
import { listTables, newTableId, readTable, writeTable } from '../../lib/published/stored-table.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { DAY, mustAddress } from '../support/records.ts';
import { importLines, type TestPublisher, testPublisher } from './sources.ts';

let store: MemoryStore;
let publisher: TestPublisher;
beforeEach(() => {
  store = new MemoryStore();
  publisher = testPublisher();
});

/** What the table in force says of an address. */
async function said(address: string): Promise<string | undefined> {
  const { table } = await readPublished(store.records);
  const read = await readTable(store.blobs, table);
  if (!read.ok) throw new Error(read.error.detail);
  const allocation = read.value.match(mustAddress(address));
  return (
    allocation && `${formatPrefix(allocation.prefix)} ${allocation.endSiteLength} ${allocation.reference}`
  );
}

const object = (key: string, ...attributes: readonly string[]) => [
  `inet6num: ${key}`,
  ...attributes,
  'source: RIPE',
  '',
];

describe('sources side by side', () => {
  it('win by their kind, then by the longest block, whatever the order of the imports', async () => {
    const rpsl = [
      ...object('2600:1f00::/36', 'status: AGGREGATED-BY-LIR', 'assignment-size: 48'),
      ...object('2600:1f00:ff::/48', 'status: ASSIGNED'),
      ...object('2600:1f01::/48', 'status: ASSIGNED'),
    ];
    const csv = ['2600:1f00::/32,56,'];
    for (const order of ['rpsl first', 'csv first']) {
      store = new MemoryStore();
      const steps = [
        () => importLines(store, 'dump', rpsl, publisher),
        () => importLines(store, 'file', csv, publisher),
      ];
      for (const step of order === 'rpsl first' ? steps : steps.reverse()) await step();
      expect(await said('2600:1f00::1'), order).toBe('2600:1f00::/32 56 file');
      expect(await said('2600:1f00:ff::1'), order).toBe('2600:1f00::/32 56 file');
      expect(await said('2600:1f01::1'), order).toBe('2600:1f01::/48 48 RIPE inet6num');
      expect(await said('2600:1f02::1'), order).toBeUndefined();
    }
  });

  it('stay when another is imported, and go when they are replaced or removed', async () => {
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    await importLines(store, 'b', ['2600:1f01::/32,48,'], publisher);
    expect(await said('2600:1f00::1')).toBe('2600:1f00::/32 56 a');
    await importLines(store, 'a', ['2600:1f02::/32,60,'], publisher);
    expect(await said('2600:1f00::1')).toBeUndefined();
    expect(await said('2600:1f01::1')).toBe('2600:1f01::/32 48 b');
    expect(await said('2600:1f02::1')).toBe('2600:1f02::/32 60 a');
    await publish(store, new Map([['b', null]]), publisher);
    expect(await said('2600:1f01::1')).toBeUndefined();
    await publish(store, new Map([['a', null]]), publisher);
    expect(await said('2600:1f02::1')).toBeUndefined();
    expect(await readPublished(store.records)).toMatchObject({ table: null, sources: {} });
  });

  it('leave an audit entry each time, with what changed', async () => {
    await importLines(store, 'a', ['2600:1f00::/32,56,', 'rubbish,,'], publisher);
    const { items } = await store.records.listAudit({ limit: 10 });
    expect(items).toMatchObject([
      {
        at: publisher.now,
        actor: 'cli',
        act: 'import.publish',
        target: 'a',
        detail: { sources: { a: { ipv4: 0, ipv6: 1, refused: 1, files: ['a'] } } },
      },
    ]);
  });
});

describe('imports at the same time', () => {
  it('lose nothing of one another', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `s${i}`);
    await Promise.all(
      names.map((name, i) => importLines(store, name, [`2600:${1000 + i}::/32,56,`], testPublisher(name))),
    );
    for (const [i, name] of names.entries()) {
      expect(await said(`2600:${1000 + i}::1`)).toBe(`2600:${1000 + i}::/32 56 ${name}`);
    }
    const published = await readPublished(store.records);
    expect(Object.keys(published.sources).sort()).toEqual(names);
  });
});

describe('tables that nobody names any more', () => {
  it('are removed at the next swap but one, so that who reads the old one can finish', async () => {
    const inUse = async () => {
      const { table, previous } = await readPublished(store.records);
      const sources = [...(await readSources(store.records)).values()].map((source) => source.table);
      return new Set([table, previous, ...sources].filter((id) => id !== null));
    };
    for (let i = 0; i < 5; i++) {
      const before = (await readPublished(store.records)).table;
      await importLines(store, i % 2 === 0 ? 'a' : 'b', [`2600:1f0${i}::/32,56,`], publisher);
      expect(await listTables(store.blobs)).toEqual(await inUse());
      const kept = await readTable(store.blobs, before);
      expect(kept.ok).toBe(true);
    }
  });

  it('are removed a day after a run that was killed, not while another may still write them', async () => {
    const leftOver = newTableId(publisher.now, 'killed');
    await writeTable(store.blobs, leftOver, AllocationTable.empty, publisher.now);
    publisher.now += DAY / 2;
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    expect(await listTables(store.blobs)).toContain(leftOver);
    publisher.now += DAY;
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    expect(await listTables(store.blobs)).not.toContain(leftOver);
  });
});

describe('a source whose table is damaged', () => {
  async function damage(name: string): Promise<void> {
    const table = (await readSources(store.records)).get(name)?.table ?? '';
    for (const key of await store.blobs.listBlobs(`published/table/${table}/leaf`)) {
      await store.blobs.putBlob(key, Buffer.from('rubbish'));
    }
  }

  it('is named, and changes nothing, until it is imported anew', async () => {
    await importLines(store, 'a', ['2600:1f00::/32,56,'], publisher);
    await importLines(store, 'b', ['2600:1f01::/32,48,'], publisher);
    await damage('a');
    await expect(importLines(store, 'b', ['2600:1f02::/32,48,'], publisher)).rejects.toThrow(
      /^what is kept of source a cannot be read \(.*\): import or remove it$/,
    );
    expect(await said('2600:1f01::1')).toBe('2600:1f01::/32 48 b');
    await importLines(store, 'a', ['2600:1f00::/32,60,'], publisher);
    expect(await said('2600:1f00::1')).toBe('2600:1f00::/32 60 a');
  });
});
