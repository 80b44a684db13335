/**
 * Who may into a cache: what is asked for a second time (the doorkeeper of TinyLFU, Einziger, Friedman and Manes 2017). A
 * flood of senders that come once would push out those that come again, and make the garbage collector walk over all of it.
 */
import { keyHash } from './key-hash.ts';

/** A power of two: bits, 128 kB of them. */
const PLACES = 1 << 20;
/** Everything is forgotten after so many first times: until then a stranger is taken for somebody known one time in 17. */
const MAX_FIRST_TIMES = PLACES / 8;

export class Doorkeeper {
  readonly #places = new Uint32Array(PLACES / 32);
  #firstTimes = 0;

  /** Whether the key was asked for before, lately. Now and then a stranger is taken for somebody known. */
  knows(key: string, hash = keyHash(key)): boolean {
    const place = hash & (PLACES - 1);
    const word = place >>> 5;
    const bit = 1 << (place & 31);
    const before = this.#places[word] ?? 0;
    if ((before & bit) !== 0) return true;
    this.#places[word] = before | bit;
    if (++this.#firstTimes > MAX_FIRST_TIMES) {
      this.#places.fill(0);
      this.#places[word] = bit;
      this.#firstTimes = 1;
    }
    return false;
  }
}
