/**
 * The lookup line: address -> network -> ladder -> one batch read -> reputation -> policy -> answer.
 * Reads never write.
 */
import type { Allocations } from '../allocation/allocation.ts';
import { hostOf, type Network, networkOf } from '../allocation/network.ts';
import type { Address } from '../net/address.ts';
import { decide, degradedPolicy, type Listing, type Policy, type SenderFacts } from '../policy/decide.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { hostBin } from '../reputation/host.ts';
import { type Reputation, reputationOf } from '../reputation/reputation.ts';
import { EMPTY_TALLY, type Tally } from '../reputation/tally.ts';
import type { Store } from '../store/port.ts';
import type { KnownSubject, KnownSubjects } from './known-subjects.ts';

/** What a mail server asks, parsed. */
export interface Question {
  readonly address: Address;
  readonly facts: SenderFacts;
}

export interface LookupAnswer {
  readonly network: Network;
  /** Null when the address is not rateable, and in a degraded answer. */
  readonly reputation: Reputation | null;
  readonly listing: Listing | null;
  readonly policy: Policy;
  /** Epoch milliseconds until which the answer holds for every address of `network.prefix`. */
  readonly expires: number;
  /** True when the store did not answer in time: the policy is then open, or the listing's if there is one. */
  readonly degraded: boolean;
}

/** What a lookup draws on. */
export interface LookupSources {
  readonly store: Pick<Store, 'readTallies' | 'rootTally'>;
  readonly allocations: Allocations;
  /** What was concluded lately: part of no answer, only of its price. */
  readonly subjects: KnownSubjects;
  readonly book: PolicyBook;
  /** The list entry that holds for the network, if any. */
  readonly listingOf: (network: Network, now: number) => Listing | null;
  /**
   * Whether a list entry or an allocation covers a part of the network's prefix only: an answer then holds for its own
   * address alone.
   */
  readonly divides: (network: Network, now: number) => boolean;
  /** Waits for the evidence, but no longer than the time budget: null when it did not come or the store failed. */
  readonly withinBudget: (read: Promise<readonly Tally[]>) => Promise<readonly Tally[] | null>;
  /** The policy, for who wants to see it at work; `decide` itself when left out. */
  readonly decide?: typeof decide | undefined;
}

/** Seconds a degraded answer may be cached: long enough to spare a struggling store, short enough to heal unseen. */
const DEGRADED_CACHE_SECONDS = 5;

/**
 * Answers one question at time `now` (epoch milliseconds): at once when the store does, as every promise on the way costs
 * more than the answer. A store that fails makes the answer degraded, never an error.
 */
export function lookup(
  question: Question,
  sources: LookupSources,
  now: number,
): LookupAnswer | Promise<LookupAnswer> {
  const network = networkOf(question.address, sources.allocations);
  const listing = sources.listingOf(network, now);
  if (network.subject === null) return conclude(question, network, null, listing, sources, now);
  const subject = sources.subjects.of(network.subject);
  const { root, read } = startReading(subject, sources.store);
  const bin = hostBin(hostOf(network), network.subject);
  if (!(read instanceof Promise)) {
    const reputation = subject.reputation(read, root, bin, now);
    return conclude(question, network, reputation, listing, sources, now);
  }
  return sources.withinBudget(read).then((tallies) => {
    if (tallies === null) return degraded(question, network, listing, sources, now);
    const reputation = reputationOf({ ladder: subject.ladder, tallies, bin, root }, now);
    return conclude(question, network, reputation, listing, sources, now);
  });
}

/** Starts the one batch read. A store that throws at once has failed like one whose promise rejects. */
function startReading(
  { ladder, rungs }: KnownSubject,
  store: LookupSources['store'],
): { readonly root: Tally; readonly read: ReturnType<Store['readTallies']> } {
  try {
    return { root: store.rootTally(ladder.subject.family), read: store.readTallies(rungs) };
  } catch (error) {
    return { root: EMPTY_TALLY, read: Promise.reject(error) };
  }
}

function conclude(
  { facts }: Question,
  network: Network,
  reputation: Reputation | null,
  listing: Listing | null,
  { book, divides, decide: decideBy = decide }: LookupSources,
  now: number,
): LookupAnswer {
  const policy = decideBy({ network, reputation, listing, facts }, book);
  // An answer for one host of a mixed end site must not be reused for its neighbours.
  const alone = Boolean(reputation?.host) || divides(network, now);
  const expires = expiryOf(alone ? 0 : book.cacheSeconds[policy.class], listing, now);
  return { network, reputation, listing, policy, expires, degraded: false };
}

/** Without evidence a listing still decides; what else there is to say is open. */
function degraded(
  { facts }: Question,
  network: Network,
  listing: Listing | null,
  { book, divides }: LookupSources,
  now: number,
): LookupAnswer {
  const policy =
    listing === null ? degradedPolicy(book) : decide({ network, reputation: null, listing, facts }, book);
  const expires = expiryOf(divides(network, now) ? 0 : DEGRADED_CACHE_SECONDS, listing, now);
  return { network, reputation: null, listing, policy, expires, degraded: true };
}

/** An answer holds no longer than the listing that decided it. */
function expiryOf(seconds: number, listing: Listing | null, now: number): number {
  return Math.min(now + seconds * 1000, listing?.expires ?? Number.POSITIVE_INFINITY);
}
