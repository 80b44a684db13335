/**
 * A series: buckets of time in order of their indices, as flat numbers.
 *
 * A lookup reads a hundred buckets of several tallies. An object each is a hundred places in memory that nothing has fetched
 * yet, and as many to make whenever a tally is decoded; numbers one behind the other are fetched together and made at once.
 * (Of typed arrays the making alone takes longer than that of all the objects.)
 */
import { saturatedBad, saturatedGood, sourceIn } from './saturation.ts';

/** Bad and good weight in thousandths of a unit, within one span of time. */
export interface Bucket {
  /** Number of the span since the epoch, in spans of the series' length. */
  readonly index: number;
  readonly bad: number;
  readonly good: number;
  /** How many distinct sources (reporters of a subject, children of a wider prefix) spoke in this span. */
  readonly sources: number;
}

/** How many numbers a bucket is. */
export const STRIDE = 4;

export class Series implements Iterable<Bucket> {
  /** Index, bad, good and sources of one bucket after the other: for loops in which objects would cost more than the sums. */
  readonly numbers: readonly number[];

  /** Of numbers that are nobody else's to change. */
  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  /** Of buckets in order of their indices. */
  static of(buckets: Iterable<Bucket>): Series {
    const numbers: number[] = [];
    for (const { index, bad, good, sources } of buckets) numbers.push(index, bad, good, sources);
    return new Series(numbers);
  }

  /** How many buckets there are. */
  get length(): number {
    return this.numbers.length / STRIDE;
  }

  /** The bucket at that place, counted from the end where it is negative; undefined where there is none. */
  at(place: number): Bucket | undefined {
    const start = (place < 0 ? this.length + place : place) * STRIDE;
    const [index, bad = 0, good = 0, sources = 0] = this.numbers.slice(start, start + STRIDE);
    return index === undefined || start < 0 ? undefined : { index, bad, good, sources };
  }

  *[Symbol.iterator](): IterableIterator<Bucket> {
    for (let place = 0; place < this.length; place++) {
      const bucket = this.at(place);
      if (bucket !== undefined) yield bucket;
    }
  }

  /** The index of the newest bucket; null when there is none. */
  get newest(): number | null {
    const { numbers } = this;
    return numbers.length === 0 ? null : (numbers[numbers.length - STRIDE] ?? null);
  }

  /** Where among the numbers the bucket of that index begins; -1 when there is none. */
  startOf(index: number): number {
    const { numbers } = this;
    // From the end, as what is asked for is mostly new.
    for (let start = numbers.length - STRIDE; start >= 0; start -= STRIDE) {
      const other = numbers[start] ?? 0;
      if (other <= index) return other === index ? start : -1;
    }
    return -1;
  }

  /** The sum of two series; buckets that come to nothing disappear. */
  plus(other: Series): Series {
    const { numbers } = this;
    const more = other.numbers;
    if (more.length === 0) return this;
    if (numbers.length === 0) return other;
    const sum = numbers.slice();
    for (let start = 0; start < more.length; start += STRIDE) {
      addBucket(sum, more[start] ?? 0, more[start + 1] ?? 0, more[start + 2] ?? 0, more[start + 3] ?? 0);
    }
    return new Series(sum);
  }

  /** What takes the series back. */
  negated(): Series {
    // Less than nothing is taken away from it: a minus before it would make the zeros negative, which V8 keeps in another way.
    return new Series(this.numbers.map((number, i) => (i % STRIDE === 0 ? number : 0 - number)));
  }

  /** The buckets from that index on; the same series when there are no others. */
  since(oldest: number): Series {
    const { numbers } = this;
    let start = 0;
    while (start < numbers.length && (numbers[start] ?? 0) < oldest) start += STRIDE;
    return start === 0 ? this : new Series(numbers.slice(start));
  }

  /** Whether a number in the buckets is below zero. */
  hasDebts(): boolean {
    const { numbers } = this;
    // No index is.
    for (let i = 0; i < numbers.length; i++) if ((numbers[i] ?? 0) < 0) return true;
    return false;
  }

  /** The series with nothing below nothing in it; the same one when there is nothing to change. */
  withoutDebts(): Series {
    if (!this.hasDebts()) return this;
    const rest: number[] = [];
    for (const bucket of this) {
      const bad = Math.max(0, bucket.bad);
      const good = Math.max(0, bucket.good);
      const sources = Math.max(0, bucket.sources);
      if (bad + good + sources > 0) rest.push(bucket.index, bad, good, sources);
    }
    return new Series(rest);
  }

  /** What the level above takes of it: no bucket heavier than the cap, and each one source while it says anything at all. */
  saturated(cap: number): Series {
    const { numbers } = this;
    const taken = numbers.slice();
    for (let start = 0; start < numbers.length; start += STRIDE) {
      const bad = numbers[start + 1] ?? 0;
      const good = numbers[start + 2] ?? 0;
      const takenBad = saturatedBad(bad, good, cap);
      taken[start + 1] = takenBad;
      taken[start + 2] = saturatedGood(bad, good, takenBad, cap);
      taken[start + 3] = sourceIn(bad + good);
    }
    return new Series(taken);
  }
}

export const NO_SERIES = new Series([]);

/** Searches from the end, as what comes is mostly new. */
function addBucket(sum: number[], index: number, bad: number, good: number, sources: number): void {
  let end = sum.length;
  while (end > 0 && (sum[end - STRIDE] ?? 0) > index) end -= STRIDE;
  const start = end - STRIDE;
  if (start < 0 || sum[start] !== index) {
    sum.splice(end, 0, index, bad, good, sources);
    return;
  }
  const allBad = (sum[start + 1] ?? 0) + bad;
  const allGood = (sum[start + 2] ?? 0) + good;
  const allSources = (sum[start + 3] ?? 0) + sources;
  if (allBad === 0 && allGood === 0 && allSources === 0) {
    sum.splice(start, STRIDE);
    return;
  }
  sum[start + 1] = allBad;
  sum[start + 2] = allGood;
  sum[start + 3] = allSources;
}
