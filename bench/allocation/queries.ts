/** The look-ups of the bench: the same for every contender. */
import { Address, type Family } from '../../lib/net/address.ts';
import { diceOf, randomAddress } from '../../test/allocation/synthetic-rows.ts';
import type { Dataset } from './datasets.ts';

const COUNT = 1_000_000;
const SEED = 7;

/** Addresses to look up: packed, so that what is timed is the search and not the fetching of a million objects. */
export class Queries {
  readonly length = COUNT;
  private readonly family: Family;
  private readonly words = new Uint32Array(4 * COUNT);

  /** Three in four inside a random row, the others anywhere. */
  constructor({ family, rows }: Dataset) {
    this.family = family;
    const dice = diceOf(SEED);
    for (let i = 0; i < COUNT; i++) {
      const around = i % 4 === 0 ? undefined : rows[dice() % rows.length]?.prefix;
      const { w0, w1, w2, w3 } = randomAddress(dice, family, around);
      this.words.set([w0, w1, w2, w3], 4 * i);
    }
  }

  at(i: number): Address {
    const at = 4 * i;
    const words = this.words;
    if (this.family === 4) return Address.v4(words[at] ?? 0);
    return Address.v6(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0);
  }
}
