import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { type Network, networkOf } from '../../lib/allocation/network.ts';
import type { ListEntry } from '../../lib/lists/list-entry.ts';
import { ListIndex } from '../../lib/lists/list-index.ts';
import { deleteEntries, putEntry } from '../../lib/lists/list-records.ts';
import { followLists } from '../../lib/lists/live.ts';
import { Address, bitsOf } from '../../lib/net/address.ts';
import { contains, covers, formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { mustAddress, mustPrefix, NO_ALLOCATIONS, NOW } from '../support/records.ts';
import { act, entry, never, vector } from './build.ts';

const rows = z
  .array(
    z.object({
      address: z.string(),
      entries: z.array(
        z.object({
          list: z.enum(['allow', 'block']),
          prefix: z.string(),
          expires: z.optional(z.enum(['past', 'now', 'later'])),
        }),
      ),
      listing: z.nullable(z.string()),
      divided: z.boolean(),
      reason: z.string(),
    }),
  )
  .parse(JSON.parse(vector('precedence.json').toString()));

const EXPIRY = { past: NOW - 1, now: NOW, later: NOW + 1 };

const networkAt = (address: string): Network => networkOf(mustAddress(address), NO_ALLOCATIONS);

describe('which entry holds', () => {
  it.each(rows)('$address: $reason', ({ address, entries, listing, divided }) => {
    const index = new ListIndex(
      entries.map(({ list, prefix, expires }) =>
        entry(list, prefix, { expires: expires === undefined ? null : EXPIRY[expires] }),
      ),
    );
    const network = networkAt(address);
    const found = index.listingOf(network, NOW);
    expect(found && `${found.list} ${found.prefix}`).toBe(listing);
    expect(index.divides(network, NOW)).toBe(divided);
  });

  it('says why and until when', () => {
    const index = new ListIndex([entry('block', '8.8.8.0/24', { reason: 'SBL1', expires: NOW + 5 })]);
    expect(index.listingOf(networkAt('8.8.8.8'), NOW)).toEqual({
      list: 'block',
      prefix: '8.8.8.0/24',
      reason: 'SBL1',
      expires: NOW + 5,
    });
  });

  it('the entry by hand speaks for a block before those of files', () => {
    const files = [
      entry('block', '8.8.8.0/24', { source: 'a', reason: 'a' }),
      entry('block', '8.8.8.0/24', { reason: 'hand' }),
    ];
    expect(new ListIndex(files).listingOf(networkAt('8.8.8.8'), NOW)?.reason).toBe('hand');
    const lapsed = files.map((one) => (one.source === null ? { ...one, expires: NOW } : one));
    expect(new ListIndex(lapsed).listingOf(networkAt('8.8.8.8'), NOW)?.reason).toBe('a');
  });

  it('an entry for one address divides an end site that an operator made wide', () => {
    const wide: Allocation = {
      prefix: mustPrefix('8.8.8.0/24'),
      origin: 'operator',
      endSiteLength: 29,
      endSites: 1,
      mechanism: 'native',
      ipv4MaskLength: 0,
      ipv4Prefix: null,
      date: 0,
      reference: '',
    };
    const network = networkOf(mustAddress('8.8.8.8'), { match: () => wide });
    const index = new ListIndex([entry('block', '8.8.8.9/32')]);
    expect([index.listingOf(network, NOW), index.divides(network, NOW)]).toEqual([null, true]);
  });
});

describe('the index beside a plain scan', () => {
  /** Addresses and blocks close together, so that they meet: few values for each byte. */
  const nibble = fc.constantFrom(0, 1, 2, 255);
  const v4 = fc
    .tuple(nibble, nibble, nibble)
    .map(([a, b, c]) => Address.v4((8 << 24) | (a << 16) | (b << 8) | c));
  const native = fc
    .tuple(nibble, nibble, nibble)
    .map(([a, b, c]) => Address.v6(0x2a001450, (a << 16) | b, 0, c));
  const faces = v4.chain(({ w0 }) =>
    fc.constantFrom(
      Address.v4(w0),
      Address.v6(0, 0, 0xffff, w0),
      Address.v6(0x20020000 | (w0 >>> 16), (w0 & 0xffff) << 16, 0, 1),
      Address.v6(0x64ff9b, 0, 0, w0),
      Address.v6(0x20010000, 0x01020304, 0x800063bf, ~w0),
      Address.v6(0, 0, 0, w0),
    ),
  );
  const address = fc.oneof(v4, native, faces);
  const lengths = {
    4: [0, 8, 16, 23, 24, 25, 31, 32],
    6: [0, 16, 32, 40, 48, 56, 63, 64, 65, 96, 120, 127, 128],
  };
  const prefix = address.chain((one) =>
    fc.constantFrom(...lengths[one.family]).map((length) => Prefix.covering(one, length)),
  );
  const entries = fc.array(
    fc.record({
      list: fc.constantFrom<ListEntry['list']>('allow', 'block'),
      prefix,
      expires: fc.constantFrom(null, NOW - 1, NOW, NOW + 1),
      source: fc.constantFrom(null, 'a', 'b'),
    }),
    { maxLength: 40 },
  );

  /** Every entry in force that covers the address as it is or as the host behind it, with the length it counts as. */
  function scan(all: readonly ListEntry[], network: Network): { list: string; length: number }[] {
    const { address, kind, ipv4, prefix, subject } = network;
    const mapped = kind === 'ipv4-mapped';
    return all.flatMap(({ list, prefix: block, expires }) => {
      if (expires !== null && expires <= NOW) return [];
      const own = mapped && ipv4 !== null ? ipv4 : address;
      if (contains(block, own)) return [{ list, length: block.length }];
      const hidden = !mapped && address.family === 6 && subject?.family === 4 ? ipv4 : null;
      if (hidden === null || !contains(block, hidden)) return [];
      return [{ list, length: prefix.length - bitsOf(4) + block.length }];
    });
  }

  it('finds the same for any lists and any address', () => {
    let listed = 0;
    fc.assert(
      fc.property(entries, address, (some, at) => {
        const all = some.map((one) => ({ ...entry('block', '::/0'), ...one }));
        const network = networkOf(at, NO_ALLOCATIONS);
        const index = new ListIndex(all);
        const found = index.listingOf(network, NOW);
        const candidates = scan(all, network);
        const longest = Math.max(...candidates.map(({ length }) => length));
        const best = candidates.filter(({ length }) => length === longest);
        const expected = best.some(({ list }) => list === 'allow') ? 'allow' : best[0]?.list;
        expect(found?.list).toBe(expected);
        if (found !== null) {
          listed++;
          const matched = all.some(
            (one) => formatPrefix(one.prefix) === found.prefix && one.list === found.list,
          );
          expect(matched).toBe(true);
        }
        const inside = all.some(
          (one) =>
            (one.expires === null || one.expires > NOW) &&
            one.prefix.length > network.prefix.length &&
            covers(network.prefix, one.prefix),
        );
        expect(index.divides(network, NOW)).toBe(inside);
      }),
      { seed: 42, numRuns: 5000 },
    );
    expect(listed).toBeGreaterThan(1000);
  });

  it('gives every address of an undivided prefix the same answer', () => {
    fc.assert(
      fc.property(entries, native, fc.nat(0xffffffff), (some, at, low) => {
        const index = new ListIndex(some.map((one) => ({ ...entry('block', '::/0'), ...one })));
        const network = networkOf(at, NO_ALLOCATIONS);
        const neighbour = networkOf(Address.v6(at.w0, at.w1, low, ~low), NO_ALLOCATIONS);
        if (index.divides(network, NOW)) return;
        expect(index.listingOf(neighbour, NOW)).toEqual(index.listingOf(network, NOW));
      }),
      { seed: 42, numRuns: 2000 },
    );
  });

  it('takes about as long with a hundred thousand entries as with few', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({
      ...entry('block', '::/0'),
      prefix: Prefix.covering(Address.v6(0x2a000000 + (i >> 4), (i & 15) << 28, 0, 0), 36),
    }));
    const index = new ListIndex(many);
    const network = networkAt('2a00:1450:1::1');
    const started = performance.now();
    for (let i = 0; i < 100_000; i++) index.listingOf(network, NOW);
    expect((performance.now() - started) / 100_000).toBeLessThan(0.05);
  });
});

describe('a process', () => {
  it('answers by an entry after the next refresh, whoever made it, and without it once it is gone', async () => {
    const store = new MemoryStore();
    const lists = await followLists(store.records, never);
    const network = networkAt('2002:808:808::1');
    const prefix = mustPrefix('8.8.8.8/32');
    await putEntry(store.records, { list: 'block', prefix, reason: 'spam', expires: null }, act());
    expect(lists.current).toBeNull();
    await lists.refresh();
    expect(lists.current?.listingOf(network, NOW)?.list).toBe('block');
    await putEntry(store.records, { list: 'allow', prefix, reason: 'no spam', expires: null }, act());
    await lists.refresh();
    expect(lists.current?.listingOf(network, NOW)?.list).toBe('allow');
    await deleteEntries(store.records, 'allow', prefix, act());
    await lists.refresh();
    expect(lists.current?.listingOf(network, NOW)?.list).toBe('block');
  });

  it('is told of an entry it cannot understand, and answers by the others', async () => {
    const store = new MemoryStore();
    await putEntry(
      store.records,
      { list: 'block', prefix: mustPrefix('8.8.8.0/24'), reason: 'x', expires: null },
      act(),
    );
    const audit = { at: NOW, actor: 'x', act: 'x', target: 'x', reason: null, detail: null };
    await store.records.changeRecords(
      [{ kind: 'block', key: 'odd', value: { of: 'another version' } }],
      audit,
    );
    const told: unknown[] = [];
    const lists = await followLists(store.records, (error) => told.push(error));
    expect(told).toHaveLength(1);
    expect(lists.current?.listingOf(networkAt('8.8.8.8'), NOW)?.list).toBe('block');
  });
});
