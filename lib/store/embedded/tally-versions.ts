/**
 * Whether tallies changed since somebody last looked, at the price of a few additions: a count of changes for each of many
 * places, where each rung has its place. Rungs that share one are taken to have changed together.
 */
import { keyHash } from '../../key-hash.ts';
import type { Watch } from '../port.ts';

/** A power of two: 256 kB of counts. */
const PLACES = 1 << 16;

export class TallyVersions {
  readonly #changes = new Uint32Array(PLACES);
  #allChanged = 0;
  #total = 0;

  /** Every change of any tally: while it stands still, no rung has to be looked at. */
  get total(): number {
    return this.#total;
  }

  /** `hash` is the key's `keyHash`. */
  changed(hash: number): void {
    this.#total++;
    const place = placeOf(hash);
    this.#changes[place] = (this.#changes[place] ?? 0) + 1;
  }

  /** Nobody knows what changed. */
  allChanged(): void {
    this.#total++;
    this.#allChanged++;
  }

  watch(keys: readonly string[]): Watch {
    const places = keys.map((key) => placeOf(keyHash(key)));
    return { places, changes: this.changesAt(places, 0, places.length) };
  }

  /** What the changes at places `from` up to but without `to` come to. No count ever falls, so the sum stays the same only if they all do. */
  changesAt(places: ArrayLike<number>, from: number, to: number): number {
    let sum = this.#allChanged;
    for (let i = from; i < to; i++) sum += this.#changes[places[i] ?? 0] ?? 0;
    return sum;
  }
}

function placeOf(hash: number): number {
  return hash & (PLACES - 1);
}
