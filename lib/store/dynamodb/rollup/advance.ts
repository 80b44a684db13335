/**
 * Applies lifts to a tally, each at most once. Pure.
 */
import { add, EMPTY_TALLY, isEmpty, joined, pruned, type TallyDelta } from '../../../reputation/tally.ts';
import type { Lift } from './lift.ts';
import { isApplied, withApplied } from './marks.ts';
import type { TallyState } from './tally-item.ts';

/** What became of a tally. */
export interface Advance {
  /** The new state; null when the lifts were all applied before, or are about what was forgotten. */
  readonly state: Omit<TallyState, 'version'> | null;
  /** Lifts that had been applied before. */
  readonly repeated: number;
}

/** The state once `lifts`, all of this tally and in the order of their shards, are applied at `now` (epoch milliseconds). */
export function advance(from: TallyState, lifts: readonly Lift[], now: number): Advance {
  const fresh = lifts.filter(({ cause }) => !isApplied(from.marks, cause.place));
  const repeated = lifts.length - fresh.length;
  const counting = fresh.filter(({ receivedAt }) => receivedAt === null || receivedAt > from.forgotten);
  const delta = sumOf(counting.map((lift) => lift.delta));
  if (delta === null) return { state: null, repeated };
  const time = counting.reduce((latest, lift) => Math.max(latest, lift.time), from.time);
  const tally = pruned(add(pruned(from.tally, time), delta), time);
  const places = fresh.map(({ cause }) => cause.place);
  return {
    repeated,
    state: {
      tally: isEmpty(tally) ? EMPTY_TALLY : tally,
      marks: withApplied(from.marks, places, now),
      time,
      forgotten: from.forgotten,
    },
  };
}

/** A reporter's tally, emptied; null when what was received up to `at` is forgotten already. */
export function forgotten(from: TallyState, at: number): Omit<TallyState, 'version'> | null {
  if (from.forgotten >= at) return null;
  // Whatever is in the tally is forgotten with it, even if its clock runs ahead of who asked: else it could be taken back
  // from a tally that no longer has it.
  const time = Math.max(from.time, at);
  return { tally: EMPTY_TALLY, marks: from.marks, time, forgotten: time };
}

function sumOf(deltas: readonly TallyDelta[]): TallyDelta | null {
  const [first, ...rest] = deltas;
  return first === undefined ? null : rest.reduce(joined, first);
}
