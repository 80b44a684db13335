import { describe, expect, it } from 'vitest';
import { faultsOf, isSourceName } from '../../lib/lists/list-entry.ts';
import {
  deleteEntries,
  entryChange,
  getEntries,
  listEntries,
  putEntry,
} from '../../lib/lists/list-records.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { mustPrefix, NOW } from '../support/records.ts';
import { act, entry } from './build.ts';

const PREFIX = mustPrefix('2a00:1450:1::/48');
const WANTED = { list: 'block', prefix: PREFIX, reason: 'spam run', expires: NOW + 1000 } as const;
const auditOf = async (store: MemoryStore) => (await store.records.listAudit({ limit: 100 })).items;

describe('an entry by hand', () => {
  it('is entered, replaced, read and removed, each act on the record', async () => {
    const store = new MemoryStore();
    expect(await putEntry(store.records, WANTED, act())).toBe(false);
    expect(await putEntry(store.records, { ...WANTED, reason: 'another' }, act(NOW + 1))).toBe(true);
    const [found] = await getEntries(store.records, 'block', PREFIX);
    expect(found).toEqual({ ...WANTED, reason: 'another', author: 'cli', at: NOW + 1, source: null });
    expect(await getEntries(store.records, 'allow', PREFIX)).toEqual([]);
    expect(await deleteEntries(store.records, 'block', PREFIX, act(NOW + 2, 'delisted'))).toBe(true);
    expect(await deleteEntries(store.records, 'block', PREFIX, act(NOW + 3))).toBe(false);
    const target = '2a00:1450:1::/48';
    expect(await auditOf(store)).toMatchObject([
      {
        at: NOW + 2,
        act: 'list.block.delete',
        target,
        reason: 'delisted',
        detail: { before: [{ reason: 'another' }] },
      },
      {
        at: NOW + 1,
        act: 'list.block.put',
        target,
        reason: 'another',
        detail: { before: { reason: 'spam run' } },
      },
      { at: NOW, act: 'list.block.put', target, reason: 'spam run', detail: { before: null } },
    ]);
  });

  it('stands beside those of files for the same block and before them; other blocks that look alike stay out', async () => {
    const store = new MemoryStore();
    const same = [
      entry('block', '10.0.0.0/8', { source: 'b' }),
      entry('block', '10.0.0.0/8', { source: 'a' }),
      entry('block', '10.0.0.0/8'),
    ];
    const other = [
      entry('block', '10.0.0.0/9'),
      entry('block', '10.0.0.0/16', { source: 'a' }),
      entry('allow', '10.0.0.0/8'),
    ];
    const [audit] = [{ at: NOW, actor: 'x', act: 'x', target: 'x', reason: null, detail: null }];
    await store.records.changeRecords([...same, ...other].map(entryChange), audit);
    const found = await getEntries(store.records, 'block', mustPrefix('10.0.0.0/8'));
    expect(found.map(({ source }) => source)).toEqual([null, 'a', 'b']);
    await deleteEntries(store.records, 'block', mustPrefix('10.0.0.0/8'), act());
    const { items } = await listEntries(store.records, 'block', { limit: 10 });
    expect(items.map(({ prefix }) => formatPrefix(prefix))).toEqual(['10.0.0.0/9', '10.0.0.0/16']);
  });

  it('is listed in address order, IPv4 first, part by part', async () => {
    const store = new MemoryStore();
    const texts = [
      '2a00:1450::/32',
      '9.0.0.0/8',
      '2a00:1450:1::/48',
      '10.0.0.0/8',
      '10.0.0.0/16',
      '2a00::/16',
      '100.64.0.0/10',
    ];
    for (const text of texts) await putEntry(store.records, { ...WANTED, prefix: mustPrefix(text) }, act());
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await listEntries(store.records, 'block', { after, limit: 2 });
      seen.push(...page.items.map(({ prefix }) => formatPrefix(prefix)));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual([
      '9.0.0.0/8',
      '10.0.0.0/8',
      '10.0.0.0/16',
      '100.64.0.0/10',
      '2a00::/16',
      '2a00:1450::/32',
      '2a00:1450:1::/48',
    ]);
  });
});

describe('what an operator may enter', () => {
  it('a reason and, if any, a time to come', () => {
    expect(faultsOf({ reason: 'spam', expires: null }, NOW)).toEqual([]);
    expect(faultsOf({ reason: 'ü', expires: NOW + 1 }, NOW)).toEqual([]);
  });

  it.each([
    ['', null, 'reason'],
    ['   ', null, 'reason'],
    ['a\r\nb', null, 'reason'],
    ['x'.repeat(301), null, 'reason'],
    ['spam', NOW, 'expires'],
    ['spam', Number.NaN, 'expires'],
  ])('not %j until %s', (reason, expires, field) => {
    expect(faultsOf({ reason, expires }, NOW).map((fault) => fault.field)).toEqual([field]);
  });

  it('names of files that can stand in a key and in a URL', () => {
    for (const good of ['spamhaus-dropv6', 'a', '0', 'my_list.txt', 'x'.repeat(64)])
      expect(isSourceName(good)).toBe(true);
    for (const bad of ['', ' ', 'A', 'a b', '../x', '-a', 'x'.repeat(65), 'a/b', 'ä'])
      expect(isSourceName(bad)).toBe(false);
  });
});
