/**
 * Base rates by number, so that whoever keeps many answers need not keep the tallies they rest on.
 */
import type { Family } from '../net/address.ts';
import { EMPTY_TALLY, type Tally } from '../reputation/tally.ts';

export class BaseRates {
  readonly #seen: Record<Family, { tally: Tally; number: number }> = {
    4: { tally: EMPTY_TALLY, number: 0 },
    6: { tally: EMPTY_TALLY, number: 0 },
  };

  /** The same number as before only for the same tally as before; one that comes back is another. */
  numberOf(family: Family, tally: Tally): number {
    const seen = this.#seen[family];
    if (seen.tally !== tally) {
      seen.tally = tally;
      seen.number++;
    }
    return seen.number;
  }
}
