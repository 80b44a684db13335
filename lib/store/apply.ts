/**
 * Applies verdict records to tallies in one go: the part that stores with a transaction of their own share.
 */
import { cascade, type Impulse } from '../reputation/cascade.ts';
import { EMPTY_TALLY, isEmpty, type Tally } from '../reputation/tally.ts';
import { levelAbove } from './level-above.ts';

/** Where tallies rest between transactions. */
export interface TallyShelf {
  load(key: string): Tally | undefined;
  save(key: string, tally: Tally): void;
  drop(key: string): void;
}

/** Runs the cascade over a copy-on-write view of the shelf, then saves each changed tally once. */
export function applyImpulses(impulses: readonly Impulse[], shelf: TallyShelf, now: number): void {
  const changed = new Map<string, Tally>();
  cascade(
    impulses,
    {
      get: (key) => changed.get(key) ?? shelf.load(key) ?? EMPTY_TALLY,
      set: (key, tally) => {
        changed.set(key, tally);
      },
      above: levelAbove,
    },
    now,
  );
  for (const [key, tally] of changed) {
    if (isEmpty(tally)) shelf.drop(key);
    else shelf.save(key, tally);
  }
}
