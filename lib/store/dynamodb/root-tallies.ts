/**
 * The base rate of each family, read in the background: a lookup takes what is at hand and never waits for it, save the
 * first one of a process, which reads it beside its own tallies. A family that nobody asks about is not read.
 */
import type { Family } from '../../net/address.ts';
import { familyOf, type RungKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';

/** How old a base rate may become before it is read anew: milliseconds. It moves over days. */
const REFRESH_MS = 15_000;
const FAMILIES = [4, 6] as const satisfies readonly Family[];

export class RootTallies {
  readonly #roots: Readonly<Record<Family, RootTally>>;

  constructor(read: (family: Family) => Promise<Tally>) {
    this.#roots = { 4: new RootTally(() => read(4)), 6: new RootTally(() => read(6)) };
  }

  tally(family: Family): Tally {
    return this.#roots[family].current();
  }

  /** Resolves once the base rates above these rungs, and those asked for, are known or cannot be read; never rejects. */
  async ready(rungs: readonly RungKey[]): Promise<void> {
    for (const family of FAMILIES) if (rungs.some((rung) => familyOf(rung) === family)) this.tally(family);
    await Promise.all(FAMILIES.map((family) => this.#roots[family].ready()));
  }

  /** Reads the base rates now. Never rejects: what cannot be read stays as it was, and is asked for again later. */
  async refresh(): Promise<void> {
    await Promise.all(FAMILIES.map((family) => this.#roots[family].refresh()));
  }
}

class RootTally {
  readonly #read: () => Promise<Tally>;
  #tally: Tally | null = null;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | null = null;

  constructor(read: () => Promise<Tally>) {
    this.#read = read;
  }

  current(): Tally {
    if (this.#tally === null || performance.now() - this.#readAt > REFRESH_MS) void this.refresh();
    return this.#tally ?? EMPTY_TALLY;
  }

  ready(): Promise<void> | null {
    return this.#tally === null ? this.#reading : null;
  }

  refresh(): Promise<void> {
    this.#reading ??= this.#refresh().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #refresh(): Promise<void> {
    this.#readAt = performance.now();
    try {
      this.#tally = await this.#read();
    } catch {
      // It stays as it was.
    }
  }
}
