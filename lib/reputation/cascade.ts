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
import {
  add,
  type Bucket,
  difference,
  type HostBucket,
  isNothing,
  joined,
  pruned,
  type Tally,
  type TallyDelta,
} from './tally.ts';
import { UNIT, type Weight } from './verdict.ts';

/** The most one untrusted reporter's word weighs on one subject in one bucket: corroboration is needed for more. */
export const REPORTER_CAP = 1.2 * UNIT;
/** The most one child weighs in a wider prefix in one bucket: breadth counts there, not volume. */
export const CHILD_CAP = UNIT;

/** How a level looks at the one below. */
export type Saturation = 'trusted-reporter' | 'reporter' | 'child';

const CAPS: Readonly<Record<Saturation, number>> = {
  'trusted-reporter': Number.POSITIVE_INFINITY,
  reporter: REPORTER_CAP,
  child: CHILD_CAP,
};

/** What a tally contributes to the level above. Hosts are told apart on end sites only, so a child passes none on. */
export function contribution(tally: Tally, saturation: Saturation): Tally {
  const cap = CAPS[saturation];
  return {
    quarters: saturateAll(tally.quarters, cap),
    days: saturateAll(tally.days, cap),
    months: saturateAll(tally.months, cap),
    hosts: saturation === 'child' ? [] : saturateHosts(tally.hosts, cap),
    // A wider prefix need not know when; so a saturated child costs it no write.
    lastSeen: saturation === 'child' ? 0 : tally.lastSeen,
    recent: saturation === 'child' ? [] : tally.recent,
  };
}

/** A weight no heavier than the cap, in whole thousandths and the same proportion. */
export function saturated(weight: Weight, cap: number): Weight {
  const total = weight.bad + weight.good;
  if (total <= cap) return weight;
  const bad = Math.round((weight.bad * cap) / total);
  return { bad, good: cap - bad };
}

/** A rung of the cascade by its storage key, with the rung above it. */
export interface Step {
  readonly key: string;
  readonly saturation: Saturation;
}

/** Reads and writes tallies while a cascade runs; a store gives one that works inside its transaction. */
export interface TallyAccess {
  get(key: string): Tally;
  set(key: string, tally: Tally): void;
}

/** A change to the lowest tally of a path; `path` runs from the reporter's tally up to the root. */
export interface Impulse {
  readonly path: readonly Step[];
  readonly delta: TallyDelta;
}

/**
 * Applies changes to the bottom of their paths and carries each level's changed contribution to the next. Changes to one
 * tally are summed first, so a wave of verdicts from one block costs one update a level.
 */
export function cascade(impulses: readonly Impulse[], access: TallyAccess, now: number): void {
  let wave = impulses;
  while (wave.length > 0) wave = climb(mergeByKey(wave), access, now);
}

function mergeByKey(wave: readonly Impulse[]): Iterable<Impulse> {
  if (wave.length === 1) return wave;
  const merged = new Map<string, Impulse>();
  for (const impulse of wave) {
    const key = impulse.path[0]?.key;
    if (key === undefined) continue;
    const before = merged.get(key);
    merged.set(key, before ? { path: before.path, delta: joined(before.delta, impulse.delta) } : impulse);
  }
  return merged.values();
}

/** One level: applies each change, and returns what it changes one level up. */
function climb(wave: Iterable<Impulse>, access: TallyAccess, now: number): Impulse[] {
  const next: Impulse[] = [];
  for (const { path, delta } of wave) {
    const [step, ...rest] = path;
    if (step === undefined) continue;
    const before = pruned(access.get(step.key), now);
    const after = pruned(add(before, delta), now);
    access.set(step.key, after);
    if (rest.length === 0) continue;
    const rise = difference(contribution(after, step.saturation), contribution(before, step.saturation));
    if (!isNothing(rise) || rise.lastSeen > before.lastSeen) next.push({ path: rest, delta: rise });
  }
  return next;
}

function saturateAll(buckets: readonly Bucket[], cap: number): readonly Bucket[] {
  return buckets.map((bucket) => {
    const { bad, good } = saturated(bucket, cap);
    return { index: bucket.index, bad, good, sources: bad + good > 0 ? 1 : 0 };
  });
}

function saturateHosts(hosts: readonly HostBucket[], cap: number): readonly HostBucket[] {
  return hosts.map((host) => {
    const { bad, good } = saturated(host, cap);
    return { bin: host.bin, index: host.index, bad, good };
  });
}
