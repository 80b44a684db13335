/**
 * Seeded randomness for the generators: xoroshiro128+ of pure-rand, and the few distributions traffic is made of.
 */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export class Random {
  readonly #source: ReturnType<typeof xoroshiro128plus>;

  /** One stream per seed and label, so that two families of one seed share nothing. */
  constructor(seed: number, label: string) {
    this.#source = xoroshiro128plus(hash(`${seed}/${label}`));
  }

  /** 0 (included) to 1 (excluded). */
  float(): number {
    return uniformFloat64(this.#source);
  }

  /** Uniform from `from` (included) to `to` (excluded). */
  between(from: number, to: number): number {
    return from + (to - from) * this.float();
  }

  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return uniformInt(this.#source, from, to);
  }

  /** 32 random bits, unsigned. */
  word(): number {
    return this.#source.next() >>> 0;
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.float() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  /** Normal with mean 0 and deviation 1 (Box and Muller 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.float())) * Math.cos(2 * Math.PI * this.float());
  }

  /** A heavy-tailed count: log-normal around `median`, cut to `least` and `most`. */
  volume(median: number, sigma: number, least: number, most: number): number {
    const value = Math.round(median * Math.exp(sigma * this.normal()));
    return Math.min(most, Math.max(least, value));
  }
}

/** Draws index i with probability proportional to 1 / (i + 1) ** exponent. */
export class Zipf {
  readonly #cumulative: number[] = [];

  constructor(size: number, exponent: number) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      sum += 1 / (i + 1) ** exponent;
      this.#cumulative.push(sum);
    }
  }

  draw(random: Random): number {
    const target = random.float() * (this.#cumulative.at(-1) ?? 0);
    return this.#cumulative.findIndex((sum) => sum > target);
  }
}

/** FNV-1a over UTF-16 units: seeds only need to differ. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state;
}
