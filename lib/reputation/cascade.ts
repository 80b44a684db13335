/**
 * The cascade: how one verdict reaches every level, each level seeing the one below through a saturating function.
 *
 *   reporter -> end site (subject) -> ancestors, nearest first -> root
 *
 * Counting every report at full weight would let one angry reporter, or one busy customer, speak for a whole network.
 * So a subject takes at most `REPORTER_CAP` from an untrusted reporter in one bucket of time, and every wider prefix at
 * most `CHILD_CAP` from one child. What a level takes from the one below is a pure function of the lower tally, in
 * integers; hence a wider tally is always exactly the sum of its children's contributions, whatever the order.
 */
import { hostAt } from './host-buckets.ts';
import { NO_RECENT_CHANGE, recentDifference } from './recent.ts';
import { saturatedBad, saturatedGood, sourceIn } from './saturation.ts';
import { NO_SERIES, Series, STRIDE } from './series.ts';
import { changed, type HostBucket, isNothing, joined, pruned, type Tally, type TallyDelta } from './tally.ts';
import { UNIT, type Weight } from './verdict.ts';

/** The most one untrusted reporter's word weighs on one subject in one bucket: corroboration is needed for more. */
export const REPORTER_CAP = 1.2 * UNIT;
/**
 * The most an untrusted reporter weighs on one subject in one bucket by calling it bad once lookups do, for it may only
 * repeat what it was told, and a service that took its own word for evidence would never forgive; and by whatever it says
 * while it is known to contradict everyone else (see stance.ts).
 */
export const FAINT_CAP = 0.2 * UNIT;
/** The most one child weighs in a wider prefix in one bucket: breadth counts there, not volume. */
export const CHILD_CAP = UNIT;

/** How a level looks at the one below. */
export type Saturation = 'trusted-reporter' | 'reporter' | 'faint' | 'child';

const CAPS: Readonly<Record<Saturation, number>> = {
  'trusted-reporter': Number.POSITIVE_INFINITY,
  reporter: REPORTER_CAP,
  faint: FAINT_CAP,
  child: CHILD_CAP,
};

/** What a tally contributes to the level above. Hosts are told apart on end sites only, so a child passes none on. */
export function contribution(tally: Tally, saturation: Saturation): Tally {
  const cap = CAPS[saturation];
  return {
    quarters: tally.quarters.saturated(cap),
    days: tally.days.saturated(cap),
    months: tally.months.saturated(cap),
    hosts: saturation === 'child' ? [] : saturateHosts(tally.hosts, cap),
    // A wider prefix need not know when; so a saturated child costs it no write.
    lastSeen: saturation === 'child' ? 0 : tally.lastSeen,
    recent: saturation === 'child' ? [] : tally.recent,
  };
}

/** The level above a tally, and how it sees the tally. */
export interface LevelAbove {
  readonly key: string;
  readonly saturation: Saturation;
}

/** Reads and writes tallies while a cascade runs; a store gives one that works inside its transaction. */
export interface TallyAccess {
  get(key: string): Tally;
  set(key: string, tally: Tally): void;
  /** Null at the top. */
  above(key: string): LevelAbove | null;
}

/** A change to the tally at the foot of a cascade. */
export interface Impulse {
  readonly key: string;
  readonly delta: TallyDelta;
}

/**
 * Applies changes and carries each level's changed contribution to the level above. Changes to one tally are summed first, so
 * a wave of verdicts from one block costs one update a level.
 */
export function cascade(impulses: readonly Impulse[], access: TallyAccess, now: number): void {
  let wave = impulses;
  while (wave.length > 0) wave = climb(mergedByKey(wave), access, now);
}

function mergedByKey(wave: readonly Impulse[]): ReadonlyMap<string, TallyDelta> {
  const merged = new Map<string, TallyDelta>();
  for (const { key, delta } of wave) {
    const before = merged.get(key);
    merged.set(key, before === undefined ? delta : joined(before, delta));
  }
  return merged;
}

/** One level: applies each change, and returns what it changes one level up. */
function climb(wave: ReadonlyMap<string, TallyDelta>, access: TallyAccess, now: number): Impulse[] {
  const next: Impulse[] = [];
  for (const [key, delta] of wave) {
    const before = pruned(access.get(key), now);
    const after = pruned(changed(before, delta), now);
    access.set(key, after);
    const above = access.above(key);
    if (above === null) continue;
    const rise = riseOf(after, before, delta, above.saturation);
    if (!isNothing(rise) || rise.lastSeen > before.lastSeen) next.push({ key: above.key, delta: rise });
  }
  return next;
}

/**
 * What a tally's contribution to the level above changes by, given the change to the tally itself: the difference of the
 * contributions after and before, looked at only where the change touched them.
 */
function riseOf(after: Tally, before: Tally, delta: TallyDelta, saturation: Saturation): TallyDelta {
  const cap = CAPS[saturation];
  const child = saturation === 'child';
  return {
    quarters: riseOfSeries(after.quarters, before.quarters, delta.quarters, cap),
    days: riseOfSeries(after.days, before.days, delta.days, cap),
    months: riseOfSeries(after.months, before.months, delta.months, cap),
    hosts: child ? NO_HOSTS : riseOfHosts(after.hosts, before.hosts, delta.hosts, cap),
    lastSeen: child ? 0 : after.lastSeen,
    recent: child ? NO_RECENT_CHANGE : recentDifference(after.recent, before.recent),
  };
}

const NO_HOSTS: readonly HostBucket[] = [];

function riseOfSeries(after: Series, before: Series, changed: Series, cap: number): Series {
  const { numbers } = changed;
  let rise: number[] | null = null;
  for (let at = 0; at < numbers.length; at += STRIDE) {
    const index = numbers[at] ?? 0;
    const now = after.startOf(index);
    const then = before.startOf(index);
    const badNow = badUpTo(cap, after, now);
    const badThen = badUpTo(cap, before, then);
    const goodNow = goodUpTo(cap, after, now, badNow);
    const goodThen = goodUpTo(cap, before, then, badThen);
    const bad = badNow - badThen;
    const good = goodNow - goodThen;
    const sources = sourceIn(badNow + goodNow) - sourceIn(badThen + goodThen);
    if (bad === 0 && good === 0 && sources === 0) continue;
    // Most changes are to one bucket, and a list that grows by pushing has room for sixteen numbers more.
    if (rise === null) rise = [index, bad, good, sources];
    else rise.push(index, bad, good, sources);
  }
  return rise === null ? NO_SERIES : new Series(rise);
}

/** How much bad weight a level takes of the bucket that starts there; nothing where there is none. */
function badUpTo(cap: number, { numbers }: Series, start: number): number {
  return start < 0 ? 0 : saturatedBad(numbers[start + 1] ?? 0, numbers[start + 2] ?? 0, cap);
}

/** How much good weight, beside so much bad weight. */
function goodUpTo(cap: number, { numbers }: Series, start: number, bad: number): number {
  return start < 0 ? 0 : saturatedGood(numbers[start + 1] ?? 0, numbers[start + 2] ?? 0, bad, cap);
}

function riseOfHosts(
  after: readonly HostBucket[],
  before: readonly HostBucket[],
  changed: readonly HostBucket[],
  cap: number,
): readonly HostBucket[] {
  if (changed.length === 0) return NO_HOSTS;
  const rise: HostBucket[] = [];
  for (const host of changed) {
    const now = saturated(hostAt(after, host) ?? NO_WEIGHT, cap);
    const then = saturated(hostAt(before, host) ?? NO_WEIGHT, cap);
    const bad = now.bad - then.bad;
    const good = now.good - then.good;
    if (bad !== 0 || good !== 0) rise.push({ bin: host.bin, index: host.index, bad, good });
  }
  return rise;
}

const NO_WEIGHT: Weight = { bad: 0, good: 0 };

function saturated({ bad, good }: Weight, cap: number): Weight {
  const taken = saturatedBad(bad, good, cap);
  return { bad: taken, good: saturatedGood(bad, good, taken, cap) };
}

function saturateHosts(hosts: readonly HostBucket[], cap: number): readonly HostBucket[] {
  return hosts.map((host) => {
    const { bad, good } = saturated(host, cap);
    return { bin: host.bin, index: host.index, bad, good };
  });
}
