import { beforeEach, describe, expect, it } from 'vitest';
import type { FetchFile, Validators } from '../../../lib/published/follow/fetch-file.ts';
import { readFileRecord } from '../../../lib/published/follow/file-records.ts';
import { followPointers } from '../../../lib/published/follow/follow.ts';
import { readPublished, readSources } from '../../../lib/published/import-records.ts';
import { readTable } from '../../../lib/published/stored-table.ts';
import { fail, ok } from '../../../lib/result.ts';
import { MemoryStore } from '../../../lib/store/memory/store.ts';
import { DAY, mustAddress } from '../../support/records.ts';
import { type Imported, importLines, type TestPublisher, testPublisher } from '../sources.ts';

/** What a made-up web says about each URL: lines of a file, `unchanged`, or why it fails. */
type Answer = readonly string[] | 'unchanged' | { readonly fails: string };

let store: MemoryStore;
let publisher: TestPublisher;
let web: Map<string, Answer>;
let asked: { readonly url: string; readonly known: Validators | null }[];
beforeEach(() => {
  store = new MemoryStore();
  publisher = testPublisher();
  web = new Map();
  asked = [];
});

const fetchFile: FetchFile = (url, known) => {
  asked.push({ url, known: known && { etag: known.etag, lastModified: known.lastModified } });
  const answer = web.get(url) ?? { fails: 'the server answered 404' };
  if (answer === 'unchanged') return Promise.resolve(ok({ kind: 'unchanged', freshMs: 7 * DAY }));
  if ('fails' in answer) return Promise.resolve(fail(answer.fails));
  const bytes = Buffer.from(answer.map((line) => `${line}\r\n`).join(''));
  const validators = { etag: `"${answer.length}"`, lastModified: null };
  return Promise.resolve(ok({ kind: 'fetched', bytes, validators, freshMs: 7 * DAY }));
};

const pointing = (key: string, url: string) => [
  `inet6num: ${key}`,
  'status: ALLOCATED-BY-RIR',
  `prefixlen: ${url}`,
  '',
];
const OURS = 'https://files.example/ours.csv';
const DUMP = pointing('2600:1f00::/32', OURS);

const follow = (lines: readonly string[] = DUMP): Promise<Imported> =>
  importLines(store, 'dump', lines, publisher, { fetchFile });

async function lengthAt(address: string): Promise<number | undefined> {
  const table = await readTable(store.blobs, (await readPublished(store.records)).table);
  return table.ok ? table.value.match(mustAddress(address))?.endSiteLength : undefined;
}

describe('a file that an object points to', () => {
  it('is fetched, and its rows are a source beside the dump', async () => {
    web.set(OURS, ['2600:1f00::/32,56,']);
    const dump = [...DUMP, 'inet6num: 2600:1f00:1::/48', 'status: ASSIGNED', ''];
    await follow(dump);
    expect(await lengthAt('2600:1f00::1')).toBe(56);
    expect(await lengthAt('2600:1f00:1::1')).toBe(56);
    expect([...(await readSources(store.records)).keys()]).toEqual(['dump', 'dump+followed']);
  });

  it('speaks for the space of its objects and for nothing else', async () => {
    web.set(OURS, ['2600:1f00::/32,56,', '2600:1f01::/32,64,', '2600:1f00:ffff::/48,60,']);
    const theirs = 'https://other.example/theirs.csv';
    web.set(theirs, ['2600:1f00:ffff::/48,64,', '2600:1f00::/32,128,']);
    const { refusals } = await follow([...DUMP, ...pointing('2600:1f00:ffff::/48', theirs)]);
    expect(await lengthAt('2600:1f00::1')).toBe(56);
    expect(await lengthAt('2600:1f00:ffff::1')).toBe(64);
    expect(await lengthAt('2600:1f01::1')).toBeUndefined();
    const reason = 'no registry object lets this file speak for this space';
    expect(refusals).toEqual([`${OURS} 2: ${reason}`, `${OURS} 3: ${reason}`, `${theirs} 2: ${reason}`]);
  });

  it('cannot say more through many files than one source may', async () => {
    const site = (i: number) =>
      `2600:1f00:${(i >> 8).toString(16)}:${((i & 255) << 8).toString(16)}::/56,64,`;
    const urls = [0, 1].map((i) => `https://files.example/${i}.csv`);
    for (const [i, url] of urls.entries()) {
      web.set(
        url,
        Array.from({ length: 40_000 }, (_, at) => site(i * 40_000 + at)),
      );
    }
    const both = urls.flatMap((url) => pointing('2600:1f00::/32', url));
    const { refusals } = await follow(both);
    expect((await readSources(store.records)).get('dump+followed')).toMatchObject({ ipv6: 65_536 });
    expect(refusals).toHaveLength(14_464);
  });

  it('is not asked for where no object points to it', async () => {
    await importLines(store, 'file', ['2600:1f00::/32,56,'], publisher, { fetchFile });
    await importLines(store, 'dump', DUMP, publisher);
    expect(asked).toEqual([]);
  });
});

describe('the next runs', () => {
  it('ask weekly, and only whether it changed', async () => {
    web.set(OURS, ['2600:1f00::/32,56,']);
    await follow();
    publisher.now += 6 * DAY;
    await follow();
    expect(asked).toEqual([{ url: OURS, known: null }]);
    expect(await lengthAt('2600:1f00::1')).toBe(56);
    publisher.now += DAY;
    web.set(OURS, 'unchanged');
    await follow();
    expect(asked.slice(1)).toEqual([{ url: OURS, known: { etag: '"1"', lastModified: null } }]);
    expect(await lengthAt('2600:1f00::1')).toBe(56);
  });

  it('take what changed, and drop what it was', async () => {
    web.set(OURS, ['2600:1f00::/32,56,']);
    await follow();
    publisher.now += 7 * DAY;
    web.set(OURS, ['2600:1f00::/32,60,', '2600:1f00:1::/48,64,']);
    await follow();
    expect(await lengthAt('2600:1f00::1')).toBe(60);
    expect(await store.blobs.listBlobs('published/file/')).toHaveLength(1);
  });

  it.each([
    ['does not answer', { fails: 'the server answered 503' }],
    ['has nothing usable', ['<html>', 'We moved!', '</html>']],
    ['is empty', []],
  ] as const)('keep what there is when a server %s, and ask again the next day', async (_, answer) => {
    web.set(OURS, ['2600:1f00::/32,56,']);
    await follow();
    publisher.now += 7 * DAY;
    web.set(OURS, answer);
    await follow();
    expect(await lengthAt('2600:1f00::1')).toBe(56);
    publisher.now += DAY / 2;
    await follow();
    expect(asked).toHaveLength(2);
    publisher.now += DAY / 2;
    web.set(OURS, ['2600:1f00::/32,60,']);
    await follow();
    expect(asked).toHaveLength(3);
    expect(await lengthAt('2600:1f00::1')).toBe(60);
  });

  it('no longer believe what was not confirmed for ninety days', async () => {
    const other = 'https://other.example/b.csv';
    web.set(OURS, ['2600:1f00::/32,56,']);
    web.set(other, ['2600:1f01::/32,56,']);
    const dump = [...DUMP, ...pointing('2600:1f01::/32', other)];
    await follow(dump);
    web.set(OURS, { fails: 'gone' });
    web.set(other, 'unchanged');
    for (let week = 0; week < 13; week++) {
      publisher.now += 7 * DAY;
      await follow(dump);
    }
    expect(await lengthAt('2600:1f00::1')).toBeUndefined();
    expect(await lengthAt('2600:1f01::1')).toBe(56);
  });

  it('forget, after half a year, a file that nobody points to any more', async () => {
    const other = 'https://other.example/b.csv';
    web.set(OURS, ['2600:1f00::/32,56,']);
    web.set(other, ['2600:1f01::/32,56,']);
    await follow([...DUMP, ...pointing('2600:1f01::/32', other)]);
    publisher.now += 100 * DAY;
    web.set(other, 'unchanged');
    await follow(pointing('2600:1f01::/32', other));
    expect(await store.blobs.listBlobs('published/file/')).toHaveLength(2);
    publisher.now += 100 * DAY;
    await follow(pointing('2600:1f01::/32', other));
    expect(await store.blobs.listBlobs('published/file/')).toHaveLength(1);
    expect(await readFileRecord(store.records, OURS)).toMatchObject({ blob: null, checkedAt: 0 });
    expect(await readFileRecord(store.records, other)).toMatchObject({ failure: null });
  });
});

describe('many files', () => {
  const counting = (urls: readonly string[]) => {
    const failures: string[] = [];
    return followPointers(store, urls, fetchFile, publisher, { onFailure: (url) => failures.push(url) }).then(
      (counts) => ({ counts, failures }),
    );
  };

  it('are asked for a few hosts at a time, and of one host one after another', async () => {
    const now = { all: 0, most: 0, hosts: new Map<string, number>() };
    const slow: FetchFile = async (url) => {
      const { host } = new URL(url);
      const own = (now.hosts.get(host) ?? 0) + 1;
      now.hosts.set(host, own);
      expect(own, 'requests to one host').toBe(1);
      now.most = Math.max(now.most, ++now.all);
      await new Promise((resolve) => setImmediate(resolve));
      now.all--;
      now.hosts.set(host, own - 1);
      return fail('the server answered 500');
    };
    const urls = Array.from({ length: 60 }, (_, i) => `https://h${i % 20}.example/${i}.csv`);
    const counts = await followPointers(store, urls, slow, publisher, { onFailure: () => undefined });
    expect(counts).toMatchObject({ failed: 60, postponed: 0 });
    expect(now.most).toBe(8);
  });

  it('of a host that failed three times in a row are left to the next run', async () => {
    const urls = Array.from({ length: 10 }, (_, i) => `https://dead.example/${i}.csv`);
    web.set(urls[2] ?? '', ['2600:1f00::/32,56,']);
    const { counts, failures } = await counting(urls);
    expect(counts).toEqual({ fetched: 1, unchanged: 0, failed: 5, notDue: 0, postponed: 4 });
    expect(failures).toHaveLength(5);
    publisher.now += 1;
    const next = await counting(urls);
    expect(next.counts).toMatchObject({ notDue: 6, failed: 3, postponed: 1 });
  });

  it('leave few audit entries', async () => {
    const urls = Array.from({ length: 250 }, (_, i) => `https://h${i}.example/a.csv`);
    for (const url of urls) web.set(url, ['2600:1f00::/32,56,']);
    expect((await counting(urls)).counts).toMatchObject({ fetched: 250 });
    const { items } = await store.records.listAudit({ limit: 10 });
    expect(items.map(({ act, target }) => `${act} ${target}`)).toEqual([
      'import.follow 50 files',
      'import.follow 100 files',
      'import.follow 100 files',
    ]);
  });
});
