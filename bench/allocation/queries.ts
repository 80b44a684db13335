/** The look-ups of the bench: the same for every contender. */
import { Address, type Family, formatAddress } from '../../lib/net/address.ts';
import { diceOf, randomAddress } from '../../test/allocation/synthetic-rows.ts';
import type { Dataset } from './datasets.ts';

const COUNT = 1_000_000;
const SEED = 7;

/** Room for the longest text. */
const TEXT_BYTES = 40;

/** Addresses to look up, packed: those of one batch after the other are made of them, and then lie at hand. */
export class Queries {
  readonly length = COUNT;
  readonly family: Family;
  private readonly words = new Uint32Array(4 * COUNT);
  private readonly texts = Buffer.alloc(TEXT_BYTES * COUNT);
  private readonly textLengths = new Uint8Array(COUNT);

  /** Three in four inside a random row, the others anywhere. */
  constructor({ family, rows }: Dataset) {
    this.family = family;
    const dice = diceOf(SEED);
    for (let i = 0; i < COUNT; i++) {
      const around = i % 4 === 0 ? undefined : rows[dice() % rows.length]?.prefix;
      const address = randomAddress(dice, family, around);
      this.words.set([address.w0, address.w1, address.w2, address.w3], 4 * i);
      this.textLengths[i] = this.texts.write(formatAddress(address), TEXT_BYTES * i, 'latin1');
    }
  }

  at(i: number): Address {
    const at = 4 * i;
    const words = this.words;
    if (this.family === 4) return Address.v4(words[at] ?? 0);
    return Address.v6(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0);
  }

  textAt(i: number): string {
    const from = TEXT_BYTES * i;
    return this.texts.toString('latin1', from, from + (this.textLengths[i] ?? 0));
  }
}
