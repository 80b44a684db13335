/**
 * Tells of changes of tallies as the embedded store does, for a store that gives the same object while a tally does not change.
 */
import type { RungKey } from '../../lib/reputation/rung.ts';
import type { Tally } from '../../lib/reputation/tally.ts';
import type { Store } from '../../lib/store/port.ts';

export function watchOver(
  tallyOf: (rung: RungKey) => Tally,
): Required<Pick<Store, 'watchTallies' | 'changesAt'>> {
  const seen: { readonly rung: RungKey; tally: Tally; changes: number }[] = [];
  const placeOf = (rung: RungKey): number => {
    const known = seen.findIndex((other) => other.rung === rung);
    return known >= 0 ? known : seen.push({ rung, tally: tallyOf(rung), changes: 0 }) - 1;
  };
  const changesAt = (places: ArrayLike<number>, from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i < to; i++) {
      const one = seen[places[i] ?? -1];
      if (one === undefined) throw new RangeError('a place that no watch has named');
      const tally = tallyOf(one.rung);
      if (tally !== one.tally) one.changes++;
      one.tally = tally;
      sum += one.changes;
    }
    return sum;
  };
  const watchTallies = (rungs: readonly RungKey[]) => {
    const places = rungs.map(placeOf);
    return { places, changes: changesAt(places, 0, places.length) };
  };
  return { watchTallies, changesAt };
}
