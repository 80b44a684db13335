/**
 * How much a bucket of time still weighs: all of it until it has ended, then half for every half-life since.
 */
import type { TimeScale } from './parameters.ts';
import { type Bucket, SERIES, type SeriesName, type Tally } from './tally.ts';

/** A property with a name that varies takes V8 many times as long as one that is written down. */
const SERIES_OF: Readonly<Record<SeriesName, (tally: Tally) => readonly Bucket[]>> = {
  quarters: ({ quarters }) => quarters,
  days: ({ days }) => days,
  months: ({ months }) => months,
};

/**
 * The weights of one time scale. Buckets are equally long, so one power of two a question is enough: from there each older
 * bucket weighs less by the same factor.
 */
export class Decay {
  readonly scale: TimeScale;
  /** The scale's series of a tally. */
  readonly bucketsOf: (tally: Tally) => readonly Bucket[];
  readonly #length: number;
  /** What a bucket weighs against the newest one that has ended, by how many buckets lie between. */
  readonly #factors: Float64Array;
  #now = Number.NaN;
  #current = 0;
  #newestEnded = 1;

  constructor(scale: TimeScale) {
    const { length, keep } = SERIES[scale.series];
    this.scale = scale;
    this.bucketsOf = SERIES_OF[scale.series];
    this.#length = length;
    this.#factors = Float64Array.from({ length: keep }, (_, age) => 2 ** (-(age * length) / scale.halfLife));
  }

  /** Weight, 0 to 1, of the bucket with this number at time `now` (epoch milliseconds). */
  weightOf(index: number, now: number): number {
    if (now !== this.#now) this.#moveTo(now);
    if (index >= this.#current) return 1;
    return this.#newestEnded * (this.#factors[this.#current - index - 1] ?? 0);
  }

  /** The oldest bucket that still counts at time `now` (epoch milliseconds). */
  oldest(now: number): number {
    if (now !== this.#now) this.#moveTo(now);
    return this.#current - this.#factors.length + 1;
  }

  #moveTo(now: number): void {
    this.#now = now;
    this.#current = Math.floor(now / this.#length);
    this.#newestEnded = 2 ** (-(now - this.#current * this.#length) / this.scale.halfLife);
  }
}
