/** A series as flat numbers, against plain lists of its buckets. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bucket, NO_SERIES, Series } from '../../lib/reputation/series.ts';
import { SEED } from '../support/arbitraries.ts';

const RUNS = { seed: SEED, numRuns: 500 };

const signed = fc.integer({ min: -3, max: 3 });
const anyBuckets: fc.Arbitrary<readonly Bucket[]> = fc
  .uniqueArray(fc.record({ index: fc.nat(12), bad: signed, good: signed, sources: signed }), {
    maxLength: 8,
    selector: ({ index }) => index,
  })
  .map((buckets) => buckets.toSorted((a, b) => a.index - b.index));

describe('a series', () => {
  it('gives back the buckets that it was made of, one by one and all in order', () => {
    fc.assert(
      fc.property(anyBuckets, fc.integer({ min: -10, max: 10 }), fc.nat(12), (buckets, place, index) => {
        const series = Series.of(buckets);
        expect([...series]).toEqual(buckets);
        expect(series).toHaveLength(buckets.length);
        expect(series.at(place)).toEqual(buckets.at(place));
        expect(series.newest).toBe(buckets.at(-1)?.index ?? null);
        const start = series.startOf(index);
        const found = buckets.findIndex((bucket) => bucket.index === index);
        expect(start < 0 ? -1 : start / 4).toBe(found);
      }),
      RUNS,
    );
  });

  it('is equal to one of the same buckets, and to no other', () => {
    fc.assert(
      fc.property(
        anyBuckets,
        fc.nat(7),
        fc.constantFrom('index', 'bad', 'good', 'sources'),
        (buckets, i, part) => {
          expect(Series.of(buckets)).toEqual(Series.of(buckets));
          if (buckets.length === 0) return;
          const other = buckets.map((bucket, k) =>
            k === i % buckets.length ? { ...bucket, [part]: bucket[part] + 1 } : bucket,
          );
          expect(Series.of(other)).not.toEqual(Series.of(buckets));
        },
      ),
      RUNS,
    );
  });

  it('adds, takes back and forgets bucket by bucket, and stays as it was itself', () => {
    fc.assert(
      fc.property(anyBuckets, anyBuckets, fc.nat(13), (a, b, oldest) => {
        const [left, right] = [Series.of(a), Series.of(b)];
        expect([...left.plus(right)]).toEqual(added(a, b));
        expect([...left.plus(right.negated())]).toEqual(added(a, b.map(minus)));
        expect([...left.plus(left.negated())]).toEqual(added(a, a.map(minus)));
        expect([...left.since(oldest)]).toEqual(a.filter(({ index }) => index >= oldest));
        expect([[...left], [...right]]).toEqual([a, b]);
      }),
      RUNS,
    );
  });

  it('loses what is below nothing, and buckets in which nothing else was', () => {
    fc.assert(
      fc.property(anyBuckets, (buckets) => {
        const series = Series.of(buckets);
        const debts = buckets.some(({ bad, good, sources }) => Math.min(bad, good, sources) < 0);
        expect(series.hasDebts()).toBe(debts);
        const kept = buckets
          .map(({ index, bad, good, sources }) => ({
            index,
            bad: Math.max(0, bad),
            good: Math.max(0, good),
            sources: Math.max(0, sources),
          }))
          .filter(({ bad, good, sources }) => bad + good + sources > 0);
        if (debts) expect([...series.withoutDebts()]).toEqual(kept);
        else expect(series.withoutDebts()).toBe(series);
      }),
      RUNS,
    );
  });

  it('that is as it should be is not made anew', () => {
    const series = Series.of([{ index: 5, bad: 1, good: 2, sources: 1 }]);
    expect(series.plus(NO_SERIES)).toBe(series);
    expect(NO_SERIES.plus(series)).toBe(series);
    expect(series.since(5)).toBe(series);
  });
});

/** By the index, without what comes to nothing where two met. */
function added(a: readonly Bucket[], b: readonly Bucket[]): readonly Bucket[] {
  const alone = (list: readonly Bucket[], other: readonly Bucket[]) =>
    list.filter(({ index }) => other.every((bucket) => bucket.index !== index));
  const both = a.flatMap((one) =>
    b
      .filter(({ index }) => index === one.index)
      .map(({ index, bad, good, sources }) => ({
        index,
        bad: one.bad + bad,
        good: one.good + good,
        sources: one.sources + sources,
      }))
      .filter(({ bad, good, sources }) => bad !== 0 || good !== 0 || sources !== 0),
  );
  return [...alone(a, b), ...both, ...alone(b, a)].toSorted((x, y) => x.index - y.index);
}

function minus({ index, bad, good, sources }: Bucket): Bucket {
  return { index, bad: 0 - bad, good: 0 - good, sources: 0 - sources };
}
