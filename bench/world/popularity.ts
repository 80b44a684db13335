/**
 * How often each sender comes: Zipf's law. On the recorded mail stream the 64 busiest senders of 4,513 send 44 % of the
 * mail, the 256 busiest 63 %, the 1,024 busiest 87 %; an exponent of 1 gives 53, 68 and 83 %.
 */
import type { Random } from '../accuracy/random.ts';

const EXPONENT = 1;

/** Draws 0 to `size` - 1, 0 most often, in logarithmic time. */
export class Popularity {
  readonly #cumulative: Float64Array;

  constructor(size: number) {
    let sum = 0;
    this.#cumulative = Float64Array.from({ length: size }, (_, i) => {
      sum += 1 / (i + 1) ** EXPONENT;
      return sum;
    });
  }

  draw(random: Random): number {
    const sums = this.#cumulative;
    const target = random.float() * (sums.at(-1) ?? 0);
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sums[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
