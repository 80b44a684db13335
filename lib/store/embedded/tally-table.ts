/**
 * A table of tallies by key, set-associative like a processor's cache: a key's hash says in which set it can be, and the eight
 * hashes of a set lie in one line of the processor's cache. A key that is not there costs one look into memory, where a `Map`
 * with a list of what was used when walks a chain of objects all over it; and a lookup asks for several that are not.
 *
 * Of a full set goes one that was not used since all others were (the bit-PLRU of processors).
 */
import type { RungKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';

const WAYS = 8;
/** A power of two. About 1.5 kB a tally at the most: the wide rungs of all networks and the busy senders of a large provider fit. */
const SETS = 1 << 12;
const ALL_WAYS = 2 ** WAYS - 1;
/** In an empty place: no rung's key. */
const NO_KEY: RungKey = '';

export class TallyTable {
  readonly #hashes = new Uint32Array(SETS * WAYS);
  readonly #keys: RungKey[] = Array.from({ length: SETS * WAYS }, () => NO_KEY);
  readonly #tallies: Tally[] = Array.from({ length: SETS * WAYS }, () => EMPTY_TALLY);
  /** A bit for each way of a set: whether it was used since. */
  readonly #used = new Uint8Array(SETS);

  /** `hash` is always the key's `keyHash`. */
  get(key: RungKey, hash: number): Tally | undefined {
    const place = this.#placeOf(key, hash);
    if (place < 0) return undefined;
    this.#touch(place);
    return this.#tallies[place];
  }

  /** Takes a tally in. */
  add(key: RungKey, hash: number, tally: Tally): void {
    const known = this.#placeOf(key, hash);
    const place = known < 0 ? this.#freePlace(hash) : known;
    this.#hashes[place] = hash;
    this.#keys[place] = key;
    this.#tallies[place] = tally;
    this.#touch(place);
  }

  /** Puts a tally where that key's is; nothing where it is not in here. */
  replace(key: RungKey, hash: number, tally: Tally): void {
    const place = this.#placeOf(key, hash);
    if (place >= 0) this.#tallies[place] = tally;
  }

  delete(key: RungKey, hash: number): void {
    const place = this.#placeOf(key, hash);
    if (place < 0) return;
    this.#keys[place] = NO_KEY;
    this.#tallies[place] = EMPTY_TALLY;
  }

  clear(): void {
    this.#hashes.fill(0);
    this.#keys.fill(NO_KEY);
    this.#tallies.fill(EMPTY_TALLY);
    this.#used.fill(0);
  }

  #placeOf(key: RungKey, hash: number): number {
    const start = setOf(hash) * WAYS;
    for (let place = start; place < start + WAYS; place++) {
      if (this.#hashes[place] === hash && this.#keys[place] === key) return place;
    }
    return -1;
  }

  #freePlace(hash: number): number {
    const set = setOf(hash);
    const unused = ~(this.#used[set] ?? 0);
    return set * WAYS + 31 - Math.clz32(unused & -unused);
  }

  #touch(place: number): void {
    const set = Math.floor(place / WAYS);
    const way = 1 << (place % WAYS);
    const used = (this.#used[set] ?? 0) | way;
    this.#used[set] = used === ALL_WAYS ? way : used;
  }
}

function setOf(hash: number): number {
  return hash & (SETS - 1);
}
