/**
 * The level above a tally, from its key alone: so a tally is the sum of what all its children contribute, whichever way a
 * verdict took, and the top of the cascade can be summed anew from what lies below it.
 */
import { ladderOf } from '../allocation/ladder.ts';
import type { Prefix } from '../net/prefix.ts';
import { contribution, type Saturation } from '../reputation/cascade.ts';
import {
  aboveNamed,
  isRootKey,
  namedKindOf,
  prefixOfKey,
  type RungKey,
  rootKey,
  rungKey,
  rungLength,
} from '../reputation/rung.ts';
import { add, difference, EMPTY_TALLY, pruned, type Tally } from '../reputation/tally.ts';
import { aboveReporter } from './impulse.ts';

export interface LevelAbove {
  readonly key: RungKey;
  /** How it sees the level below. */
  readonly saturation: Saturation;
}

/**
 * The level above the tally of a rung or of a reporter on a rung; null for those that have none: the roots, organisations, and
 * accounts without one. Throws a RangeError when nothing is kept under such a key.
 */
export function levelAbove(key: RungKey): LevelAbove | null {
  if (isRootKey(key)) return null;
  const end = rungLength(key);
  const own = key.slice(0, end);
  const rung = prefixOfKey(own);
  if (rung === null && namedKindOf(own) === null) throw new RangeError('a tally under a key that none has');
  if (key.length > end) {
    return aboveReporter(key, end);
  }
  const above = rung === null ? aboveNamed(own) : abovePrefix(rung);
  return above === null ? null : { key: above, saturation: 'child' };
}

function abovePrefix(rung: Prefix): RungKey {
  const [parent] = ladderOf(rung).ancestors;
  return parent === undefined ? rootKey(rung.family) : rungKey(parent);
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
