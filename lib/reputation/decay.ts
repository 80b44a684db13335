/**
 * How much a bucket of time still weighs: all of it until it has ended, then half for every half-life since.
 */
import { HeldTally, SeriesSums } from './held-tally.ts';
import type { TimeScale } from './parameters.ts';
import { saturatedBad, saturatedGood } from './saturation.ts';
import { NO_SERIES, type Series, STRIDE } from './series.ts';
import { SERIES, type SeriesName, type Tally } from './tally.ts';
import type { Weight } from './verdict.ts';

/** Decayed weight, to be written into. Numbers with a fraction from the start: V8 then writes others into their places. */
export class DecayedWeight implements Weight {
  bad = Number.NaN;
  good = Number.NaN;
}

/** From so many buckets on it pays to keep what they come to. */
const MANY = 8;
/** Sums that nobody keeps. */
const passing = new SeriesSums();

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
  seriesOf(tally: Tally): Series {
    return seriesOf(tally, this.scale.series);
  }

  /**
   * The series' buckets, each as much as it still counts at time `now` (epoch milliseconds). Stores drop old buckets when
   * they next write; what a reader sees does not depend on when that is. The sum is written into `sum`.
   */
  sumOf(tally: Tally, now: number, sum = new DecayedWeight()): Weight {
    const series = this.seriesOf(tally);
    if (series.length === 0) return write(sum, 0, 0);
    if (now !== this.#now) this.#moveTo(now);
    return this.#weighed(this.#summed(series, NO_SERIES, 0, passing), sum);
  }

  /**
   * As `sumOf`, without what a level below put in: in each bucket its weight, but at most `cap`. Where more would be taken
   * out than is in, as when the rung between is not read or a roll-up lags, nothing is left.
   */
  sumWithout(tally: Tally, below: Tally, cap: number, now: number, sum = new DecayedWeight()): Weight {
    if (now !== this.#now) this.#moveTo(now);
    const known = below instanceof HeldTally ? below.sumsBeside(this.scale.series) : null;
    if (known !== null && known.above === tally && this.#holds(known)) return this.#weighed(known, sum);
    const series = this.seriesOf(tally);
    if (series.length === 0) return write(sum, 0, 0);
    const taken = this.seriesOf(below);
    if (tally instanceof HeldTally && series.length > MANY + 2 * taken.length)
      return this.#lessTaken(this.#keptOf(tally, series), series, taken, cap, sum);
    const sums = below instanceof HeldTally && taken.length > MANY ? this.#keepBeside(below, tally) : passing;
    return this.#weighed(this.#summed(series, taken, cap, sums), sum);
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
  #lessTaken(
    kept: SeriesSums,
    { numbers }: Series,
    { numbers: taken }: Series,
    cap: number,
    sum: DecayedWeight,
  ): Weight {
    let { bad, good } = this.#weighed(kept, sum);
    let { wholeBad, wholeGood } = kept;
    let start = numbers.length - STRIDE;
    for (let at = taken.length - STRIDE; at >= 0; at -= STRIDE) {
      const index = taken[at] ?? 0;
      if (index < this.#oldest) break;
      start = startOf(index, numbers, start);
      if (numbers[start] !== index) continue;
      const weight = this.#weightOf(index);
      const badBelow = taken[at + 1] ?? 0;
      const goodBelow = taken[at + 2] ?? 0;
      const capped = saturatedBad(badBelow, goodBelow, cap);
      const outBad = Math.min(numbers[start + 1] ?? 0, capped);
      const outGood = Math.min(numbers[start + 2] ?? 0, saturatedGood(badBelow, goodBelow, capped, cap));
      wholeBad -= outBad;
      wholeGood -= outGood;
      bad -= outBad * weight;
      good -= outGood * weight;
    }
    // Whole numbers tell surely whether anything is left: of fractions there is a rest of rounding.
    return write(sum, wholeBad === 0 ? 0 : Math.max(0, bad), wholeGood === 0 ? 0 : Math.max(0, good));
  }

  /** What all buckets of a tally come to, as it was kept. */
  #keptOf(tally: HeldTally, own: Series): SeriesSums {
    const { series } = this.scale;
    const known = tally.ownSums(series);
    if (known !== null && this.#holds(known)) return known;
    const sums = this.#keeping(null);
    tally.keepOwn(series, sums);
    return this.#summed(own, NO_SERIES, 0, sums);
  }

  /** Where it is kept what the level above a tally comes to without it. */
  #keepBeside(tally: HeldTally, above: Tally): SeriesSums {
    const sums = this.#keeping(above);
    tally.keepBeside(this.scale.series, sums);
    return sums;
  }

  #keeping(above: Tally | null): SeriesSums {
    const sums = new SeriesSums();
    sums.decay = this;
    sums.current = this.#current;
    sums.above = above;
    return sums;
  }

  #holds({ decay, current }: SeriesSums): boolean {
    return decay === this && current === this.#current;
  }

  /** What the buckets come to, without what a level below put in, written into `sums`. */
  #summed({ numbers }: Series, { numbers: taken }: Series, cap: number, sums: SeriesSums): SeriesSums {
    let next = taken.length - STRIDE;
    let endedBad = 0;
    let endedGood = 0;
    let lastingBad = 0;
    let lastingGood = 0;
    let wholeBad = 0;
    let wholeGood = 0;
    for (let at = numbers.length - STRIDE; at >= 0; at -= STRIDE) {
      const index = numbers[at] ?? 0;
      if (index < this.#oldest) break;
      let bad = numbers[at + 1] ?? 0;
      let good = numbers[at + 2] ?? 0;
      while (next >= 0 && (taken[next] ?? 0) > index) next -= STRIDE;
      if (next >= 0 && taken[next] === index) {
        const badBelow = taken[next + 1] ?? 0;
        const goodBelow = taken[next + 2] ?? 0;
        const outBad = saturatedBad(badBelow, goodBelow, cap);
        bad = Math.max(0, bad - outBad);
        good = Math.max(0, good - saturatedGood(badBelow, goodBelow, outBad, cap));
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
    sums.endedBad = endedBad;
    sums.endedGood = endedGood;
    sums.lastingBad = lastingBad;
    sums.lastingGood = lastingGood;
    sums.wholeBad = wholeBad;
    sums.wholeGood = wholeGood;
    return sums;
  }

  #weighed({ endedBad, endedGood, lastingBad, lastingGood }: SeriesSums, sum: DecayedWeight): Weight {
    const weight = this.#newestEnded;
    return write(sum, endedBad * weight + lastingBad, endedGood * weight + lastingGood);
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

function write(sum: DecayedWeight, bad: number, good: number): Weight {
  sum.bad = bad;
  sum.good = good;
  return sum;
}

/** Where the bucket of that index begins, or the one before its place, at `from` or before. Few indices are left out in between. */
function startOf(index: number, numbers: readonly number[], from: number): number {
  const left = Math.max(0, (numbers[from] ?? 0) - index);
  let start = Math.max(0, from - left * STRIDE);
  while (start < from && (numbers[start + STRIDE] ?? 0) <= index) start += STRIDE;
  return start;
}

/** Written down name by name, as in `bucketIndex`. */
function seriesOf({ quarters, days, months }: Tally, series: SeriesName): Series {
  switch (series) {
    case 'quarters':
      return quarters;
    case 'days':
      return days;
    case 'months':
      return months;
  }
}
