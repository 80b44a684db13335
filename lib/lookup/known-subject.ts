/**
 * A subject of lookups: its ladder, and what was concluded of it lately.
 */
import { type Ladder, ladderOf } from '../allocation/ladder.ts';
import type { Prefix } from '../net/prefix.ts';
import type { Policy } from '../policy/decide.ts';
import { KeptPolicy } from '../policy/kept-policy.ts';
import { type Reputation, reputationOf } from '../reputation/reputation.ts';
import { type RungKey, rungKey } from '../reputation/rung.ts';
import type { Tally } from '../reputation/tally.ts';
import type { Store, Watch } from '../store/port.ts';

/** In a minute, evidence with the fastest half-life, six hours, loses 0.2 % of its weight. */
const MAX_AGE_MS = 60_000;
/** Verdicts about fresh networks move the base rate all the time, by very little: it may lag, as in any store. */
export const ROOT_LAG_MS = 2000;

/** What conclusions rest on. */
export class Basis {
  readonly #tallies: readonly Tally[];
  readonly root: Tally;
  /** When they were drawn: epoch milliseconds. */
  readonly #at: number;
  #rootSeenAt: number;
  /** How often the tallies had changed; undefined where the store cannot tell. */
  readonly watch: Watch | undefined;

  constructor(tallies: readonly Tally[], root: Tally, now: number, watch: Watch | undefined) {
    this.#tallies = tallies;
    this.root = root;
    this.#at = now;
    this.#rootSeenAt = now;
    this.watch = watch;
  }

  /** When decay ends it at the latest: epoch milliseconds. */
  get end(): number {
    return this.#at + MAX_AGE_MS;
  }

  /** When the base rate was last looked at: epoch milliseconds. */
  get rootSeenAt(): number {
    return this.#rootSeenAt;
  }

  /** Whether what was drawn from it would be drawn again, told without the tallies: false where they have to be looked at. */
  holds(store: Watching, root: () => Tally, now: number): boolean {
    if (this.watch === undefined || store.changesAt === undefined) return false;
    const { places, changes } = this.watch;
    return store.changesAt(places, 0, places.length) === changes && this.#isTimely(root, now);
  }

  /** The same where the tallies are at hand. */
  holdsFor(tallies: readonly Tally[], root: Tally, now: number): boolean {
    if (!this.#isTimely(() => root, now)) return false;
    for (let i = 0; i < tallies.length; i++) if (this.#tallies[i] !== tallies[i]) return false;
    return true;
  }

  /** Whether neither decay nor the base rate, `root` now, can have moved what was drawn. */
  #isTimely(root: () => Tally, now: number): boolean {
    const age = now - this.#at;
    if (age < 0 || age >= MAX_AGE_MS) return false;
    const since = now - this.#rootSeenAt;
    if (since >= 0 && since < ROOT_LAG_MS) return true;
    if (this.root !== root()) return false;
    this.#rootSeenAt = now;
    return true;
  }
}

/** What is asked whether tallies changed. */
export type Watching = Pick<Store, 'watchTallies' | 'changesAt'>;

/** A reputation, what it rests on, and room for what is made of it. */
export interface Conclusion {
  readonly reputation: Reputation;
  readonly basis: Basis;
  /** Null when nothing is kept: who comes once should leave nothing behind. */
  readonly kept: Kept | null;
}

/** What others keep beside a reputation for as long as it holds. */
export interface Kept {
  /** The reputation as it is written into answers; empty until somebody did. */
  text: string;
  readonly policy: KeptPolicy;
  /** The policy that was written last, and as what; null until somebody did. */
  policyText: { readonly of: Policy; readonly text: string } | null;
}

/** A subject with its ladder, and the keys of its rungs in reading order. */
export class KnownSubject {
  readonly ladder: Ladder;
  readonly rungs: readonly RungKey[];
  /** By host of a mixed end site; where hosts are not told apart, the one conclusion is under `EVERY_HOST`. */
  readonly #conclusions: Map<number, Conclusion> | null;
  #basis: Basis | null = null;

  /** `lasting` when it will be asked again. */
  constructor(subject: Prefix, key: RungKey, lasting: boolean) {
    this.ladder = ladderOf(subject);
    this.rungs = [key, ...this.ladder.ancestors.map(rungKey)];
    this.#conclusions = lasting ? new Map() : null;
  }

  /** What `conclude` would say again, without the tallies; null where they have to be looked at. */
  known(bin: number | null, store: Watching, root: () => Tally, now: number): Conclusion | null {
    if (this.#conclusions === null || !this.#basis?.holds(store, root, now)) return null;
    return concludedOf(this.#conclusions, bin) ?? null;
  }

  /**
   * As `reputationOf`; the same object as before where the tallies are the same objects as before, for a minute at the
   * most. A store that answers at once gives the same object for a tally that did not change.
   */
  conclude(
    tallies: readonly Tally[],
    root: Tally,
    bin: number | null,
    store: Watching,
    now: number,
  ): Conclusion {
    const conclusions = this.#conclusions;
    let basis = this.#basis;
    if (conclusions === null || !basis?.holdsFor(tallies, root, now)) {
      conclusions?.clear();
      basis = new Basis(tallies, root, now, store.watchTallies?.(this.rungs));
      this.#basis = basis;
    }
    const known = conclusions === null ? undefined : concludedOf(conclusions, bin);
    if (known !== undefined) return known;
    const reputation = this.#reputationOf(tallies, root, bin, now);
    if (conclusions === null) return { reputation, basis, kept: null };
    const conclusion = {
      reputation,
      basis,
      kept: { text: '', policy: new KeptPolicy(), policyText: null },
    };
    conclusions.set(reputation.host === null ? EVERY_HOST : (bin ?? EVERY_HOST), conclusion);
    return conclusion;
  }

  #reputationOf(tallies: readonly Tally[], root: Tally, bin: number | null, now: number): Reputation {
    return reputationOf({ ladder: this.ladder, tallies, bin, root }, now);
  }
}

/** No bin of a host is negative. */
const EVERY_HOST = -1;

/** Where lookups have their subjects from. */
export interface Subjects {
  of(subject: Prefix): KnownSubject;
}

/** Made anew for each lookup: of a store that answers later nothing could be kept, as it gives no tally twice. */
export const FRESH_SUBJECTS: Subjects = {
  of: (subject) => new KnownSubject(subject, rungKey(subject), false),
};

function concludedOf(
  conclusions: ReadonlyMap<number, Conclusion>,
  bin: number | null,
): Conclusion | undefined {
  return conclusions.get(EVERY_HOST) ?? conclusions.get(bin ?? EVERY_HOST);
}
