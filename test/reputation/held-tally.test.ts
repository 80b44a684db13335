/** What a held tally keeps of its sums, against the same tally that keeps nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHILD_CAP } from '../../lib/reputation/cascade.ts';
import { conclude } from '../../lib/reputation/chain.ts';
import { Decay } from '../../lib/reputation/decay.ts';
import { HeldTally } from '../../lib/reputation/held-tally.ts';
import { ANCESTOR_SCALES, ROOT_SCALE } from '../../lib/reputation/parameters.ts';
import { Series } from '../../lib/reputation/series.ts';
import { bucketIndex, EMPTY_TALLY, SERIES, type Tally } from '../../lib/reputation/tally.ts';
import { SEED } from '../support/arbitraries.ts';
import { DAY, NOW } from '../support/records.ts';

const [MONTHS, DAYS] = ANCESTOR_SCALES.map((scale) => new Decay(scale));
/** Another one of the same series as `MONTHS`. */
const YEAR = new Decay(ROOT_SCALE);
const weight = fc.oneof(fc.constant(0), fc.constant(CHILD_CAP), fc.integer({ min: 1, max: 50 * CHILD_CAP }));

/** A few buckets, or nearly as many as are kept; some of them older, some younger than that. */
function seriesOf(series: 'days' | 'months'): fc.Arbitrary<Series> {
  const { keep } = SERIES[series];
  const newest = bucketIndex(series, NOW) + 2;
  const age = fc.oneof(fc.integer({ min: 0, max: keep + 3 }), fc.integer({ min: 0, max: 4 }));
  const lengths = fc.constantFrom({ maxLength: 3 }, { minLength: keep - 6, maxLength: keep });
  return lengths
    .chain((bounds) => fc.uniqueArray(fc.tuple(age, weight, weight), { selector: ([of]) => of, ...bounds }))
    .map((buckets) =>
      Series.of(
        buckets
          .sort(([a], [b]) => b - a)
          .map(([of, bad, good]) => ({ index: newest - of, bad, good, sources: 1 })),
      ),
    );
}

const tally: fc.Arbitrary<Tally> = fc
  .tuple(seriesOf('days'), seriesOf('months'))
  .map(([days, months]) => ({ ...EMPTY_TALLY, days, months }));
const time = fc.oneof(
  fc.integer({ min: NOW - 2 * DAY, max: NOW + 2 * DAY }),
  fc.integer({ min: NOW - 40 * DAY, max: NOW + 40 * DAY }),
);
/** Several levels, asked about in any order and at any times. */
const questions = fc.tuple(
  fc.array(tally, { minLength: 1, maxLength: 4 }),
  fc.array(fc.tuple(fc.nat(3), fc.nat(3), time), { minLength: 1, maxLength: 20 }),
);

describe('a held tally', () => {
  it('has the sums that one has that keeps nothing, whatever it was asked before', () => {
    fc.assert(
      fc.property(questions, ([tallies, asked]) => {
        const held = tallies.map((plain) => new HeldTally(plain));
        for (const [above, below, now] of asked) {
          const [i, k] = [above % tallies.length, below % tallies.length];
          for (const decay of [MONTHS, DAYS, YEAR]) {
            const found = decay?.sumWithout(held[i] ?? EMPTY_TALLY, held[k] ?? EMPTY_TALLY, CHILD_CAP, now);
            const plain = decay?.sumWithout(
              tallies[i] ?? EMPTY_TALLY,
              tallies[k] ?? EMPTY_TALLY,
              CHILD_CAP,
              now,
            );
            expectSame(found?.bad, plain?.bad);
            expectSame(found?.good, plain?.good);
          }
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('has nothing left, to the last digit, where all of it came from below', () => {
    const days = Array.from({ length: 31 }, (_, i) => ({
      index: bucketIndex('days', NOW) - 30 + i,
      bad: i % 3 === 0 ? 0 : CHILD_CAP / 4 + i,
      good: i % 2 === 0 ? 0 : i,
      sources: 1,
    }));
    const only = { ...EMPTY_TALLY, days: Series.of(days.slice(25)) };
    const wide = new HeldTally({ ...EMPTY_TALLY, days: Series.of(days) });
    const rest = new HeldTally({
      ...EMPTY_TALLY,
      days: Series.of(days.map((bucket, i) => (i < 25 ? { ...bucket, bad: 0, good: 0 } : bucket))),
    });
    for (const now of [NOW, NOW + 1, NOW + DAY / 3]) {
      expect(DAYS?.sumWithout(rest, only, CHILD_CAP, now)).toEqual({ bad: 0, good: 0 });
      expect(DAYS?.sumWithout(wide, wide, CHILD_CAP, now)).toEqual({ bad: 0, good: 0 });
    }
  });

  it('comes to the same conclusion', () => {
    fc.assert(
      fc.property(
        fc.array(tally, { minLength: 1, maxLength: 6 }),
        fc.array(time, { minLength: 1, maxLength: 5 }),
        (tallies, times) => {
          const held = tallies.map((plain) => new HeldTally(plain));
          const root = tallies.at(-1) ?? EMPTY_TALLY;
          for (const now of times) {
            const found = conclude(held, null, new HeldTally(root), now);
            const plain = conclude(tallies, null, root, now);
            expect(found.spam).toBeCloseTo(plain.spam, 9);
            expect(found.interval[0]).toBeCloseTo(plain.interval[0], 6);
            expect(Array.from(found.evidence, ({ observations }) => observations === 0)).toEqual(
              Array.from(plain.evidence, ({ observations }) => observations === 0),
            );
          }
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('is equal to the tally it was made of, whatever it was asked', () => {
    const plain = { ...EMPTY_TALLY, days: Series.of([{ index: 1, bad: 1, good: 2, sources: 1 }]) };
    const held = new HeldTally(plain);
    DAYS?.sumWithout(held, EMPTY_TALLY, CHILD_CAP, NOW);
    expect(held).toEqual(plain);
    expect({ ...held }).toEqual(plain);
  });
});

/** Zero is exactly zero: a link without evidence is left out of an answer. */
function expectSame(found: number | undefined, plain: number | undefined): void {
  if (plain === 0) expect(found).toBe(0);
  else expect(found).toBeCloseTo(plain ?? Number.NaN, 6);
}
