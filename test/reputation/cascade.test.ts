/** The cascade: how far a voice carries, and that every wider tally is exactly what its children contribute. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rungsAbove } from '../../lib/allocation/ladder.ts';
import { formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { CHILD_CAP, contribution, REPORTER_CAP, type Saturation } from '../../lib/reputation/cascade.ts';
import { prefixOfKey, rootKey, rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { type Bucket, EMPTY_TALLY, SERIES_NAMES, type Tally } from '../../lib/reputation/tally.ts';
import { impulseOf } from '../../lib/store/impulse.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHistory, anyOrderOf, anyTally, batchesOf, SEED } from '../support/arbitraries.ts';
import { DAY, mustPrefix, NOW, recordOf } from '../support/records.ts';
import { slowHosts, slowNewest, slowTally, slowVerdictOf } from '../support/reputation-slow.ts';

const HOST = '2a00:1450:4001:81b::5';
const MONTH = 692;

describe('what a level takes from the one below', () => {
  const rows: readonly (readonly [Saturation, readonly number[], readonly number[], string])[] = [
    // A reporter's 1.2 units and a child's 1, in thousandths: by hand.
    ['reporter', [1000, 0], [1000, 0], 'one report counts in full'],
    ['reporter', [1200, 0], [1200, 0], 'as much as the cap counts in full'],
    ['reporter', [1201, 0], [1200, 0], 'beyond it nothing more counts'],
    ['reporter', [500_000, 0], [1200, 0], 'five hundred reports weigh 1.2'],
    ['reporter', [1000, 1000], [600, 600], 'who says both is heard for both'],
    ['reporter', [3000, 1000], [900, 300], 'in the proportion it said them'],
    ['reporter', [2000, 1000], [800, 400], 'two to one'],
    ['reporter', [200, 1000], [200, 1000], 'a fifth and a whole fit under the cap'],
    ['reporter', [700, 600], [646, 554], 'rounded to thousandths, and still 1.2 together'],
    ['child', [1000, 0], [1000, 0], 'one unit counts in full'],
    ['child', [5000, 0], [1000, 0], 'five bad reports on one child weigh one'],
    ['child', [0, 90_000], [0, 1000], 'a busy good child weighs one'],
    ['child', [3000, 1000], [750, 250], 'a mixed child weighs one in all'],
    ['child', [1000, 2000], [333, 667], 'rounded to thousandths, and still one together'],
    ['trusted-reporter', [500_000, 1], [500_000, 1], 'the operator’s own word is not capped'],
  ];
  it.each(rows)('%s: of %j it takes %j: %s', (saturation, [bad = 0, good = 0], [b, g]) => {
    expect([REPORTER_CAP, CHILD_CAP]).toEqual([1200, 1000]);
    const months = [{ index: MONTH, bad, good, sources: 3 }];
    const taken = contribution({ ...EMPTY_TALLY, months }, saturation);
    expect(taken.months).toEqual([{ index: MONTH, bad: b, good: g, sources: 1 }]);
  });

  it('is one source a bucket, whatever the sources below', () => {
    fc.assert(
      fc.property(anyTally, fc.constantFrom('reporter', 'child', 'trusted-reporter'), (tally, saturation) => {
        const taken = contribution(tally, saturation);
        for (const series of SERIES_NAMES) {
          for (const { bad, good, sources } of taken[series]) expect(sources).toBe(bad + good > 0 ? 1 : 0);
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('never outweighs the cap nor turns good into bad, and keeps whole numbers', () => {
    fc.assert(
      fc.property(anyTally, fc.constantFrom('reporter', 'child'), (tally, saturation) => {
        const cap = saturation === 'child' ? CHILD_CAP : REPORTER_CAP;
        const taken = contribution(tally, saturation);
        for (const series of SERIES_NAMES) {
          taken[series].forEach(({ bad, good }, i) => {
            const below: Bucket | undefined = tally[series][i];
            if (below === undefined) throw new Error('a bucket from nowhere');
            expect(bad + good).toBe(Math.min(cap, below.bad + below.good));
            expect(Number.isInteger(bad) && bad >= 0 && bad <= below.bad && good <= below.good).toBe(true);
          });
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('tells hosts, the newest reports and their time on end sites only', () => {
    fc.assert(
      fc.property(anyTally, (tally) => {
        expect(contribution(tally, 'child')).toMatchObject({ hosts: [], recent: [], lastSeen: 0 });
        const { recent, lastSeen } = tally;
        expect(contribution(tally, 'reporter')).toMatchObject({ recent, lastSeen });
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

describe('a verdict', () => {
  it('climbs from its reporter through the subject and every wider block to the root', () => {
    const { subject } = recordOf(HOST).ladder;
    const keys = impulseOf(recordOf(HOST)).path.map(({ key }) => key);
    expect(keys.slice(1, -1).map(shown)).toEqual([subject, ...rungsAbove(subject)].map(formatPrefix));
    expect(keys.at(-1)).toBe(rootKey(6));
  });

  it('of one trusted reporter counts fully on the subject and once a level above, however many messages', () => {
    const store = learned([recordOf(HOST, { count: 40 })]);
    const [subject, ...wider] = months(store, recordOf(HOST));
    expect(subject).toEqual([{ index: MONTH, bad: 40_000, good: 0, sources: 1 }]);
    for (const level of wider) expect(level).toEqual([{ index: MONTH, bad: 1000, good: 0, sources: 1 }]);
  });

  it('of an untrusted reporter counts up to the cap, and each of several reporters anew', () => {
    const said = (id: string) => recordOf(HOST, { id, reporter: { id, trusted: false }, count: 9 });
    expect(months(learned([said('r1')]), said('r1'))[0]).toEqual([
      { index: MONTH, bad: 1200, good: 0, sources: 1 },
    ]);
    const both = learned([said('r1'), said('r2')]);
    expect(months(both, said('r1'))[0]).toEqual([{ index: MONTH, bad: 2400, good: 0, sources: 2 }]);
    expect(months(both, said('r1'))[1]).toEqual([{ index: MONTH, bad: 1000, good: 0, sources: 1 }]);
  });

  it('against a sender that others praise brings the proportion up a level, not the volume', () => {
    const store = learned([
      recordOf(HOST, { id: 'a' }),
      recordOf(HOST, { id: 'b', verdict: 'ham', count: 3 }),
    ]);
    expect(months(store, recordOf(HOST))[1]).toEqual([{ index: MONTH, bad: 250, good: 750, sources: 1 }]);
  });

  it('about many children makes a wider prefix as bad as they are many', () => {
    const hosts = [1, 2, 3].map((i) => `2a00:1450:4001:81${i}::5`);
    const store = learned(hosts.map((host) => recordOf(host, { count: 7 })));
    expect(months(store, recordOf(HOST))[1]).toEqual([{ index: MONTH, bad: 3000, good: 0, sources: 3 }]);
    expect(months(store, recordOf(HOST))[2]).toEqual([{ index: MONTH, bad: 1000, good: 0, sources: 1 }]);
  });

  it('of a month ago is in the days and the month, and no longer in the quarters', () => {
    const record = recordOf(HOST, { at: NOW - 29 * DAY });
    const [tally] = rungsOf(record.ladder).map((rung) => learned([record]).tally(rung));
    expect(tally).toMatchObject({ quarters: [], lastSeen: NOW - 29 * DAY });
    expect(tally?.days).toHaveLength(1);
    expect(tally?.months).toHaveLength(1);
  });
});

describe('a reporter', () => {
  it('that becomes trusted is heard anew, and what it said before stays capped', () => {
    const said = (id: string, trusted: boolean) =>
      recordOf(HOST, { id, reporter: { id: 'r', trusted }, count: 5 });
    const store = learned([said('a', false), said('b', true)]);
    expect(months(store, said('a', true))[0]).toEqual([{ index: MONTH, bad: 6200, good: 0, sources: 2 }]);
  });
});

describe('every tally', () => {
  it('is exactly what its reporters and children contribute, whatever was said in whatever order and batches', () => {
    const shuffled = anyHistory.chain((history) => fc.tuple(fc.constant(history), anyOrderOf(history)));
    fc.assert(
      fc.property(
        shuffled,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        ([history, order], sizes) => {
          const store = new MemoryStore();
          for (const batch of batchesOf(order, sizes)) store.record(batch, NOW);
          expectTwin(store, history);
          const fewest = new MemoryStore();
          fewest.record(history, NOW);
          for (const key of climbed(history)) expect(store.tally(key)).toEqual(fewest.tally(key));
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is that again after any of it was taken back', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.infiniteStream(fc.boolean()), async (history, coin) => {
        const store = new MemoryStore();
        store.record(history, NOW);
        const kept = history.filter(() => coin.next().value);
        for (const record of history.filter((one) => !kept.includes(one))) {
          expect(await store.retractVerdict(record.reporter.id, record.id, NOW)).toBe(true);
        }
        expectTwin(store, kept, history);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is that again some days later, when new verdicts come and old buckets go', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, fc.integer({ min: 0, max: 90 }), (before, after, days) => {
        const later = NOW + days * DAY;
        const moved = after.map((record) => ({ ...record, at: record.at + days * DAY }));
        const store = new MemoryStore();
        store.record(before, NOW);
        store.record(moved, later);
        // What is not written again keeps old buckets until it is, so only rungs of the new verdicts are compared.
        const twin = [...before, ...moved].map(slowVerdictOf);
        for (const key of climbed(moved)) {
          expect(plain(store.tally(key)), named(key)).toEqual(plainTwin(twin, key, later));
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('knows the hosts of an end site and its newest reports as the twin does', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const store = learned(history);
        const twin = history.map(slowVerdictOf);
        for (const { ladder } of history) {
          const tally = store.tally(rungKey(ladder.subject));
          const subject = formatPrefix(ladder.subject);
          const hosts = [...slowHosts(twin, subject, NOW)].flatMap(([bin, buckets]) =>
            [...buckets].map(([index, { bad, good }]) => ({ bin: Number(bin), index, bad, good })),
          );
          expect(tally.hosts).toEqual(hosts.toSorted((a, b) => a.bin - b.bin || a.index - b.index));
          expect(tally.recent.map(({ at, bad, bin }) => ({ at, bad, bin }))).toEqual(
            slowNewest(twin, subject).map(({ at, verdict, bin }) => ({
              at: Math.floor(at / 1000) * 1000,
              bad: verdict !== 'ham',
              bin,
            })),
          );
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

describe('the climb', () => {
  it('goes on from each rung alike, whatever subject it began at: else a rung would have two parents', () => {
    const above = new Map<string, string | undefined>();
    const subjects = ['2a00:1450:4001:81b:ffff:ffff:ffff:ffff', '198.35.26.96'].flatMap((host) => {
      const bits = host.includes(':') ? 128 : 32;
      return Array.from({ length: bits - 8 }, (_, i) => `${host}/${bits - i}`);
    });
    for (const text of subjects) {
      const path = climbOf(text);
      path.forEach((key, i) => {
        if (above.has(key)) expect(path[i + 1], text).toBe(above.get(key));
        above.set(key, path[i + 1]);
      });
    }
  });

  it('leaves nothing behind when a /64 and an end site inside it are reported and taken back in turn', async () => {
    const inside = {
      ...recordOf(HOST, { id: 'inside' }),
      ladder: { subject: mustPrefix('2a00:1450:4001:81b::/65'), ancestors: [] },
    };
    const around = recordOf(HOST, { id: 'around' });
    const store = learned([inside]);
    store.record([around], NOW);
    await store.retractVerdict('local', 'inside', NOW);
    await store.retractVerdict('local', 'around', NOW);
    for (const key of climbed([inside, around])) expect(store.tally(key)).toEqual(EMPTY_TALLY);
  });
});

function learned(records: readonly VerdictRecord[]): MemoryStore {
  const store = new MemoryStore();
  store.record(records, NOW);
  return store;
}

function months(store: MemoryStore, record: VerdictRecord): readonly (readonly Bucket[])[] {
  return climbed([record]).map((key) => store.tally(key).months);
}

/** The keys of all rungs that the records climb, nearest first. */
function climbed(records: readonly VerdictRecord[]): readonly string[] {
  const keys = records.flatMap((record) =>
    impulseOf(record)
      .path.slice(1)
      .map(({ key }) => key),
  );
  return [...new Set(keys)];
}

function climbOf(text: string): readonly string[] {
  const [host = '', length = ''] = text.split('/');
  const record = recordOf(host);
  const subject = Number(length);
  return climbed([{ ...record, ladder: { subject: coverOf(host, subject), ancestors: [] } }]);
}

function coverOf(host: string, length: number) {
  const bits = host.includes(':') ? 128 : 32;
  const full = mustPrefix(`${host}/${bits}`);
  return Prefix.covering(full, length);
}

/** Every rung of the whole history holds what the twin makes of the verdicts that count. */
function expectTwin(store: MemoryStore, counted: readonly VerdictRecord[], whole = counted): void {
  const twin = counted.map(slowVerdictOf);
  for (const key of climbed(whole)) {
    expect(plain(store.tally(key)), named(key)).toEqual(plainTwin(twin, key, NOW));
  }
}

/** The three series as plain lists. */
function plain(tally: Tally) {
  return Object.fromEntries(SERIES_NAMES.map((series) => [series, tally[series]]));
}

function plainTwin(twin: Parameters<typeof slowTally>[0], key: string, now: number) {
  const tally = slowTally(twin, named(key), now);
  return Object.fromEntries(
    SERIES_NAMES.map((series) => [
      series,
      [...(tally.get(series) ?? [])]
        .map(([index, bucket]) => ({ index, ...bucket }))
        .toSorted((a, b) => a.index - b.index),
    ]),
  );
}

function named(key: string): string {
  return shown(key) ?? `root ${key.charCodeAt(1)}`;
}

function shown(key: string): string | null {
  const prefix = prefixOfKey(key);
  return prefix && formatPrefix(prefix);
}
