/** Tallies: sums over buckets of time that come out the same in any order, and what leaves the window. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_RECENT_CHANGE } from '../../lib/reputation/recent.ts';
import { Series } from '../../lib/reputation/series.ts';
import {
  add,
  bucketIndex,
  deltaOf,
  difference,
  EMPTY_TALLY,
  isEmpty,
  isNothing,
  joined,
  pruned,
  SERIES,
  SERIES_NAMES,
  type Tally,
  type TallyDelta,
  undoingDeltaOf,
} from '../../lib/reputation/tally.ts';
import { weightOf } from '../../lib/reputation/verdict.ts';
import { anyOrderOf, anyTally, SEED } from '../support/arbitraries.ts';
import { DAY, HOUR, NOW } from '../support/records.ts';

/** 2026-11-21T12:00:00Z in quarter-days, days and 30-day months since 1970, by hand: 20,778 days and a half. */
const NOW_INDEX = { quarters: 83_114, days: 20_778, months: 692 };

const RUNS = { seed: SEED, numRuns: 500 };

describe('a bucket', () => {
  it('is a quarter of a day, a day, or thirty days, counted from 1970', () => {
    for (const series of SERIES_NAMES) expect(bucketIndex(series, NOW)).toBe(NOW_INDEX[series]);
    expect(SERIES_NAMES.map((series) => SERIES[series].length)).toEqual([6 * HOUR, DAY, 30 * DAY]);
  });

  it('begins with its first millisecond and ends before the next one’s', () => {
    for (const series of SERIES_NAMES) {
      const { length } = SERIES[series];
      const start = NOW_INDEX[series] * length;
      expect(bucketIndex(series, start)).toBe(NOW_INDEX[series]);
      expect(bucketIndex(series, start + length - 1)).toBe(NOW_INDEX[series]);
      expect(bucketIndex(series, start + length)).toBe(NOW_INDEX[series] + 1);
      expect(bucketIndex(series, start - 1)).toBe(NOW_INDEX[series] - 1);
    }
  });
});

describe('one verdict', () => {
  const observation = { weight: weightOf('spam'), at: NOW + 1234, bin: 7, recent: null };

  it('counts once in every series, and for its host', () => {
    const bucket = { bad: 1000, good: 0, sources: 1 };
    expect(add(EMPTY_TALLY, deltaOf(observation))).toEqual({
      quarters: Series.of([{ index: NOW_INDEX.quarters, ...bucket }]),
      days: Series.of([{ index: NOW_INDEX.days, ...bucket }]),
      months: Series.of([{ index: NOW_INDEX.months, ...bucket }]),
      hosts: [{ bin: 7, index: NOW_INDEX.months, bad: 1000, good: 0 }],
      lastSeen: NOW + 1000,
      recent: [],
    });
  });

  it('counts for no host where there is none to tell apart', () => {
    expect(deltaOf({ ...observation, bin: null }).hosts).toEqual([]);
  });

  it('is gone when taken back, but for when it was seen', () => {
    const tally = add(add(EMPTY_TALLY, deltaOf(observation)), undoingDeltaOf(observation));
    expect(tally).toEqual({ ...EMPTY_TALLY, lastSeen: NOW + 1000 });
    expect(isEmpty(tally)).toBe(true);
  });

  it('leaves what others said when it is taken back', () => {
    fc.assert(
      fc.property(anyTally, (tally) => {
        const after = add(add(tally, deltaOf(observation)), undoingDeltaOf(observation));
        expect({ ...after, lastSeen: 0 }).toEqual({ ...tally, lastSeen: 0 });
      }),
      RUNS,
    );
  });
});

describe('adding', () => {
  it('comes to the same in any order', () => {
    fc.assert(
      fc.property(
        fc.array(anyTally, { maxLength: 6 }).chain((list) => fc.tuple(fc.constant(list), anyOrderOf(list))),
        ([list, shuffled]) => {
          expect(sum(shuffled)).toEqual(sum(list));
        },
      ),
      RUNS,
    );
  });

  it('comes to the same however the changes are grouped', () => {
    fc.assert(
      fc.property(anyTally, anyTally, anyTally, (tally, a, b) => {
        const [x, y] = [asDelta(a), asDelta(b)];
        expect(add(tally, joined(x, y))).toEqual(add(add(tally, x), y));
        expect(add(tally, joined(y, x))).toEqual(add(tally, joined(x, y)));
      }),
      RUNS,
    );
  });

  it('changes nothing when there is nothing to add', () => {
    fc.assert(
      fc.property(anyTally, (tally) => {
        const nothing = asDelta(EMPTY_TALLY);
        expect(isNothing(nothing)).toBe(true);
        expect(add(tally, nothing)).toEqual(tally);
        expect(joined(asDelta(tally), nothing)).toEqual(asDelta(tally));
      }),
      RUNS,
    );
  });

  it('is undone by the difference, and the difference of a tally with itself is nothing', () => {
    fc.assert(
      fc.property(anyTally, anyTally, (before, after) => {
        const reached = add(before, difference(after, before));
        expect({ ...reached, lastSeen: 0 }).toEqual({ ...after, lastSeen: 0 });
        expect(reached.lastSeen).toBe(Math.max(before.lastSeen, after.lastSeen));
        expect(isNothing(difference(before, before))).toBe(true);
      }),
      RUNS,
    );
  });

  it('keeps buckets in order, one for each span, none of them empty', () => {
    fc.assert(
      fc.property(anyTally, anyTally, (a, b) => {
        const total = add(add(a, asDelta(b)), difference(EMPTY_TALLY, a));
        for (const series of SERIES_NAMES) {
          const indices = Array.from(total[series], ({ index }) => index);
          expect(indices).toEqual([...new Set(indices)].toSorted((x, y) => x - y));
          expect(
            [...total[series]].every(({ bad, good, sources }) => bad !== 0 || good !== 0 || sources !== 0),
          ).toBe(true);
        }
        const places = total.hosts.map(({ bin, index }) => bin * 10_000 + index);
        expect(places).toEqual([...new Set(places)].toSorted((x, y) => x - y));
      }),
      RUNS,
    );
  });
});

describe('pruning', () => {
  it.each(SERIES_NAMES)('keeps the newest buckets of the %s and drops what is older', (series) => {
    const { keep } = SERIES[series];
    const now = NOW_INDEX[series];
    const bucket = (index: number) => ({ index, bad: 1000, good: 0, sources: 1 });
    const tally = { ...EMPTY_TALLY, [series]: Series.of([now - keep, now - keep + 1, now].map(bucket)) };
    expect(Array.from(pruned(tally, NOW)[series], ({ index }) => index)).toEqual([now - keep + 1, now]);
    expect(Array.from(pruned(tally, NOW + SERIES[series].length)[series], ({ index }) => index)).toEqual([
      now,
    ]);
  });

  it('keeps thirty days of days, which the history shows, and the span before a whole half-life of every scale', () => {
    expect(SERIES.days.keep).toBeGreaterThanOrEqual(31);
    expect(SERIES.quarters.keep * SERIES.quarters.length).toBeGreaterThanOrEqual(2 * DAY);
    expect(SERIES.months.keep * SERIES.months.length).toBeGreaterThanOrEqual(365 * DAY);
  });

  it('keeps hosts for the current month and the two before', () => {
    const hosts = [0, 1, 2, 3].map((age) => ({
      bin: age,
      index: NOW_INDEX.months - age,
      bad: 1000,
      good: 0,
    }));
    expect(pruned({ ...EMPTY_TALLY, hosts }, NOW).hosts.map(({ bin }) => bin)).toEqual([0, 1, 2]);
  });

  it('keeps when the last report was from, and the newest reports', () => {
    fc.assert(
      fc.property(anyTally, fc.nat(1000), (tally, days) => {
        const { lastSeen, recent } = pruned(tally, NOW + days * DAY);
        expect({ lastSeen, recent }).toEqual({ lastSeen: tally.lastSeen, recent: tally.recent });
      }),
      RUNS,
    );
  });

  it('may come early or late: what is left at a time is the same', () => {
    fc.assert(
      fc.property(anyTally, anyTally, fc.nat(40 * 24), fc.nat(40 * 24), (tally, more, hours, further) => {
        const soon = NOW + hours * HOUR;
        const late = soon + further * HOUR;
        expect(pruned(pruned(tally, soon), late)).toEqual(pruned(tally, late));
        expect(pruned(add(pruned(tally, soon), asDelta(more)), late)).toEqual(
          pruned(add(tally, asDelta(more)), late),
        );
      }),
      RUNS,
    );
  });
});

/** What brings a tally about from nothing. */
function asDelta(tally: Tally): TallyDelta {
  const recent = tally.recent.length === 0 ? NO_RECENT_CHANGE : { come: tally.recent, gone: [] };
  return { ...tally, recent };
}

function sum(list: readonly Tally[]): Tally {
  return list.map(asDelta).reduce(add, EMPTY_TALLY);
}
