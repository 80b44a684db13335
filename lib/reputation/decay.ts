/**
 * How much a bucket of time still weighs: all of it until it has ended, then half for every half-life since.
 */
import { cappedBad } from './cascade.ts';
import type { TimeScale } from './parameters.ts';
import { type Bucket, SERIES, type SeriesName, type Tally } from './tally.ts';
import type { Weight } from './verdict.ts';

const NOTHING: Weight = { bad: 0, good: 0 };

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
    let bad = 0;
    let good = 0;
    for (let i = buckets.length - 1; i >= 0; i--) {
      const bucket = buckets[i];
      if (bucket === undefined || bucket.index < this.#oldest) break;
      const weight = this.#weightOf(bucket.index);
      bad += bucket.bad * weight;
      good += bucket.good * weight;
    }
    return { bad, good };
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
    let next = taken.length - 1;
    let bad = 0;
    let good = 0;
    for (let i = buckets.length - 1; i >= 0; i--) {
      const bucket = buckets[i];
      if (bucket === undefined || bucket.index < this.#oldest) break;
      const { index } = bucket;
      const weight = this.#weightOf(index);
      let out = next >= 0 ? taken[next] : undefined;
      while (out !== undefined && out.index > index) out = --next >= 0 ? taken[next] : undefined;
      if (out === undefined || out.index !== index) {
        bad += bucket.bad * weight;
        good += bucket.good * weight;
      } else {
        const outBad = out.bad + out.good <= cap ? out.bad : cappedBad(out, cap);
        const outGood = out.bad + out.good <= cap ? out.good : cap - outBad;
        bad += Math.max(0, bucket.bad - outBad) * weight;
        good += Math.max(0, bucket.good - outGood) * weight;
      }
    }
    return { bad, good };
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

/** A property with a name that varies takes V8 many times as long as one that is written down. */
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
