import { beforeEach, describe, expect, it } from 'vitest';
import { readPublished, readSources } from '../../lib/published/import-records.ts';
import { importSource } from '../../lib/published/import-source.ts';
import { readTable } from '../../lib/published/stored-table.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { mustAddress } from '../support/records.ts';
import { fileOf, importLines, type TestPublisher, testPublisher } from './sources.ts';

let store: MemoryStore;
let publisher: TestPublisher;
beforeEach(() => {
  store = new MemoryStore();
  publisher = testPublisher();
});

const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `2600:${(from + i).toString(16)}::/32,56,`);

async function lengthAt(address: string): Promise<number | undefined> {
  const table = await readTable(store.blobs, (await readPublished(store.records)).table);
  return table.ok ? table.value.match(mustAddress(address))?.endSiteLength : undefined;
}

describe('a source that comes with less than before', () => {
  it('may lose half, but not more, unless that is said to be right', async () => {
    await importLines(store, 'a', rows(10), publisher);
    expect(await importLines(store, 'a', rows(5), publisher)).toMatchObject({ outcome: 'taken' });
    expect(await lengthAt('2600:9::1')).toBeUndefined();
    await importLines(store, 'a', rows(10), publisher);
    expect(await importLines(store, 'a', rows(4), publisher)).toMatchObject({ outcome: 'shrunk' });
    expect(await lengthAt('2600:9::1')).toBe(56);
    const allowed = await importLines(store, 'a', rows(4), publisher, { allowShrink: true });
    expect(allowed).toMatchObject({ outcome: 'taken' });
    expect(await lengthAt('2600:9::1')).toBeUndefined();
  });

  it('is looked at family by family', async () => {
    const ipv4 = Array.from({ length: 100 }, (_, i) => `5.${i}.0.0/16,32,`);
    await importLines(store, 'a', [...ipv4, ...rows(2)], publisher);
    expect(await importLines(store, 'a', ipv4, publisher)).toMatchObject({ outcome: 'shrunk' });
    expect(await lengthAt('2600:1::1')).toBe(56);
  });

  it('never loses everything to an empty or broken feed, whatever is allowed', async () => {
    await importLines(store, 'a', rows(1), publisher);
    for (const lines of [[], ['# nothing'], ['<html>', '</html>']]) {
      const { outcome } = await importLines(store, 'a', lines, publisher, { allowShrink: true });
      expect(outcome).toBe('empty');
      expect(await lengthAt('2600:0::1')).toBe(56);
    }
  });
});

describe('a file that breaks off', () => {
  it('adds to what its source had and takes nothing away', async () => {
    await importLines(store, 'a', rows(10), publisher);
    const half = ['2600:0::/32,48,', '2600:a::/32,48,'];
    expect(await importLines(store, 'a', half, publisher, { breaksOff: true })).toMatchObject({
      outcome: 'taken',
    });
    expect(await lengthAt('2600:0::1')).toBe(48);
    expect(await lengthAt('2600:a::1')).toBe(48);
    expect(await lengthAt('2600:9::1')).toBe(56);
    expect((await readSources(store.records)).get('a')).toMatchObject({ ipv6: 11 });
  });

  it('is all there is of a new source', async () => {
    await importLines(store, 'a', rows(3), publisher, { breaksOff: true });
    expect(await lengthAt('2600:2::1')).toBe(56);
  });
});

describe('a dry run', () => {
  it('says what would be and changes nothing', async () => {
    const { outcome } = await importLines(store, 'a', rows(3), publisher, { dryRun: true });
    expect(outcome).toBe('taken');
    expect(await store.blobs.listBlobs('')).toEqual([]);
    expect(await readSources(store.records)).toEqual(new Map());
    expect((await store.records.listAudit({ limit: 1 })).items).toEqual([]);
  });
});

describe('a publisher who says very much', () => {
  it('is cut at 65,536 rows within one /32, over all files of the source', async () => {
    const site = (i: number) =>
      `2600:1f00:${(i >> 8).toString(16)}:${((i & 255) << 8).toString(16)}::/56,64,`;
    const lines = Array.from({ length: 40_000 }, (_, i) => site(i));
    const more = Array.from({ length: 40_000 }, (_, i) => site(40_000 + i));
    const refusals: string[] = [];
    const { source } = await importSource(
      store,
      {
        name: 'a',
        files: [fileOf('one', lines), fileOf('two', [...more, '2600:1f01::/32,56,'])],
        allowShrink: false,
        dryRun: true,
        fetchFile: null,
      },
      publisher,
      { onRefusal: (file, { line, reason }) => refusals.push(`${file} ${line}: ${reason}`) },
    );
    expect(source).toMatchObject({ now: { ipv6: 65_537 }, refused: 14_464 });
    expect(refusals[0]).toBe('two 25537: more than 65536 rows within one /32');
  });

  it('leaves room for the objects of a registry, and they for it', async () => {
    const site = (i: number) => `2600:1f00:${(i >> 8).toString(16)}:${((i & 255) << 8).toString(16)}::/56`;
    const objects = Array.from({ length: 70_000 }, (_, i) => `inet6num: ${site(i)}\nstatus: ASSIGNED\n`);
    const report = await importSource(
      store,
      {
        name: 'a',
        files: [fileOf('dump', objects), fileOf('lines', ['2600:1f00:ffff::/48,64,'])],
        allowShrink: false,
        dryRun: true,
        fetchFile: null,
      },
      publisher,
      { onRefusal: (_file, { reason }) => expect(reason).toBe('') },
    );
    expect(report.source).toMatchObject({ now: { ipv6: 70_001 }, refused: 0 });
  });

  it('is cut at 4,096 objects with pointers within one /32', async () => {
    const object = (i: number) => [
      `inet6num: 2600:1f00:${i.toString(16)}::/48`,
      'status: ALLOCATED-BY-LIR',
      `prefixlen: https://files.example/${i}.csv`,
      '',
    ];
    const lines = Array.from({ length: 4_100 }, (_, i) => object(i)).flat();
    const refusals: string[] = [];
    const { followed } = await importSource(
      store,
      {
        name: 'a',
        files: [fileOf('dump', lines)],
        allowShrink: false,
        dryRun: true,
        fetchFile: () => Promise.reject(new Error('a dry run fetches nothing')),
      },
      publisher,
      { onRefusal: (_, { line, reason }) => refusals.push(`${line}: ${reason}`) },
    );
    expect(followed).toEqual({ pointers: 4_096, files: 4_096, fetches: null, source: null });
    expect(refusals).toHaveLength(4);
    expect(refusals[0]).toBe('16388: more than 4096 pointers within one /32');
  });
});
