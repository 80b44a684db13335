/**
 * The base rate of each family, read in the background: a lookup takes what is at hand and never waits for it, save the
 * first one of a process, which reads it beside its own tallies.
 */
import type { Family } from '../../net/address.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';

/** How old a base rate may become before it is read anew: milliseconds. It moves over days. */
const REFRESH_MS = 15_000;
const FAMILIES = [4, 6] as const satisfies readonly Family[];

export class RootTallies {
  readonly #read: (family: Family) => Promise<Tally>;
  readonly #tallies = new Map<Family, Tally>();
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(read: (family: Family) => Promise<Tally>) {
    this.#read = read;
  }

  tally(family: Family): Tally {
    if (performance.now() - this.#readAt > REFRESH_MS) void this.refresh();
    return this.#tallies.get(family) ?? EMPTY_TALLY;
  }

  /** Resolves once the base rates were asked for; at once when they are known. Never rejects. */
  ready(): Promise<void> {
    return this.#tallies.size > 0 ? Promise.resolve() : this.refresh();
  }

  /** Reads the base rates now. Never rejects: what cannot be read stays as it was, and is asked for again later. */
  refresh(): Promise<void> {
    this.#reading ??= this.#refreshAll().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #refreshAll(): Promise<void> {
    this.#readAt = performance.now();
    const read = await Promise.allSettled(FAMILIES.map((family) => this.#read(family)));
    for (const [i, family] of FAMILIES.entries()) {
      const result = read[i];
      if (result?.status === 'fulfilled') this.#tallies.set(family, result.value);
    }
  }
}
