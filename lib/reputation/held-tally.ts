/**
 * A tally that is held in memory and asked again and again. A wide one is in the ladders of thousands of senders, and what
 * differs between them is only what is taken out of it. All buckets that have ended lose weight by one and the same factor, so
 * their sum can be kept until the next one ends.
 */
import type { Decay } from './decay.ts';
import type { RecentVerdict } from './recent.ts';
import type { Series } from './series.ts';
import type { HostBucket, SeriesName, Tally } from './tally.ts';

/** What the buckets of a series come to. Numbers with a fraction from the start: V8 then writes others into their places. */
export class SeriesSums {
  /** By whose factors, and at which current bucket. */
  decay: Decay | null = null;
  current = 0;
  /** Where a level below was taken out: the tally it was taken out of. */
  above: Tally | null = null;
  /** Of what has ended: as much as it counted when the newest of it ended. */
  endedBad = Number.NaN;
  endedGood = Number.NaN;
  /** Of what lasts. */
  lastingBad = Number.NaN;
  lastingGood = Number.NaN;
  /** Of both, without any decay. */
  wholeBad = Number.NaN;
  wholeGood = Number.NaN;
}

/** A tally with room for what is made of it; what is kept is part of no comparison and changes no answer. */
export class HeldTally implements Tally {
  readonly quarters: Series;
  readonly days: Series;
  readonly months: Series;
  readonly hosts: readonly HostBucket[];
  readonly lastSeen: number;
  readonly recent: readonly RecentVerdict[];
  #days: SeriesSums | null = null;
  #months: SeriesSums | null = null;
  #daysBeside: SeriesSums | null = null;
  #monthsBeside: SeriesSums | null = null;

  constructor({ quarters, days, months, hosts, lastSeen, recent }: Tally) {
    this.quarters = quarters;
    this.days = days;
    this.months = months;
    this.hosts = hosts;
    this.lastSeen = lastSeen;
    this.recent = recent;
  }

  /** What a series of its own came to; null when that was not kept. Of quarter-days, of which there are few, nothing is. */
  ownSums(series: SeriesName): SeriesSums | null {
    if (series === 'quarters') return null;
    return series === 'days' ? this.#days : this.#months;
  }

  keepOwn(series: SeriesName, sums: SeriesSums): void {
    if (series === 'days') this.#days = sums;
    else if (series === 'months') this.#months = sums;
  }

  /** What a series of the level above came to without this tally. */
  sumsBeside(series: SeriesName): SeriesSums | null {
    if (series === 'quarters') return null;
    return series === 'days' ? this.#daysBeside : this.#monthsBeside;
  }

  keepBeside(series: SeriesName, sums: SeriesSums): void {
    if (series === 'days') this.#daysBeside = sums;
    else if (series === 'months') this.#monthsBeside = sums;
  }
}
