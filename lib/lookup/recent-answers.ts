/**
 * Answers about addresses asked about lately. A mail server mostly asks about an address it asked about before, and mostly
 * nothing was said in between that its answer depends on; then it is given again as it was written.
 *
 * What costs in finding an answer again is memory that the processor has to wait for: so all that is looked at before the
 * text itself lies in two lines of its cache. And nothing of it is an object, so that answers can be kept the first time
 * somebody is asked about, at no cost to the garbage collector.
 */
import { type Address, type Family, hashOfAddress } from '../net/address.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { hasFacts } from '../policy/sender-facts.ts';
import type { Store, Watch } from '../store/port.ts';
import type { LookupAnswer, Told } from './answer.ts';
import { BaseRates } from './base-rates.ts';
import { type Basis, ROOT_LAG_MS } from './known-subject.ts';
import type { Question } from './lookup.ts';
import { TextRing } from './text-ring.ts';

/** What the text of an answer takes. */
const BYTES_AN_ANSWER = 2048;
/** More senders do not come again within the minute that an answer is kept, at the twenty thousand lookups a second of one core. */
const MOST_PLACES = 1 << 18;
/** How often memory is given back that holds only answers which can no longer be given, and how old they are then: milliseconds. */
const TIDY_EVERY_MS = 60_000;

/** The numbers of a place: the words of the address, its family (0 where nothing is), */
const STRIDE = 16;
const FAMILY = 4;
/** the store's count of changes when the answer was last seen to hold, and until when it holds if that stays (epoch ms), */
const CHANGES = 5;
const UNTIL = 6;
/** for how many seconds such an answer lasts, */
const LASTS = 7;
/** where its text lies, in how many characters and bytes, and which of `#outcomes` it is; */
const TEXT = 8;
const LENGTH = 9;
const BYTES = 10;
const OUTCOME = 11;
/** then what it rests on: changes of its tallies, the base rate by number, when that was last looked at, and when decay ends it. */
const SEEN = 12;
const ROOT = 13;
const ROOT_SEEN = 14;
const END = 15;

/** How many places of changes there are, and the places: a ladder has no more than six rungs. */
const WATCHES = 8;

/** What answers draw on that is looked at here. */
interface Drawn {
  readonly store: Pick<Store, 'rootTally' | 'tallyChanges' | 'changesAt'>;
  readonly book: PolicyBook;
}

/** What operators or networks state: the same object for as long as nothing of it changes. */
export type Edition = () => unknown;

/** An answer that is given again. */
export interface GivenAgain {
  readonly told: Told;
  /** What was written of it, and how many bytes that has as UTF-8. */
  readonly text: string;
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/** What answers came to: a handful, shared by all. */
interface Outcome {
  readonly kind: Told['network']['kind'];
  readonly policy: Told['policy'];
  /** Whose base rate it rests on. */
  readonly family: Family;
}

export class RecentAnswers {
  readonly #editions: readonly Edition[];
  #current: readonly unknown[];
  #book: PolicyBook | null = null;
  /** When somebody asked last: epoch milliseconds. */
  #now = Number.NEGATIVE_INFINITY;
  #tidiedAt = Number.NEGATIVE_INFINITY;
  /** A power of two. An address can be at either of two neighbouring places. */
  readonly #places: number;
  readonly #numbers: Float64Array;
  readonly #watches: Uint32Array;
  readonly #texts: TextRing;
  readonly #outcomes: Outcome[] = [];
  readonly #baseRates = new BaseRates();

  /**
   * `editions` are those of all that an answer draws on beside the evidence and the policy; `memory` is how many bytes of
   * texts may be kept, at the most.
   */
  constructor(editions: readonly Edition[], memory: number) {
    this.#places = placesWithin(memory);
    this.#numbers = new Float64Array(this.#places * STRIDE);
    this.#watches = new Uint32Array(this.#places * WATCHES);
    this.#texts = new TextRing(Math.min(memory, this.#places * BYTES_AN_ANSWER));
    this.#editions = editions;
    this.#current = editions.map((edition) => edition());
  }

  /** What `lookup` would answer at time `now`, without its work; null where that has to be done. */
  find({ address, facts, account }: Question, { store, book }: Drawn, now: number): GivenAgain | null {
    this.#forgetWhatEnded(book, now);
    if (account !== undefined || hasFacts(facts)) return null;
    const place = this.#placeOf(address);
    if (place < 0) return null;
    const at = place * STRIDE;
    const numbers = this.#numbers;
    const outcome = this.#outcomes[numbers[at + OUTCOME] ?? -1];
    if (outcome === undefined || !this.#holds(place, outcome.family, store, now)) return null;
    const bytes = numbers[at + BYTES] ?? 0;
    const text = this.#texts.get(numbers[at + TEXT] ?? -1, bytes, numbers[at + LENGTH] === bytes);
    if (text === undefined) return null;
    const { kind, policy } = outcome;
    const expires = now + (numbers[at + LASTS] ?? 0) * 1000;
    return { told: { network: { kind, address }, policy, degraded: false }, text, bytes, expires };
  }

  /**
   * Keeps what was written, in so many bytes as UTF-8, of an answer given at time `now`, if it can be told for how long it holds.
   */
  keep(answer: LookupAnswer, text: string, bytes: number, book: PolicyBook, now: number): void {
    const { network, policy, expires, basis } = answer;
    const watch = basis?.watch;
    if (basis === null || watch === undefined || watch.places.length >= WATCHES) return;
    this.#forgetWhatEnded(book, now);
    const kept = this.#texts.add(text, bytes, now);
    if (kept === null) return;
    const { address, subject, kind } = network;
    const { family } = subject ?? address;
    const place = this.#roomFor(address);
    const at = place * STRIDE;
    const numbers = this.#numbers;
    const { w0, w1, w2, w3 } = address;
    numbers[at] = w0;
    numbers[at + 1] = w1;
    numbers[at + 2] = w2;
    numbers[at + 3] = w3;
    numbers[at + FAMILY] = address.family;
    numbers[at + CHANGES] = Number.NaN;
    numbers[at + LASTS] = (expires - now) / 1000;
    numbers[at + TEXT] = kept;
    numbers[at + LENGTH] = text.length;
    numbers[at + BYTES] = bytes;
    numbers[at + OUTCOME] = this.#outcomeOf(kind, policy, family);
    this.#rest(place, basis, watch, this.#baseRates.numberOf(family, basis.root));
  }

  /** The place of the address; -1 when it has none. */
  #placeOf(address: Address): number {
    const place = this.#firstOf(address);
    if (this.#isAt(place, address)) return place;
    return this.#isAt(place + 1, address) ? place + 1 : -1;
  }

  /** Its place, or the one of the two that was kept earlier. */
  #roomFor(address: Address): number {
    const known = this.#placeOf(address);
    if (known >= 0) return known;
    const first = this.#firstOf(address);
    const [a, b] = [this.#numbers[first * STRIDE + TEXT], this.#numbers[(first + 1) * STRIDE + TEXT]];
    return (a ?? 0) > (b ?? 0) ? first + 1 : first;
  }

  #firstOf(address: Address): number {
    return hashOfAddress(address) & (this.#places - 2);
  }

  #isAt(place: number, address: Address): boolean {
    const at = place * STRIDE;
    const numbers = this.#numbers;
    if (numbers[at] !== address.w0 || numbers[at + 1] !== address.w1) return false;
    if (numbers[at + 2] !== address.w2 || numbers[at + 3] !== address.w3) return false;
    return numbers[at + FAMILY] === address.family;
  }

  /** Writes down what the answer at a place rests on. */
  #rest(place: number, { end, rootSeenAt }: Basis, { places, changes }: Watch, root: number): void {
    const at = place * STRIDE;
    const numbers = this.#numbers;
    numbers[at + SEEN] = changes;
    numbers[at + ROOT] = root;
    numbers[at + ROOT_SEEN] = rootSeenAt;
    numbers[at + END] = end;
    const watch = place * WATCHES;
    this.#watches[watch] = places.length;
    for (let i = 0; i < places.length; i++) this.#watches[watch + 1 + i] = places[i] ?? 0;
  }

  /** Whether all that the answer at a place rests on is as it was. A store that fails here fails at the reading, too. */
  #holds(place: number, family: Family, store: Drawn['store'], now: number): boolean {
    const numbers = this.#numbers;
    const at = place * STRIDE;
    try {
      const changes = store.tallyChanges?.() ?? Number.NaN;
      if (numbers[at + CHANGES] === changes && now < (numbers[at + UNTIL] ?? 0)) return true;
      const end = numbers[at + END] ?? 0;
      if (now >= end || !this.#isUnchanged(place, store)) return false;
      let rootSeen = numbers[at + ROOT_SEEN] ?? 0;
      if (now - rootSeen >= ROOT_LAG_MS) {
        if (numbers[at + ROOT] !== this.#baseRates.numberOf(family, store.rootTally(family))) return false;
        rootSeen = now;
        numbers[at + ROOT_SEEN] = now;
      }
      numbers[at + CHANGES] = changes;
      numbers[at + UNTIL] = Math.min(end, rootSeen + ROOT_LAG_MS);
      return true;
    } catch {
      return false;
    }
  }

  #isUnchanged(place: number, store: Drawn['store']): boolean {
    const first = place * WATCHES + 1;
    const count = this.#watches[first - 1] ?? 0;
    return store.changesAt?.(this.#watches, first, first + count) === this.#numbers[place * STRIDE + SEEN];
  }

  #outcomeOf(kind: Outcome['kind'], policy: LookupAnswer['policy'], family: Family): number {
    const { class: serviceClass, action } = policy;
    const known = this.#outcomes.findIndex(
      (other) =>
        other.kind === kind &&
        other.policy.class === serviceClass &&
        other.policy.action === action &&
        other.family === family,
    );
    if (known >= 0) return known;
    return this.#outcomes.push({ kind, policy: { class: serviceClass, action }, family }) - 1;
  }

  /** Forgets everything once an edition or the policy changes, and when the clock is set back. */
  #forgetWhatEnded(book: PolicyBook, now: number): void {
    const isOther =
      book !== this.#book ||
      now < this.#now ||
      this.#editions.some((edition, i) => edition() !== this.#current[i]);
    this.#now = now;
    if (isOther) {
      this.#book = book;
      this.#current = this.#editions.map((edition) => edition());
      this.#texts.clear();
    }
    if (now >= this.#tidiedAt && now - this.#tidiedAt < TIDY_EVERY_MS) return;
    this.#tidiedAt = now;
    // A quiet service should not hold on to everybody it was ever asked about.
    this.#texts.release(now - TIDY_EVERY_MS);
  }
}

function placesWithin(memory: number): number {
  const answers = Math.max(2, Math.floor(memory / BYTES_AN_ANSWER));
  return Math.min(MOST_PLACES, 2 ** Math.floor(Math.log2(answers)));
}
