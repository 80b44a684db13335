import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../lib/allocation/network.ts';
import { exportList } from '../../lib/lists/list-export.ts';
import { importList, type ListImport, removeSource } from '../../lib/lists/list-import.ts';
import { ListIndex } from '../../lib/lists/list-index.ts';
import { getEntries, listEntries, putEntry, readLists } from '../../lib/lists/list-records.ts';
import { getSource } from '../../lib/lists/list-sources.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { DAY, mustAddress, mustPrefix, NO_ALLOCATIONS, NOW } from '../support/records.ts';
import { act, never, vector } from './build.ts';

const DROP: ListImport = { list: 'block', source: 'spamhaus-dropv6', expires: null, allowShrink: false };
const SENDERS: ListImport = { list: 'allow', source: 'large-senders', expires: null, allowShrink: false };

const chunksOf = (text: string | Buffer, size = 64): Buffer[] => {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
};

async function mustImport(
  store: MemoryStore,
  text: string | Buffer,
  options: Partial<ListImport> = {},
  at = NOW,
) {
  const imported = await importList(store.records, chunksOf(text), { ...DROP, ...options }, act(at));
  if (!imported.ok) throw new Error(imported.error.detail);
  return imported.value;
}

async function failedImport(store: MemoryStore, text: string, options: Partial<ListImport> = {}) {
  const imported = await importList(store.records, chunksOf(text), { ...DROP, ...options }, act());
  if (imported.ok) throw new Error('taken');
  return imported.error;
}

async function linesOf(store: MemoryStore, { list, source }: ListImport, at = NOW): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of exportList(store.records, list, source, at)) lines.push(line);
  return lines;
}

const prefixesOf = async (store: MemoryStore) =>
  (await listEntries(store.records, 'block', { limit: 1000 })).items.map(({ prefix }) =>
    formatPrefix(prefix),
  );

/** Many blocks, so that losing some is not losing half. */
const blocks = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, i) => `2a00:${(from + i).toString(16)}::/32`);

describe('the files of others', () => {
  it('the DROP list: every line an entry, its SBL number the reason, its notice kept', async () => {
    const store = new MemoryStore();
    const imported = await mustImport(store, vector('dropv6_2024-07-30.txt'));
    expect(imported).toEqual({
      entries: 78,
      added: 78,
      changed: 0,
      removed: 0,
      repeated: 0,
      refused: [],
      refusedBeyond: 0,
    });
    const [found] = await getEntries(store.records, 'block', mustPrefix('2001:678:6c4::/48'));
    expect(found).toMatchObject({ reason: 'SBL626637', source: 'spamhaus-dropv6', author: 'cli', at: NOW });
    const lines = await linesOf(store, DROP);
    expect(lines[0]).toBe('; Spamhaus IPv6 DROP List 2024/07/30 - (c) 2024 The Spamhaus Project SLU');
    expect(lines).toHaveLength(82);
  });

  it('large senders: spellings of all kinds, entries in entries, no reason given', async () => {
    const store = new MemoryStore();
    const imported = await mustImport(store, vector('large-sender-ranges.txt'), SENDERS);
    expect(imported).toMatchObject({ entries: 38, refused: [], repeated: 0 });
    const [found] = await getEntries(store.records, 'allow', mustPrefix('2001:868:100:600::/64'));
    expect(found?.reason).toBe('listed by large-senders');
    const index = new ListIndex(await readLists(store.records, never));
    const listed = (address: string) =>
      index.listingOf(networkOf(mustAddress(address), NO_ALLOCATIONS), NOW)?.prefix;
    expect(listed('2001:748:400:1301::3')).toBe('2001:748:400:1301::3/128');
    expect(listed('2001:748:400:1301::5')).toBe('2001:748:400:1301::/64');
    expect(listed('2001:748:100:40::2:ffff')).toBe('2001:748:100:40::2:0/112');
    expect(listed('2001:748:400:1302::3')).toBeUndefined();
  });

  it('go out as they can come in', async () => {
    for (const [file, options] of [
      ['dropv6_2024-07-30.txt', DROP],
      ['large-sender-ranges.txt', SENDERS],
    ] as const) {
      const [first, second] = [new MemoryStore(), new MemoryStore()];
      await mustImport(first, vector(file), options);
      const lines = await linesOf(first, options);
      await mustImport(second, lines.join('\n'), options);
      expect(await linesOf(second, options)).toEqual(lines);
    }
  });
});

describe('a newer file', () => {
  it('replaces what the older one had: enters, changes, removes, and touches nothing else', async () => {
    const store = new MemoryStore();
    await putEntry(
      store.records,
      { list: 'block', prefix: mustPrefix('2a00:1::/32'), reason: 'by hand', expires: null },
      act(),
    );
    await mustImport(store, '2a00:0::/32\n2a00:5::/32', { source: 'other' });
    await mustImport(store, [...blocks(12), '2a01::/32 ; old'].join('\n'));
    const newer = [...blocks(11, 1), '2a01::/32 ; new', '2a02::/32'].join('\n');
    expect(await mustImport(store, newer, {}, NOW + 1)).toMatchObject({
      entries: 13,
      added: 1,
      changed: 1,
      removed: 1,
    });
    const kept = await getEntries(store.records, 'block', mustPrefix('2a00::/32'));
    expect(kept.map(({ source }) => source)).toEqual(['other']);
    const both = await getEntries(store.records, 'block', mustPrefix('2a00:1::/32'));
    expect(both.map(({ source, at }) => [source, at])).toEqual([
      [null, NOW],
      ['spamhaus-dropv6', NOW],
    ]);
    expect(await mustImport(store, newer, {}, NOW + 2)).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  it('is on the record each time, with what it changed', async () => {
    const store = new MemoryStore();
    await mustImport(store, 'rubbish\n8.8.8.0/24');
    const { items } = await store.records.listAudit({ limit: 10 });
    const detail = { entries: 1, added: 1, changed: 0, removed: 0, refused: 1 };
    expect(items).toEqual([
      { at: NOW, actor: 'cli', act: 'list.block.import', target: 'spamhaus-dropv6', reason: null, detail },
    ]);
    expect(await getSource(store.records, 'block', 'spamhaus-dropv6')).toEqual({
      ...detail,
      at: NOW,
      notice: [],
    });
    expect(await getSource(store.records, 'allow', 'spamhaus-dropv6')).toBeNull();
  });

  it('with less than half of what it had is refused, unless the operator insists; and nothing changes', async () => {
    const store = new MemoryStore();
    await mustImport(store, blocks(20).join('\n'));
    expect(await failedImport(store, blocks(9).join('\n'))).toMatchObject({
      kind: 'shrunk',
      detail: 'file: it has 9 entries where it had 20',
    });
    expect(await failedImport(store, '; empty')).toMatchObject({
      kind: 'shrunk',
      detail: 'file: it has no entry',
    });
    expect(await prefixesOf(store)).toHaveLength(20);
    expect(await mustImport(store, blocks(10).join('\n'))).toMatchObject({ removed: 10 });
    expect(await mustImport(store, '', { allowShrink: true })).toMatchObject({ entries: 0, removed: 10 });
  });

  it('a short file may well halve, but not vanish', async () => {
    const store = new MemoryStore();
    await mustImport(store, blocks(9).join('\n'));
    expect(await mustImport(store, blocks(1).join('\n'))).toMatchObject({ removed: 8 });
    expect((await failedImport(store, '')).kind).toBe('shrunk');
  });

  it('that breaks off changes nothing', async () => {
    const store = new MemoryStore();
    await mustImport(store, blocks(20).join('\n'));
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(blocks(15).join('\n'));
      throw new Error('connection reset');
    }
    await expect(importList(store.records, broken(), DROP, act())).rejects.toThrow('connection reset');
    expect(await prefixesOf(store)).toHaveLength(20);
  });

  it('can let its entries lapse when no newer one comes', async () => {
    const store = new MemoryStore();
    await mustImport(store, '8.8.8.0/24', { expires: NOW + DAY });
    const index = new ListIndex(await readLists(store.records, never));
    const network = networkOf(mustAddress('8.8.8.8'), NO_ALLOCATIONS);
    expect([NOW, NOW + DAY].map((at) => index.listingOf(network, at)?.list)).toEqual(['block', undefined]);
    expect(await linesOf(store, DROP, NOW + DAY)).toEqual([]);
    expect(await mustImport(store, '8.8.8.0/24', { expires: NOW + 2 * DAY })).toMatchObject({ changed: 1 });
  });

  it('can be taken out whole', async () => {
    const store = new MemoryStore();
    await putEntry(
      store.records,
      { list: 'block', prefix: mustPrefix('8.8.8.0/24'), reason: 'x', expires: null },
      act(),
    );
    await mustImport(store, blocks(5).join('\n'));
    expect(await removeSource(store.records, 'block', 'spamhaus-dropv6', act())).toBe(5);
    expect(await prefixesOf(store)).toEqual(['8.8.8.0/24']);
    expect(await getSource(store.records, 'block', 'spamhaus-dropv6')).toBeNull();
  });
});

describe('the lines of a file', () => {
  it('are refused one by one, with number and reason', async () => {
    const store = new MemoryStore();
    const text = [
      '# a comment',
      '',
      '8.8.8.0/24 # good',
      '8.8.8.1/24',
      'example.org',
      '0.0.0.0/0',
      '2000::/3 ; wide',
      `${'x'.repeat(2000)}`,
      '8.8.8.0/24',
      '::ffff:9.9.9.0/120 ; mapped',
    ].join('\r\n');
    const imported = await mustImport(store, text);
    expect(imported.refused).toEqual([
      { line: 4, reason: '8.8.8.1/24 has bits set beyond its length; the block is 8.8.8.0/24' },
      { line: 5, reason: expect.stringContaining('unexpected character') },
      { line: 6, reason: '0.0.0.0/0 is wider than a /8' },
      { line: 7, reason: '2000::/3 is wider than a /16' },
      { line: 8, reason: 'a line has at most 1000 characters' },
    ]);
    expect(imported.repeated).toBe(1);
    expect(await prefixesOf(store)).toEqual(['8.8.8.0/24', '9.9.9.0/24']);
  });

  it('may be cut anywhere by the network', async () => {
    const text = vector('dropv6_2024-07-30.txt').toString();
    const whole = new MemoryStore();
    await mustImport(whole, text);
    const expected = await linesOf(whole, DROP);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (size) => {
        const store = new MemoryStore();
        await importList(store.records, chunksOf(text, size), DROP, act());
        expect(await linesOf(store, DROP)).toEqual(expected);
      }),
      { seed: 42, numRuns: 50 },
    );
  });

  it('never break a reason, whatever they hold', async () => {
    const store = new MemoryStore();
    await mustImport(store, `8.8.8.0/24 ; a\u0000b\u001b[31m\u2028c ${'x'.repeat(500)}`);
    const [found] = await getEntries(store.records, 'block', mustPrefix('8.8.8.0/24'));
    expect(found?.reason).toMatch(/^a b \[31m c x+$/);
    expect(found?.reason.length).toBe(300);
  });

  it('are too many at some point', async () => {
    const store = new MemoryStore();
    const failure = await failedImport(
      store,
      blocks(65_536).join('\n') +
        '\n' +
        Array.from({ length: 140_000 }, (_, i) => `${(i >> 16) | 64}.${(i >> 8) & 255}.${i & 255}.0/24`).join(
          '\n',
        ),
    );
    expect(failure.kind).toBe('too-large');
    expect(await prefixesOf(store)).toEqual([]);
  });

  it('need a name', async () => {
    expect((await failedImport(new MemoryStore(), '8.8.8.0/24', { source: 'A b' })).kind).toBe('bad-source');
  });
});
