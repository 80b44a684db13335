/**
 * How much a bucket of time still weighs: all of it until it has ended, then half for every half-life since.
 */
import { cappedBad } from './cascade.ts';
import { HeldTally, type SeriesSums } from './held-tally.ts';
import type { TimeScale } from './parameters.ts';
import { type Bucket, SERIES, type SeriesName, type Tally } from './tally.ts';
import type { Weight } from './verdict.ts';

const NOTHING: Weight = { bad: 0, good: 0 };
const NO_BUCKETS: readonly Bucket[] = [];
/** From so many buckets on it pays to keep what they come to. */
const MANY = 8;

/**
 * The weights of one time scale. Buckets are equally long, so one power of two a question is enough: from there each older
 * bucket weighs less by the same factor.
 */
export class Decay {
  readonly scale: TimeScale;
  readonly #length: number;
  /** What a bucket weighs against the newest one that has ended, by how many buckets lie between. */
  readonly #factors: Float64Array;
  #now = Number.NaN;
  #current = 0;
  #oldest = 0;
  #newestEnded = 1;

  constructor(scale: TimeScale) {
    const { length, keep } = SERIES[scale.series];
    this.scale = scale;
    this.#length = length;
    this.#factors = Float64Array.from({ length: keep }, (_, age) => 2 ** (-(age * length) / scale.halfLife));
  }

  /** The scale's series of a tally. */
  bucketsOf(tally: Tally): readonly Bucket[] {
    return seriesOf(tally, this.scale.series);
  }

  /**
   * The series' buckets, each as much as it still counts at time `now` (epoch milliseconds). Stores drop old buckets when
   * they next write; what a reader sees does not depend on when that is.
   */
  sumOf(tally: Tally, now: number): Weight {
    const buckets = this.bucketsOf(tally);
    if (buckets.length === 0) return NOTHING;
    if (now !== this.#now) this.#moveTo(now);
    return this.#weighed(this.#summed(buckets, NO_BUCKETS, 0, null));
  }

  /**
   * As `sumOf`, without what a level below put in: in each bucket its weight, but at most `cap`. Where more would be taken
   * out than is in, as when the rung between is not read or a roll-up lags, nothing is left.
   */
  sumWithout(tally: Tally, below: Tally, cap: number, now: number): Weight {
    const buckets = this.bucketsOf(tally);
    if (buckets.length === 0) return NOTHING;
    if (now !== this.#now) this.#moveTo(now);
    const taken = this.bucketsOf(below);
    if (tally instanceof HeldTally && buckets.length > MANY + 2 * taken.length)
      return this.#lessTaken(this.#keptOf(tally, buckets), buckets, taken, cap);
    return this.#weighed(
      below instanceof HeldTally && taken.length > MANY
        ? this.#keptBeside(below, tally, buckets, taken, cap)
        : this.#summed(buckets, taken, cap, null),
    );
  }

  /** Weight, 0 to 1, of the bucket with this number at time `now` (epoch milliseconds). */
  weightOf(index: number, now: number): number {
    if (now !== this.#now) this.#moveTo(now);
    return this.#weightOf(index);
  }

  /** The oldest bucket that still counts at time `now` (epoch milliseconds). */
  oldest(now: number): number {
    if (now !== this.#now) this.#moveTo(now);
    return this.#oldest;
  }

  /** The kept sum of all buckets, less what is taken out: only the few buckets are looked at that something is taken out of. */
  #lessTaken(kept: SeriesSums, buckets: readonly Bucket[], taken: readonly Bucket[], cap: number): Weight {
    let { bad, good } = this.#weighed(kept);
    let { wholeBad, wholeGood } = kept;
    let place = buckets.length - 1;
    for (let i = taken.length - 1; i >= 0; i--) {
      const out = taken[i];
      if (out === undefined || out.index < this.#oldest) break;
      place = placeOf(out.index, buckets, place);
      const bucket = buckets[place];
      if (bucket === undefined || bucket.index !== out.index) continue;
      const weight = this.#weightOf(out.index);
      const capped = badOf(out, cap);
      const outBad = Math.min(bucket.bad, capped);
      const outGood = Math.min(bucket.good, goodOf(out, capped, cap));
      wholeBad -= outBad;
      wholeGood -= outGood;
      bad -= outBad * weight;
      good -= outGood * weight;
    }
    // Whole numbers tell surely whether anything is left: of fractions there is a rest of rounding.
    return { bad: wholeBad === 0 ? 0 : Math.max(0, bad), good: wholeGood === 0 ? 0 : Math.max(0, good) };
  }

  /** What all buckets of a tally come to, as it was kept. */
  #keptOf(tally: HeldTally, buckets: readonly Bucket[]): SeriesSums {
    const { series } = this.scale;
    const known = tally.ownSums(series);
    if (known !== null && known.decay === this && known.current === this.#current) return known;
    const sums = this.#summed(buckets, NO_BUCKETS, 0, null);
    tally.keepOwn(series, sums);
    return sums;
  }

  /** What the level above comes to without this one, as it was kept. */
  #keptBeside(
    tally: HeldTally,
    above: Tally,
    buckets: readonly Bucket[],
    taken: readonly Bucket[],
    cap: number,
  ): SeriesSums {
    const { series } = this.scale;
    const known = tally.sumsBeside(series);
    if (known?.above === above && known.decay === this && known.current === this.#current) return known;
    const sums = this.#summed(buckets, taken, cap, above);
    tally.keepBeside(series, sums);
    return sums;
  }

  /** What the buckets come to, without what a level below put in. */
  #summed(
    buckets: readonly Bucket[],
    taken: readonly Bucket[],
    cap: number,
    above: Tally | null,
  ): SeriesSums {
    let next = taken.length - 1;
    let endedBad = 0;
    let endedGood = 0;
    let lastingBad = 0;
    let lastingGood = 0;
    let wholeBad = 0;
    let wholeGood = 0;
    for (let i = buckets.length - 1; i >= 0; i--) {
      const bucket = buckets[i];
      if (bucket === undefined || bucket.index < this.#oldest) break;
      const { index } = bucket;
      let { bad, good } = bucket;
      let out = next >= 0 ? taken[next] : undefined;
      while (out !== undefined && out.index > index) out = --next >= 0 ? taken[next] : undefined;
      if (out !== undefined && out.index === index) {
        const outBad = badOf(out, cap);
        bad = Math.max(0, bad - outBad);
        good = Math.max(0, good - goodOf(out, outBad, cap));
      }
      wholeBad += bad;
      wholeGood += good;
      const age = this.#current - index;
      if (age <= 0) {
        lastingBad += bad;
        lastingGood += good;
      } else {
        const factor = this.#factors[age - 1] ?? 0;
        endedBad += bad * factor;
        endedGood += good * factor;
      }
    }
    return {
      decay: this,
      current: this.#current,
      above,
      endedBad,
      endedGood,
      lastingBad,
      lastingGood,
      wholeBad,
      wholeGood,
    };
  }

  #weighed({ endedBad, endedGood, lastingBad, lastingGood }: SeriesSums): Weight {
    const weight = this.#newestEnded;
    return { bad: endedBad * weight + lastingBad, good: endedGood * weight + lastingGood };
  }

  #weightOf(index: number): number {
    const age = this.#current - index;
    return age <= 0 ? 1 : this.#newestEnded * (this.#factors[age - 1] ?? 0);
  }

  #moveTo(now: number): void {
    this.#now = now;
    this.#current = Math.floor(now / this.#length);
    this.#oldest = this.#current - this.#factors.length + 1;
    this.#newestEnded = 2 ** (-(now - this.#current * this.#length) / this.scale.halfLife);
  }
}

/** How much bad weight a bucket puts into the one above. */
function badOf(bucket: Bucket, cap: number): number {
  return bucket.bad + bucket.good <= cap ? bucket.bad : cappedBad(bucket, cap);
}

/** How much good weight, beside so much bad weight. */
function goodOf(bucket: Bucket, bad: number, cap: number): number {
  return bucket.bad + bucket.good <= cap ? bucket.good : cap - bad;
}

/** Where the bucket of that index stands, or the one before its place, at `from` or before. Few indices are left out in between. */
function placeOf(index: number, buckets: readonly Bucket[], from: number): number {
  const last = buckets[from];
  if (last === undefined) return from;
  let place = Math.max(0, from - Math.max(0, last.index - index));
  while (place < from && (buckets[place + 1]?.index ?? 0) <= index) place++;
  return place;
}

/** Written down name by name, as in `bucketIndex`. */
function seriesOf({ quarters, days, months }: Tally, series: SeriesName): readonly Bucket[] {
  switch (series) {
    case 'quarters':
      return quarters;
    case 'days':
      return days;
    case 'months':
      return months;
  }
}
