/** The lookup line: one batch of at most six reads, no write, an answer whatever the store does. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListIndex } from '../../lib/lists/list-index.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { type LookupSources, lookup, type Question } from '../../lib/lookup/lookup.ts';
import { contains, formatPrefix } from '../../lib/net/prefix.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { report } from '../../lib/report/report.ts';
import { NAME_BYTES, namedKey, namedRungsOf, type RungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { entry } from '../lists/build.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { anyHistory, anyHost, CROWDED, SEED } from '../support/arbitraries.ts';
import { HOUR, mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';

const HOST = '2a00:1450:4001:81b::5';
const BLOCKED = { list: 'block', prefix: '2a00:1450::/32', reason: 'ticket 42', expires: null } as const;
const { cacheSeconds } = DEFAULT_POLICY_BOOK;

describe('a lookup', () => {
  it('tells the network, the reputation and the policy of an address', async () => {
    const answer = await lookup(ask(HOST), on([recordOf(HOST, { count: 40 })]), NOW);
    expect(answer).toMatchObject({
      network: { kind: 'ipv6', source: 'default' },
      reputation: { observations: 40, reporters: 1, lastSeen: NOW },
      policy: { class: 'bad' },
      listing: null,
      degraded: false,
    });
    expect(formatPrefix(answer.network.prefix)).toBe('2a00:1450:4001:81b::/64');
  });

  it('finds what was reported of any face of a host, and nothing of its neighbour', async () => {
    const store = new MemoryStore();
    const sources = { ...on([]), store };
    const claim = {
      id: 'a',
      address: mustAddress('2002:c623:1a60::25'),
      verdict: 'spam',
      at: NOW,
      count: 9,
    } as const;
    await report([{ index: 0, claim }], { id: 'local', trusted: true }, sources, NOW);
    for (const face of [
      '198.35.26.96',
      '::ffff:198.35.26.96',
      '2002:c623:1a60::25',
      '64:ff9b::c623:1a60',
      '2001:0:4136:e378:8000:63bf:39dc:e59f',
    ]) {
      const { reputation } = await lookup(ask(face), sources, NOW);
      expect(reputation && formatPrefix(reputation.subject), face).toBe('198.35.26.96/32');
      expect(reputation?.observations).toBe(9);
    }
    expect((await lookup(ask('198.35.26.97'), sources, NOW)).reputation?.observations).toBe(0);
  });

  it('reads one batch of at most six rungs, however long the end site', async () => {
    for (let endSiteLength = 12; endSiteLength <= 128; endSiteLength++) {
      const reads: (readonly RungKey[])[] = [];
      const allocations = allocationsOf(allocationOf('2a00::/12', { endSiteLength }));
      await lookup(ask(HOST), { ...on([], reads), allocations }, NOW);
      expect(reads).toHaveLength(1);
      expect(reads[0]?.length).toBeLessThanOrEqual(6);
    }
  });

  it('reads an account and its organisation in the same batch, and only when one is named', async () => {
    const reads: (readonly RungKey[])[] = [];
    const account = namedKey('member', 'o'.repeat(NAME_BYTES), 'a'.repeat(NAME_BYTES));
    await lookup({ ...ask(HOST), account }, on([], reads), NOW);
    await lookup({ ...ask('::1'), account }, on([], reads), NOW);
    await lookup(ask(HOST), on([], reads), NOW);
    const own = rungsOf(recordOf(HOST).ladder);
    expect(own.length).toBeLessThanOrEqual(6);
    expect(reads).toEqual([[...own, ...namedRungsOf(account)], namedRungsOf(account), own]);
  });

  it('reads nothing for an address that has no reputation', async () => {
    const reads: (readonly RungKey[])[] = [];
    const answer = await lookup(ask('2001:db8::1'), on([], reads), NOW);
    expect(answer).toMatchObject({ reputation: null, degraded: false, policy: { class: 'unknown' } });
    expect(reads).toEqual([]);
  });

  it('never writes: a store that can only be read is enough', async () => {
    for (const host of [HOST, '198.35.26.96', '::1', '2002:c623:1a60::1']) {
      expect(await lookup(ask(host), on([recordOf(HOST)]), NOW)).toMatchObject({ degraded: false });
    }
  });

  it('asks the lists about the network and the time', async () => {
    const asked: unknown[] = [];
    const listingOf: LookupSources['listingOf'] = (network, now) => {
      asked.push([formatPrefix(network.prefix), now]);
      return null;
    };
    await lookup(ask(HOST), { ...on([]), listingOf }, NOW);
    expect(asked).toEqual([['2a00:1450:4001:81b::/64', NOW]]);
  });

  it('lets a listing decide, and tells the reputation beside it', async () => {
    const answer = await lookup(
      ask(HOST),
      { ...on([recordOf(HOST, { verdict: 'ham', count: 90 })]), listingOf: () => BLOCKED },
      NOW,
    );
    expect(answer).toMatchObject({
      listing: BLOCKED,
      policy: { class: 'bad', action: 'reject' },
      degraded: false,
    });
    expect(answer.reputation?.spam).toBeLessThan(0.1);
  });

  it('lets a listing decide about an address without reputation', async () => {
    const answer = await lookup(ask('2001:db8::1'), { ...on([]), listingOf: () => BLOCKED }, NOW);
    expect(answer).toMatchObject({ reputation: null, policy: { action: 'reject' } });
  });
});

describe('a lookup whose evidence does not come', () => {
  const late: LookupSources = {
    ...on([recordOf(HOST, { count: 900 })]),
    withinBudget: () => Promise.resolve(null),
  };

  it('is answered openly and says that it is degraded', async () => {
    const answer = await lookup(ask(HOST), late, NOW);
    expect(answer).toMatchObject({ degraded: true, reputation: null, policy: { class: 'unknown' } });
    expect(['accept', 'throttle']).toContain(answer.policy.action);
    expect(formatPrefix(answer.network.prefix)).toBe('2a00:1450:4001:81b::/64');
  });

  it('may be cached for some seconds only, so that it heals unseen', async () => {
    const { expires } = await lookup(ask(HOST), late, NOW);
    expect(expires).toBeGreaterThan(NOW);
    expect(expires).toBeLessThanOrEqual(NOW + 30_000);
  });

  it('is decided by a listing all the same, and says that it is degraded', async () => {
    const answer = await lookup(ask(HOST), { ...late, listingOf: () => BLOCKED }, NOW);
    expect(answer).toMatchObject({
      degraded: true,
      listing: BLOCKED,
      policy: { class: 'bad', action: 'reject' },
      reputation: null,
    });
    const allowed = { ...BLOCKED, list: 'allow' } as const;
    const welcome = await lookup(ask(HOST), { ...late, listingOf: () => allowed }, NOW);
    expect(welcome.policy).toMatchObject({ class: 'good', action: 'accept' });
  });

  it('holds no longer than its listing, and for its own address only where an entry divides the prefix', async () => {
    const soon = { ...BLOCKED, expires: NOW + 1234 };
    expect((await lookup(ask(HOST), { ...late, listingOf: () => soon }, NOW)).expires).toBe(NOW + 1234);
    expect((await lookup(ask(HOST), { ...late, divides: () => true }, NOW)).expires).toBe(NOW);
  });

  it('is the same where there is nothing to read', async () => {
    expect(await lookup(ask('::1'), late, NOW)).toMatchObject({
      degraded: false,
      policy: { class: 'local' },
    });
  });

  it.each([
    ['the read rejects', { readTallies: () => Promise.reject(new Error('throttled')) }],
    [
      'the read throws',
      {
        readTallies: () => {
          throw new Error('closed');
        },
      },
    ],
    [
      'the base rate cannot be read',
      {
        rootTally: () => {
          throw new RangeError('a stored record ends too early');
        },
      },
    ],
  ] satisfies [string, Partial<LookupSources['store']>][])(
    'is degraded, never an error, when %s',
    async (_, broken) => {
      const sources: LookupSources = { ...on([]), withinBudget: (read) => read.catch(() => null) };
      const whole: LookupSources['store'] = new MemoryStore();
      const store = {
        readTallies: (rungs: readonly RungKey[]) => whole.readTallies(rungs),
        rootTally: (family: 4 | 6) => whole.rootTally(family),
        ...broken,
      };
      const answer = await lookup(ask(HOST), { ...sources, store }, NOW);
      expect(answer).toMatchObject({ degraded: true, policy: { class: 'unknown' } });
    },
  );
});

describe('an answer', () => {
  it('holds as long as the book says for its class', async () => {
    for (const [records, name] of [
      [[], 'unknown'],
      [[recordOf(HOST, { count: 90 })], 'bad'],
      [[recordOf(HOST, { verdict: 'ham', count: 90 })], 'good'],
    ] as const) {
      const { policy, expires } = await lookup(ask(HOST), on(records), NOW);
      expect([policy.class, expires - NOW]).toEqual([name, cacheSeconds[name] * 1000]);
    }
    expect((await lookup(ask('127.0.0.1'), on([]), NOW)).expires - NOW).toBe(cacheSeconds.local * 1000);
  });

  it('holds no longer than the listing that decided it', async () => {
    const soon = { ...BLOCKED, expires: NOW + 1234 };
    expect((await lookup(ask(HOST), { ...on([]), listingOf: () => soon }, NOW)).expires).toBe(NOW + 1234);
    const late = { ...BLOCKED, expires: NOW + 24 * HOUR };
    expect((await lookup(ask(HOST), { ...on([]), listingOf: () => late }, NOW)).expires).toBe(
      NOW + cacheSeconds.bad * 1000,
    );
  });

  it('expires at once when an entry of a list divides its prefix', async () => {
    const index = new ListIndex([
      entry('block', '2a00:1450:4001:81b::bad/128'),
      entry('allow', '2a00:1450::/32'),
    ]);
    const sources: LookupSources = {
      ...on([]),
      listingOf: (network, now) => index.listingOf(network, now),
      divides: (network, now) => index.divides(network, now),
    };
    const [bad, neighbour, apart] = await Promise.all(
      ['2a00:1450:4001:81b::bad', HOST, '2a00:1450:4001:81c::5'].map((host) =>
        lookup(ask(host), sources, NOW),
      ),
    );
    expect([bad?.policy.action, neighbour?.policy.action]).toEqual(['reject', 'accept']);
    expect([bad?.expires, neighbour?.expires]).toEqual([NOW, NOW]);
    expect(apart?.expires).toBe(NOW + cacheSeconds.good * 1000);
  });

  it('for one host of a mixed end site expires at once: its neighbours have another', async () => {
    const [bad, good] = ['2a00:1450:4001:81b::bad', '2a00:1450:4001:81b::900d'];
    const sources = on([recordOf(bad, { count: 40 }), recordOf(good, { verdict: 'ham', count: 40 })]);
    const [one, other] = [await lookup(ask(bad), sources, NOW), await lookup(ask(good), sources, NOW)];
    expect([one.expires, other.expires]).toEqual([NOW, NOW]);
    expect([one.policy.class, other.policy.class]).toEqual(['bad', 'good']);
  });

  it('that may be reused is the one every address of its prefix gets', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyHistory,
        anyHost,
        fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 3, maxLength: 3 }),
        async (history, host, others) => {
          const sources = { ...on(history), allocations: CROWDED };
          const first = await lookup(ask(host), sources, NOW);
          if (first.expires === NOW) return;
          for (const low of [1, 2, 3, ...others]) {
            const text = host.includes(':')
              ? host.replace(/::.*$/, `::${low.toString(16)}`)
              : host.replace(/\d+$/, `${low % 256}`);
            if (!contains(first.network.prefix, mustAddress(text))) continue;
            const second = await lookup(ask(text), sources, NOW);
            expect(second.policy, `${host} and ${text}`).toEqual(first.policy);
            expect(second.reputation?.spam).toBe(first.reputation?.spam);
          }
        },
      ),
      { seed: SEED, numRuns: 100 },
    );
  });
});

function ask(host: string): Question {
  return { address: mustAddress(host), facts: {} };
}

/** Sources over what was learned. */
function on(records: readonly VerdictRecord[], reads: (readonly RungKey[])[] = []): LookupSources {
  const store = new MemoryStore();
  store.record(records, NOW);
  return {
    store: readOnly(store, reads),
    allocations: NO_ALLOCATIONS,
    subjects: new KnownSubjects(),
    book: DEFAULT_POLICY_BOOK,
    listingOf: () => null,
    divides: () => false,
    withinBudget: (read) => read,
  };
}

/** The store as a lookup may use it: the reads are noted, anything else throws. */
function readOnly(store: MemoryStore, reads: (readonly RungKey[])[]): LookupSources['store'] {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'rootTally') return (family: 4 | 6) => target.rootTally(family);
      if (name !== 'readTallies') throw new Error(`a lookup must not touch ${String(name)}`);
      return (rungs: readonly RungKey[]) => {
        reads.push(rungs);
        return target.readTallies(rungs);
      };
    },
  });
}
