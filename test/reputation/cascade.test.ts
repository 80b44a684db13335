/** The cascade: how far a voice carries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rungsAbove } from '../../lib/allocation/ladder.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { CHILD_CAP, contribution, REPORTER_CAP, type Saturation } from '../../lib/reputation/cascade.ts';
import { rootKey, rungsOf } from '../../lib/reputation/rung.ts';
import { type Bucket, NO_SERIES, Series } from '../../lib/reputation/series.ts';
import { EMPTY_TALLY, SERIES_NAMES } from '../../lib/reputation/tally.ts';
import { impulsesOf } from '../../lib/store/impulse.ts';
import { anyTally, SEED } from '../support/arbitraries.ts';
import { climbed, climbOf, HOST, keysAbove, learned, MONTH, months, shown } from '../support/climbed.ts';
import { DAY, mustPrefix, NOW, recordOf } from '../support/records.ts';

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
    const months = Series.of([{ index: MONTH, bad, good, sources: 3 }]);
    const taken = contribution({ ...EMPTY_TALLY, months }, saturation);
    expect([...taken.months]).toEqual([{ index: MONTH, bad: b, good: g, sources: 1 }]);
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
          [...taken[series]].forEach(({ bad, good }, i) => {
            const below: Bucket | undefined = tally[series].at(i);
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
    const keys = impulsesOf(recordOf(HOST)).flatMap(({ key }) => keysAbove(key));
    expect(keys.slice(0, -1).map(shown)).toEqual([subject, ...rungsAbove(subject)].map(formatPrefix));
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
    expect(tally).toMatchObject({ quarters: NO_SERIES, lastSeen: NOW - 29 * DAY });
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
