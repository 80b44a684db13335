/**
 * Tallies that were read lately, decoded: a busy sender's ladder is asked for again and again, and decoding it costs more
 * than all the rest of a read.
 *
 * What this process writes is dropped as it is written; what another one writes shows in the number of the last
 * transaction, which is looked at every five milliseconds. So a tally in here is at most that much older than the file.
 */
import { Doorkeeper } from '../../doorkeeper.ts';
import { keyHash } from '../../key-hash.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import type { TallyFile } from './tally-file.ts';
import { TallyTable } from './tally-table.ts';
import { tallyOfText } from './tally-text.ts';
import { TallyVersions } from './tally-versions.ts';

/** How long another process's write may go unseen: milliseconds. */
const LOOK_EVERY_MS = 5;
const NOTHING: ReadonlyMap<string, string> = new Map();

export class TallyCache {
  /** What changed, here or where whoever reads through here says so. */
  readonly versions = new TallyVersions();
  readonly #file: TallyFile;
  readonly #tallies = new TallyTable();
  /** Those that the last checkpoint wrote: who was reported on just now is reported on again soon. */
  #written: ReadonlyMap<string, string> = NOTHING;
  readonly #doorkeeper = new Doorkeeper();
  /** The transaction up to which the tallies in here are those of the file. */
  #seen = Number.NaN;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** Whether a transaction of this process is under way, or on its way to the disk. */
  #isWriting = false;

  constructor(file: TallyFile) {
    this.#file = file;
  }

  /**
   * Outside a transaction. A rung without a tally has the empty one; of what is asked again, what did not change is the same
   * object. First what is at hand, then what `differing` has (see tally-text.ts), whose changes are all told here, then the file.
   */
  read(rung: string, differing: ReadonlyMap<string, string>): Tally {
    const hash = keyHash(rung);
    const known = this.#tallies.get(rung, hash);
    if (known !== undefined) return known;
    const tally = this.#decode(rung, differing) ?? EMPTY_TALLY;
    if (this.#doorkeeper.knows(rung, hash)) this.#tallies.add(rung, hash, tally);
    return tally;
  }

  /** Inside a transaction: what it sees, and what `differing` has; undefined when there is none. */
  load(key: string, differing = NOTHING): Tally | undefined {
    // What is not at hand is not kept: the transaction may yet be undone.
    const tally = this.#tallies.get(key, keyHash(key)) ?? this.#decode(key, differing);
    return tally === EMPTY_TALLY ? undefined : tally;
  }

  /** The tally is being changed by other means than a checkpoint. */
  drop(key: string): void {
    const hash = keyHash(key);
    this.#tallies.delete(key, hash);
    this.#written = NOTHING;
    this.versions.changed(hash);
  }

  /** The tally differs from the file from now on, until a checkpoint writes it. */
  differs(key: string, tally: Tally): void {
    const hash = keyHash(key);
    this.#tallies.replace(key, hash, tally);
    this.versions.changed(hash);
  }

  /** A checkpoint writes these, and nobody changes the map any more. */
  written(tallies: ReadonlyMap<string, string>): void {
    this.#written = tallies;
  }

  /** What was written in a transaction may not be there, or something else was written by another process. */
  clear(): void {
    this.#tallies.clear();
    this.#written = NOTHING;
    this.versions.allChanged();
  }

  /** A transaction of this process begins, with its number. True when one in between was another process's. */
  begin(transaction: number): boolean {
    const isOthers = transaction !== this.#seen + 1;
    if (isOthers) this.clear();
    this.#seen = transaction - 1;
    this.#isWriting = true;
    return isOthers;
  }

  /** The transaction has ended. It took its number only if it changed something. */
  end(transaction: number): void {
    this.#isWriting = false;
    if (this.#file.lastTransaction() === transaction) this.#seen = transaction;
    this.#file.renew();
  }

  /** The transaction has failed. */
  failed(): void {
    this.#isWriting = false;
    this.clear();
  }

  /**
   * Looks, outside a transaction, for what other processes did. True when they wrote since. Not while one of this process may be in the
   * file, or not yet: the last number would say nothing.
   */
  look(): boolean {
    if (this.#isWriting) return false;
    const now = performance.now();
    if (now - this.#lookedAt < LOOK_EVERY_MS) return false;
    this.#lookedAt = now;
    const last = this.#file.lastTransaction();
    if (last === this.#seen) return false;
    this.clear();
    this.#file.renew();
    this.#seen = last;
    return true;
  }

  #decode(key: string, differing: ReadonlyMap<string, string>): Tally | undefined {
    const text = differing.get(key) ?? this.#written.get(key);
    return text === undefined ? this.#file.read(key) : tallyOfText(text);
  }
}
