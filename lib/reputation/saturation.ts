/**
 * The saturating function through which a level sees the one below: a weight no heavier than a cap, in whole thousandths and
 * the same proportion. Number by number, as the loops that ask make no objects.
 */

/** The bad part of a weight of so much bad and good, once it is no heavier than the cap. */
export function saturatedBad(bad: number, good: number, cap: number): number {
  const whole = bad + good;
  return whole <= cap ? bad : Math.round((bad * cap) / whole);
}

/** The good part, beside a bad part that `saturatedBad` told. */
export function saturatedGood(bad: number, good: number, saturated: number, cap: number): number {
  return bad + good <= cap ? good : cap - saturated;
}

/** A level counts as one source of the level above while it says anything at all, whatever the cap leaves of that. */
export function sourceIn(weight: number): number {
  return weight > 0 ? 1 : 0;
}
