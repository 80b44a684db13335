/**
 * The generic cell rate algorithm (ITU-T I.371 annex A, the virtual scheduling form): a rate limit whose whole memory is
 * one number, the theoretical arrival time (TAT).
 *
 * An event moves the TAT on by `period / limit`; it conforms while the TAT stays within one period of now. So `limit`
 * events may come at once, then one every `period / limit`: in any window of length w at most `limit * (1 + w / period)`.
 */

export interface Rate {
  /** Events in a period; 0 allows none. */
  readonly limit: number;
  /** Milliseconds. */
  readonly period: number;
}

export interface Conformance {
  readonly conforms: boolean;
  /** The TAT afterwards, unchanged when the events do not conform: epoch microseconds. */
  readonly tat: number;
  /** How many more would conform now. */
  readonly remaining: number;
  /** Milliseconds until these events would conform: 0 when they do, null when they are more than ever would. */
  readonly wait: number | null;
}

const MICROSECONDS = 1000;

/**
 * Whether `count` events at `now` (epoch milliseconds) conform, all of them or none. A TAT that lies too far ahead, as a
 * writer with a fast clock leaves it, counts as a full period: it heals within one.
 */
export function gcra(tat: number, { limit, period }: Rate, count: number, now: number): Conformance {
  if (limit === 0) return { conforms: false, tat, remaining: 0, wait: null };
  const instant = now * MICROSECONDS;
  // Rounded up, so that no fraction of an interval is ever given away.
  const interval = Math.ceil((period * MICROSECONDS) / limit);
  const capacity = interval * limit;
  const start = Math.min(Math.max(tat, instant), instant + capacity);
  const next = start + count * interval;
  const room = instant + capacity - next;
  if (room >= 0) return { conforms: true, tat: next, remaining: Math.floor(room / interval), wait: 0 };
  return {
    conforms: false,
    tat,
    remaining: Math.floor((instant + capacity - start) / interval),
    wait: count > limit ? null : Math.ceil(-room / MICROSECONDS),
  };
}

/** When a rate limit has forgotten everything: epoch milliseconds. */
export function forgottenAt(tat: number): number {
  return Math.ceil(tat / MICROSECONDS);
}
