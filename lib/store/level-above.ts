/**
 * The level above a tally, from its key alone: so a tally is the sum of what all its children contribute, whichever way a
 * verdict took, and the top of the cascade can be summed anew from what lies below it.
 */
import { lengthAbove } from '../allocation/ladder.ts';
import type { Family } from '../net/address.ts';
import { contribution, type LevelAbove } from '../reputation/cascade.ts';
import {
  aboveNamed,
  familyOf,
  isRootKey,
  lengthOfKey,
  namedKindOf,
  type RungKey,
  rootKey,
  rungLength,
  widened,
} from '../reputation/rung.ts';
import { add, difference, EMPTY_TALLY, pruned, type Tally } from '../reputation/tally.ts';
import { aboveReporter } from './impulse.ts';

/**
 * The level above the tally of a rung or of a reporter on a rung; null for those that have none: the roots, organisations, and
 * accounts without one. Throws a RangeError when nothing is kept under such a key.
 */
export function levelAbove(key: RungKey): LevelAbove | null {
  if (isRootKey(key)) return null;
  const family = familyOf(key);
  const kind = namedKindOf(key);
  if (family === null && kind === null) throw new RangeError('a tally under a key that none has');
  const end = rungLength(key);
  if (key.length > end) return aboveReporter(key, end);
  const above = family === null ? aboveNamed(key) : abovePrefix(key, family);
  return above === null ? null : { key: above, saturation: 'child' };
}

function abovePrefix(rung: RungKey, family: Family): RungKey {
  const length = lengthAbove(family, lengthOfKey(rung));
  return length === null ? rootKey(family) : widened(rung, length);
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
