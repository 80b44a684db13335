import { describe, expect, it } from 'vitest';
import { childrenOf, rungLengthsOf } from '../../lib/lookup/children.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { EMPTY_TALLY } from '../../lib/reputation/tally.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { DAY, mustPrefix, NOW, recordOf } from '../support/records.ts';

/** Sixteen /64s in one /48 that send spam, one quiet neighbour that does not. */
function block(): MemoryStore {
  const store = new MemoryStore();
  const spammers = Array.from({ length: 16 }, (_, i) =>
    recordOf(`2a00:5555:1:${i.toString(16)}::1`, { count: 3 }),
  );
  store.record([...spammers, recordOf('2a00:5555:9:1::1', { verdict: 'ham', at: NOW - DAY })], NOW);
  return store;
}

async function childrenIn(store: MemoryStore, within: string, length: number, limit = 100, after?: string) {
  const page = await childrenOf({ within: mustPrefix(within), length, after, limit }, { store }, NOW);
  if (!page.ok) throw new Error(page.error);
  return page.value;
}

describe('the children of a block', () => {
  it('are the sub-prefixes of which something is known, in address order', async () => {
    const { items, next } = await childrenIn(block(), '2a00:5555::/32', 48);
    expect(items.map(({ prefix }) => formatPrefix(prefix))).toEqual(['2a00:5555:1::/48', '2a00:5555:9::/48']);
    expect(next).toBeNull();
  });

  it('say of a subject what a lookup says of it', async () => {
    const { items } = await childrenIn(block(), '2a00:5555:9::/48', 64);
    expect(items).toMatchObject([
      { isSubject: true, observations: expect.closeTo(1, 5), lastSeen: NOW - DAY },
    ]);
    expect(items[0]?.spam).toBeLessThan(0.2);
  });

  it('say of a wider block what a stranger in it would be told, and count its distinct children', async () => {
    const { items } = await childrenIn(block(), '2a00:5555::/32', 48);
    const [bad, good] = items;
    expect(bad).toMatchObject({ isSubject: false, lastSeen: null });
    expect(bad?.observations).toBeCloseTo(1, 5);
    expect(bad?.spam).toBeGreaterThan(0.5);
    expect(good?.spam).toBeLessThan(bad?.spam ?? 0);
  });

  it('come in parts that join to the whole', async () => {
    const store = block();
    const whole = await childrenIn(store, '2a00:5555:1::/48', 64);
    const parts: string[] = [];
    let after: string | undefined;
    do {
      const page = await childrenIn(store, '2a00:5555:1::/48', 64, 5, after);
      expect(page.items.length).toBeLessThanOrEqual(5);
      parts.push(...page.items.map(({ prefix }) => formatPrefix(prefix)));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(parts).toEqual(whole.items.map(({ prefix }) => formatPrefix(prefix)));
    expect(parts).toHaveLength(16);
  });

  it('are not shown from outside the block, whatever the cursor says', async () => {
    const store = block();
    const { items } = await store.listRungs(mustPrefix('2a00:5555:1::/48'), 64, { limit: 1 });
    const misled = {
      listRungs: () => Promise.resolve({ items, next: null }),
      readTallies: () => Promise.resolve([]),
      rootTally: () => EMPTY_TALLY,
    };
    const request = { within: mustPrefix('2a00:5555:9::/48'), length: 64, after: 'forged', limit: 10 };
    expect(await childrenOf(request, { store: misled }, NOW)).toEqual({ ok: false, error: 'bad-cursor' });
  });
});

describe('the lengths at which evidence is kept', () => {
  it('are those of the ladder, and single addresses', () => {
    expect(rungLengthsOf(4)).toEqual([16, 24, 32]);
    expect(rungLengthsOf(6)).toEqual([32, 36, 40, 48, 56, 64, 128]);
  });
});
