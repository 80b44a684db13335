/**
 * How much a bucket of time still weighs: all of it until it has ended, then half for every half-life since.
 */
import type { TimeScale } from './parameters.ts';
import { SERIES } from './tally.ts';

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
  #newestEnded = 1;

  constructor(scale: TimeScale) {
    const { length, keep } = SERIES[scale.series];
    this.scale = scale;
    this.#length = length;
    this.#factors = Float64Array.from({ length: keep }, (_, age) => 2 ** (-(age * length) / scale.halfLife));
  }

  /** Weight, 0 to 1, of the bucket with this number at time `now` (epoch milliseconds). */
  weightOf(index: number, now: number): number {
    if (now !== this.#now) this.#moveTo(now);
    if (index >= this.#current) return 1;
    return this.#newestEnded * (this.#factors[this.#current - index - 1] ?? 0);
  }

  #moveTo(now: number): void {
    this.#now = now;
    this.#current = Math.floor(now / this.#length);
    this.#newestEnded = 2 ** (-(now - this.#current * this.#length) / this.scale.halfLife);
  }
}
