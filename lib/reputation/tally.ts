/**
 * A tally: bad and good weight in buckets of time.
 *
 * Three series stand side by side: quarter-days, days and 30-day months. Adding is a commutative sum of integers, decay
 * is computed when read, history comes free, and a changed half-life applies to the past too. Each series saturates on
 * its own (see cascade.ts), so a series is not the sum of a finer one.
 */
import { addHosts, hasHostDebts, withoutHostDebts } from './host-buckets.ts';
import {
  changeRecent,
  joinRecent,
  NO_RECENT_CHANGE,
  type RecentChange,
  type RecentVerdict,
  recentDifference,
} from './recent.ts';
import { NO_SERIES, Series } from './series.ts';
import type { Weight } from './verdict.ts';

const HOUR = 3_600_000;
/** The three series: bucket length in milliseconds, and how many buckets up to now are kept. */
export const SERIES = {
  /** Two days: at a half-life of six hours what is older weighs under 1 %. */
  quarters: { length: 6 * HOUR, keep: 8 },
  /** Today and the thirty days before, which `/v1/history` shows. */
  days: { length: 24 * HOUR, keep: 31 },
  /** Two years of 30-day months. */
  months: { length: 30 * 24 * HOUR, keep: 24 },
} as const;
export type SeriesName = keyof typeof SERIES;
export const SERIES_NAMES = ['quarters', 'days', 'months'] as const satisfies readonly SeriesName[];

/** Weight of one host (by bin) inside an end site, in one month. */
export interface HostBucket {
  readonly bin: number;
  /** Month number, as in `months`. */
  readonly index: number;
  readonly bad: number;
  readonly good: number;
}

/** The summed part of a tally, and of a change to one (then with signs). */
interface Sums {
  readonly quarters: Series;
  readonly days: Series;
  readonly months: Series;
  /** Only on end sites that hold more than one address; bounded by `HOST_BINS` a month. */
  readonly hosts: readonly HostBucket[];
  /** When the newest report on a subject was from: epoch milliseconds, whole seconds; 0 on wider rungs and without any. */
  readonly lastSeen: number;
}

export interface Tally extends Sums {
  /** The newest verdicts on a subject, newest first; empty on wider rungs. */
  readonly recent: readonly RecentVerdict[];
}

/** A change to a tally, with signed numbers. */
export interface TallyDelta extends Sums {
  readonly recent: RecentChange;
}

export const EMPTY_TALLY: Tally = {
  quarters: NO_SERIES,
  days: NO_SERIES,
  months: NO_SERIES,
  hosts: [],
  lastSeen: 0,
  recent: [],
};

/** Hosts of one end site are told apart in this many bins, so that a bot hopping in a /64 cannot grow the store. */
export const HOST_BINS = 256;
/** Months of host evidence kept: the current and the two before. */
const HOST_MONTHS = 3;

export function bucketIndex(series: SeriesName, at: number): number {
  return Math.floor(at / lengthOf(series));
}

/** Written down name by name: a property with a name that varies takes V8 many times as long. */
function lengthOf(series: SeriesName): number {
  const { quarters, days, months } = SERIES;
  return series === 'quarters' ? quarters.length : series === 'days' ? days.length : months.length;
}

/** What one verdict is to a tally. */
export interface Observation {
  readonly weight: Weight;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The host inside the end site, where hosts are told apart. */
  readonly bin: number | null;
  /** The place in the list of newest verdicts; null for verdicts too weak to have one. */
  readonly recent: RecentVerdict | null;
}

/** An observation as a change to a tally. */
export function deltaOf({ weight, at, bin, recent }: Observation): TallyDelta {
  const change = recent === null ? NO_RECENT_CHANGE : { come: [recent], gone: [] };
  return changeOf(weight, at, bin, 1, Math.floor(at / 1000) * 1000, change);
}

/** What takes the observation back. When it was seen stays known. */
export function undoingDeltaOf({ weight, at, bin, recent }: Observation): TallyDelta {
  const change = recent === null ? NO_RECENT_CHANGE : { come: [], gone: [recent] };
  return changeOf({ bad: 0 - weight.bad, good: 0 - weight.good }, at, bin, -1, 0, change);
}

function changeOf(
  { bad, good }: Weight,
  at: number,
  bin: number | null,
  sources: number,
  lastSeen: number,
  recent: RecentChange,
): TallyDelta {
  const month = bucketIndex('months', at);
  return {
    quarters: new Series([bucketIndex('quarters', at), bad, good, sources]),
    days: new Series([bucketIndex('days', at), bad, good, sources]),
    months: new Series([month, bad, good, sources]),
    hosts: bin === null ? [] : [{ bin, index: month, bad, good }],
    lastSeen,
    recent,
  };
}

/** The sum of a tally and a change to it. Commutative and associative; buckets that come to nothing disappear. */
export function add(tally: Tally, delta: TallyDelta): Tally {
  return sumWith(tally, delta, changeRecent(tally.recent, delta.recent));
}

/**
 * The tally after a change, for stores whose clock may be set back: what is taken from a bucket that was dropped meanwhile
 * (see `pruned`) is taken from nothing, and stays nothing. Else as `add`.
 */
export function changed(tally: Tally, delta: TallyDelta): Tally {
  const sum = add(tally, delta);
  if (!takesAway(delta)) return sum;
  const { quarters, days, months, hosts, lastSeen, recent: newest } = sum;
  return {
    quarters: quarters.withoutDebts(),
    days: days.withoutDebts(),
    months: months.withoutDebts(),
    hosts: withoutHostDebts(hosts),
    lastSeen,
    recent: newest,
  };
}

/** Whether any number of a change is below zero: only then can a sum of what never is be. */
function takesAway({ quarters, days, months, hosts }: Sums): boolean {
  return quarters.hasDebts() || days.hasDebts() || months.hasDebts() || hasHostDebts(hosts);
}

/** Two changes as one. */
export function joined(a: TallyDelta, b: TallyDelta): TallyDelta {
  return sumWith(a, b, joinRecent(a.recent, b.recent));
}

/** What must be added to `before` to get `after`. */
export function difference(after: Tally, before: Tally): TallyDelta {
  return sumWith(after, negate(before), recentDifference(after.recent, before.recent));
}

/** Whether a change changes nothing a level above could see. */
export function isNothing(delta: TallyDelta): boolean {
  return hasNoSums(delta) && delta.recent.come.length + delta.recent.gone.length === 0;
}

/** The oldest month in which hosts still count at time `now` (epoch ms). */
export function oldestHostMonth(now: number): number {
  return bucketIndex('months', now) - HOST_MONTHS + 1;
}

/** The tally without the buckets that have left their series' window at time `now` (epoch ms); the same one when none has. */
export function pruned(tally: Tally, now: number): Tally {
  const oldest = windowAt(now);
  const quarters = tally.quarters.since(oldest.quarters);
  const days = tally.days.since(oldest.days);
  const months = tally.months.since(oldest.months);
  const hosts = hostsSince(oldest.hosts, tally.hosts);
  const isSame =
    quarters === tally.quarters && days === tally.days && months === tally.months && hosts === tally.hosts;
  return isSame ? tally : { quarters, days, months, hosts, lastSeen: tally.lastSeen, recent: tally.recent };
}

/** Whether nothing but a time is left in the tally. */
export function isEmpty(tally: Tally): boolean {
  return hasNoSums(tally) && tally.recent.length === 0;
}

function hasNoSums({ quarters, days, months, hosts }: Sums): boolean {
  return quarters.length + days.length + months.length + hosts.length === 0;
}

/** The sum of two, and a list. Field by field: V8 takes a microsecond for every field that follows a spread. */
function sumWith<R>(a: Sums, b: Sums, recent: R): Sums & { readonly recent: R } {
  return {
    quarters: a.quarters.plus(b.quarters),
    days: a.days.plus(b.days),
    months: a.months.plus(b.months),
    hosts: addHosts(a.hosts, b.hosts),
    lastSeen: Math.max(a.lastSeen, b.lastSeen),
    recent,
  };
}

/** The oldest index of each series that is kept. */
interface Window {
  readonly now: number;
  readonly quarters: number;
  readonly days: number;
  readonly months: number;
  readonly hosts: number;
}

/** That of the last time asked for: a cascade asks for one again and again. */
let lastWindow: Window = { now: Number.NaN, quarters: 0, days: 0, months: 0, hosts: 0 };

function windowAt(now: number): Window {
  if (lastWindow.now === now) return lastWindow;
  const oldest = (series: SeriesName): number => bucketIndex(series, now) - SERIES[series].keep + 1;
  const hosts = oldestHostMonth(now);
  lastWindow = { now, quarters: oldest('quarters'), days: oldest('days'), months: oldest('months'), hosts };
  return lastWindow;
}

function hostsSince(oldest: number, hosts: readonly HostBucket[]): readonly HostBucket[] {
  for (const { index } of hosts) if (index < oldest) return hosts.filter((host) => host.index >= oldest);
  return hosts;
}

function negate(tally: Sums): Sums {
  return {
    quarters: tally.quarters.negated(),
    days: tally.days.negated(),
    months: tally.months.negated(),
    hosts: tally.hosts.map((h) => ({ bin: h.bin, index: h.index, bad: -h.bad, good: -h.good })),
    lastSeen: tally.lastSeen,
  };
}
