/**
 * Who may into a cache: what is asked for a second time (the doorkeeper of TinyLFU, Einziger, Friedman and Manes 2017). A
 * flood of senders that come once would push out those that come again, and make the garbage collector walk over all of it.
 */

/** A power of two, in bytes. */
const PLACES = 1 << 17;
/** Everything is forgotten after so many first times, before places grow scarce. */
const MAX_FIRST_TIMES = PLACES / 4;

export class Doorkeeper {
  readonly #places = new Uint8Array(PLACES);
  #firstTimes = 0;

  /** Whether the key was asked for before, lately. Now and then a stranger is taken for somebody known. */
  knows(key: string): boolean {
    const place = placeOf(key);
    if (this.#places[place] === 1) return true;
    if (++this.#firstTimes > MAX_FIRST_TIMES) {
      this.#places.fill(0);
      this.#firstTimes = 1;
    }
    this.#places[place] = 1;
    return false;
  }
}

/** FNV-1a, folded. */
function placeOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return ((hash >>> 15) ^ hash) & (PLACES - 1);
}
