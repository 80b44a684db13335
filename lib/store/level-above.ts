/**
 * The level above a tally, from its key alone: so a tally is the sum of what all its children contribute, whichever way a
 * verdict took, and the top of the cascade can be summed anew from what lies below it.
 */
import { ladderOf } from '../allocation/ladder.ts';
import { contribution, type Saturation } from '../reputation/cascade.ts';
import { isRootKey, prefixOfKey, type RungKey, rootKey, rungKey } from '../reputation/rung.ts';
import { add, difference, EMPTY_TALLY, pruned, type Tally } from '../reputation/tally.ts';

export interface LevelAbove {
  readonly key: RungKey;
  /** How it sees the level below. */
  readonly saturation: Saturation;
}

/** The level above the tally of a rung or of a reporter on a rung; null for the roots, which have none. */
export function levelAbove(key: RungKey): LevelAbove | null {
  const rung = prefixOfKey(key);
  if (rung === null) return null;
  const own = rungKey(rung);
  if (key.length > own.length) {
    const trusted = key.charAt(own.length + 1) === 't';
    return { key: own, saturation: trusted ? 'trusted-reporter' : 'reporter' };
  }
  const [parent] = ladderOf(rung).ancestors;
  return { key: parent === undefined ? rootKey(rung.family) : rungKey(parent), saturation: 'child' };
}

/** Sums roots from their children. A store that keeps a root in parts says which part takes a child. */
export class RootSums {
  readonly #sums = new Map<RungKey, Tally>();
  readonly #partOf: (root: RungKey, child: RungKey) => RungKey;
  readonly #now: number;

  /** What had left its window at `now` (epoch milliseconds) is left out. */
  constructor(now: number, partOf: (root: RungKey, child: RungKey) => RungKey = (root) => root) {
    this.#now = now;
    this.#partOf = partOf;
  }

  /** Takes a tally; those with a rung above them say nothing of a root. */
  take(key: RungKey, tally: Tally): void {
    const above = levelAbove(key);
    if (above === null || !isRootKey(above.key)) return;
    const part = this.#partOf(above.key, key);
    const gives = contribution(pruned(tally, this.#now), above.saturation);
    this.#sums.set(part, add(this.#sums.get(part) ?? EMPTY_TALLY, difference(gives, EMPTY_TALLY)));
  }

  sums(): ReadonlyMap<RungKey, Tally> {
    return this.#sums;
  }
}
