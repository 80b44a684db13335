/**
 * Answers about addresses asked about lately. A mail server mostly asks about an address it asked about before, and mostly
 * nothing was said in between that its answer depends on; then neither the network nor the subject has to be looked for again.
 *
 * What costs in finding an answer again is memory that the processor has to wait for: so all that is looked at before the
 * answer itself lies in one line of its cache.
 */
import { type Address, hashOfAddress } from '../net/address.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { hasFacts } from '../policy/sender-facts.ts';
import type { Store } from '../store/port.ts';
import type { LookupAnswer } from './answer.ts';
import type { Basis } from './known-subject.ts';
import type { Question } from './lookup.ts';

/** An answer, with what is kept of its subject. */
const BYTES_AN_ANSWER = 5000;
/** More senders do not come again within the minute that an answer is kept, at the twenty thousand lookups a second of one core. */
const MOST_PLACES = 1 << 16;
/** How often answers are thrown away that can no longer be given: milliseconds. */
const TIDY_EVERY_MS = 60_000;

/** The numbers of a place: the words of the address, its family, */
const STRIDE = 8;
const FAMILY = 4;
/** the store's count of changes when the answer was last seen to hold, and until when it holds if that stays (epoch ms), */
const CHANGES = 5;
const UNTIL = 6;
/** and for how many seconds such an answer lasts. */
const LASTS = 7;

interface Recent {
  readonly answer: LookupAnswer;
  readonly basis: Basis;
}

/** What answers draw on that is looked at here. */
interface Drawn {
  readonly store: Pick<Store, 'rootTally' | 'tallyChanges'>;
  readonly book: PolicyBook;
}

/** What operators or networks state: the same object for as long as nothing of it changes. */
export type Edition = () => unknown;

export class RecentAnswers {
  readonly #editions: readonly Edition[];
  #current: readonly unknown[];
  #book: PolicyBook | null = null;
  /** When somebody asked last: epoch milliseconds. */
  #now = Number.NEGATIVE_INFINITY;
  #tidiedAt = Number.NEGATIVE_INFINITY;
  /** A power of two. Addresses have two places each, of which the first is the one that was asked about last. */
  readonly #places: number;
  readonly #recent: (Recent | undefined)[];
  readonly #numbers: Float64Array;

  /**
   * `editions` are those of all that an answer draws on beside the evidence and the policy; `memory` is how many bytes may be
   * filled, at the most.
   */
  constructor(editions: readonly Edition[], memory: number) {
    this.#places = placesWithin(memory);
    this.#recent = Array.from({ length: this.#places });
    this.#numbers = new Float64Array(this.#places * STRIDE);
    this.#editions = editions;
    this.#current = editions.map((edition) => edition());
  }

  /** What `lookup` would answer at time `now`, without its work; null where that has to be done. */
  answer({ address, facts, account }: Question, { store, book }: Drawn, now: number): LookupAnswer | null {
    this.#forgetWhatEnded(book, now);
    const place = this.#find(address);
    const recent = place < 0 ? undefined : this.#recent[place];
    if (recent === undefined || account !== undefined || hasFacts(facts)) return null;
    if (!this.#holds(place, recent, store, now)) return null;
    // Field by field: V8 takes long for every field that follows a spread.
    const { network, reputation, listing, policy, degraded, kept, written } = recent.answer;
    const expires = now + (this.#numbers[place * STRIDE + LASTS] ?? 0) * 1000;
    return { network, reputation, account, listing, policy, expires, degraded, kept, written };
  }

  /**
   * Keeps an answer to a question without facts, given at time `now`, that lasts so many seconds and holds until the evidence
   * in its `basis`, an edition or the policy changes. Gives it back with room for its text.
   */
  keep(given: LookupAnswer, basis: Basis, book: PolicyBook, lasts: number, now: number): LookupAnswer {
    this.#forgetWhatEnded(book, now);
    const answer = { ...given, written: { opening: '', reputation: '', policy: '', more: 0 } };
    const { address } = answer.network;
    const { w0, w1, w2, w3, family } = address;
    const place = this.#placeOf(address);
    if (!this.#isAt(place, address)) this.#move(place, place + 1);
    this.#recent[place] = { answer, basis };
    this.#numbers.set([w0, w1, w2, w3, family, Number.NaN, Number.NaN, lasts], place * STRIDE);
    return answer;
  }

  /** The first of its two places. */
  #placeOf(address: Address): number {
    return hashOfAddress(address) & (this.#places - 2);
  }

  /** The place of the address; -1 when its answer is not kept. */
  #find(address: Address): number {
    const place = this.#placeOf(address);
    if (this.#isAt(place, address)) return place;
    if (!this.#isAt(place + 1, address)) return -1;
    this.#swap(place, place + 1);
    return place;
  }

  #isAt(place: number, address: Address): boolean {
    const at = place * STRIDE;
    const numbers = this.#numbers;
    if (numbers[at] !== address.w0 || numbers[at + 1] !== address.w1) return false;
    if (numbers[at + 2] !== address.w2 || numbers[at + 3] !== address.w3) return false;
    return numbers[at + FAMILY] === address.family;
  }

  #move(from: number, to: number): void {
    this.#recent[to] = this.#recent[from];
    this.#numbers.copyWithin(to * STRIDE, from * STRIDE, (from + 1) * STRIDE);
  }

  #swap(a: number, b: number): void {
    const recent = this.#recent[a];
    const numbers = this.#numbers.slice(a * STRIDE, (a + 1) * STRIDE);
    this.#move(b, a);
    this.#recent[b] = recent;
    this.#numbers.set(numbers, b * STRIDE);
  }

  /** A store that fails here fails at the reading, too. */
  #holds(place: number, { answer, basis }: Recent, store: Drawn['store'], now: number): boolean {
    const numbers = this.#numbers;
    const at = place * STRIDE;
    try {
      const changes = store.tallyChanges?.() ?? Number.NaN;
      if (numbers[at + CHANGES] === changes && now < (numbers[at + UNTIL] ?? 0)) return true;
      const { subject, address } = answer.network;
      const { family } = subject ?? address;
      if (!basis.holds(() => store.rootTally(family), now)) return false;
      numbers[at + CHANGES] = changes;
      numbers[at + UNTIL] = basis.until;
      return true;
    } catch {
      return false;
    }
  }

  /** Forgets everything once an edition or the policy changes, and when the clock is set back. */
  #forgetWhatEnded(book: PolicyBook, now: number): void {
    const isOther =
      book !== this.#book ||
      now < this.#now ||
      this.#editions.some((edition, i) => edition() !== this.#current[i]);
    this.#now = now;
    if (now - this.#tidiedAt >= TIDY_EVERY_MS) this.#tidy(now);
    if (!isOther) return;
    this.#book = book;
    this.#current = this.#editions.map((edition) => edition());
    this.#tidiedAt = now;
    this.#recent.fill(undefined);
  }

  /** A quiet service should not hold on to everybody it was ever asked about. */
  #tidy(now: number): void {
    this.#tidiedAt = now;
    for (const [place, recent] of this.#recent.entries()) {
      if (recent !== undefined && recent.basis.end <= now) this.#recent[place] = undefined;
    }
  }
}

function placesWithin(memory: number): number {
  const answers = Math.max(2, Math.floor(memory / BYTES_AN_ANSWER));
  return Math.min(MOST_PLACES, 2 ** Math.floor(Math.log2(answers)));
}
