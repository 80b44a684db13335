/**
 * The lookup line: address -> network -> ladder -> one batch read -> reputation -> policy -> answer.
 * Reads never write. A question that names an account reads its two rungs in the same batch.
 */
import type { Allocations } from '../allocation/allocation.ts';
import { hostOf, type Network, networkOf, networkRead } from '../allocation/network.ts';
import type { Address, Family } from '../net/address.ts';
import { decide, degradedPolicy, type Listing } from '../policy/decide.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { hasFacts, type SenderFacts } from '../policy/sender-facts.ts';
import { type AccountReputation, accountReputationOf } from '../reputation/account.ts';
import { hostBin } from '../reputation/host.ts';
import { type Reputation, reputationOf } from '../reputation/reputation.ts';
import { namedRungsOf, type RungKey } from '../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../reputation/tally.ts';
import type { Store } from '../store/port.ts';
import type { LookupAnswer } from './answer.ts';
import type { Conclusion, KnownSubject, Subjects } from './known-subject.ts';

/** What a mail server asks, parsed. */
export interface Question {
  readonly address: Address;
  readonly facts: SenderFacts;
  /** The rung of the account that sends; left out when none was named. */
  readonly account?: RungKey | undefined;
}

/** What a lookup draws on. */
export interface LookupSources {
  readonly store: Pick<Store, 'readTallies' | 'watchTallies' | 'changesAt' | 'tallyChanges' | 'rootTally'>;
  readonly allocations: Allocations;
  /** What was concluded lately: part of no answer, only of its price. */
  readonly subjects: Subjects;
  readonly book: PolicyBook;
  /** The list entry that holds for the network, if any. */
  readonly listingOf: (network: Network, now: number) => Listing | null;
  /**
   * Whether a list entry or an allocation covers a part of the network's prefix only: an answer then holds for its own
   * address alone.
   */
  readonly divides: (network: Network, now: number) => boolean;
  /** Waits for the evidence, but no longer than the time budget: null when it did not come or the store failed. */
  readonly withinBudget: <T>(read: Promise<T>) => Promise<T | null>;
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
  const network = networkRead(question.address, sources.allocations);
  if (network instanceof Promise) return onceRead(network, question, sources, now);
  const asked = askedAbout(network, question, sources, now);
  const known = stillKnown(asked);
  if (known !== null) return conclude(asked, known, undefined);
  const { root, read } = startReading(asked);
  if (!(read instanceof Promise)) return answerFrom(read, root, asked, true);
  return sources
    .withinBudget(read)
    .then((tallies) =>
      tallies === null ? degraded(asked) : answerFrom(tallies, rootOf(asked), asked, false),
    );
}

/** The same where the network has to be read first: that and the evidence have one time budget. */
async function onceRead(
  network: Promise<Network>,
  question: Question,
  sources: LookupSources,
  now: number,
): Promise<LookupAnswer> {
  const about = (found: Network): Asked => askedAbout(found, question, sources, now);
  const reading = network.then(async (found) => {
    const asked = about(found);
    return { asked, tallies: await startReading(asked).read };
  });
  const came = await sources.withinBudget(reading);
  if (came !== null) return answerFrom(came.tallies, rootOf(came.asked), came.asked, false);
  // As far as it is at hand: what the operator says always is.
  return degraded(about(networkOf(question.address, sources.allocations)));
}

/** A question on its way to the answer. */
interface Asked {
  readonly question: Question;
  readonly network: Network;
  /** Null when the address is not rateable. */
  readonly subject: KnownSubject | null;
  readonly listing: Listing | null;
  readonly sources: LookupSources;
  readonly now: number;
}

function askedAbout(network: Network, question: Question, sources: LookupSources, now: number): Asked {
  const listing = sources.listingOf(network, now);
  const subject = network.subject === null ? null : sources.subjects.of(network.subject);
  return { question, network, subject, listing, sources, now };
}

/** What was concluded of the subject lately, if it surely still holds. A store that fails here fails at the reading, too. */
function stillKnown(asked: Asked): Conclusion | null {
  const { question, network, subject, sources, now } = asked;
  if (subject === null || question.account !== undefined) return null;
  try {
    const bin = hostBin(hostOf(network), subject.ladder.subject);
    return subject.known(bin, sources.store, () => rootOf(asked), now);
  } catch {
    return null;
  }
}

const NO_RUNGS: readonly RungKey[] = [];
/** What is read for an address that is not rateable. */
const NOTHING_READ = { root: EMPTY_TALLY, read: [] };

/** What is read: the ladder of the address, then that of the account. */
function rungsFor({ question, subject }: Asked): readonly RungKey[] {
  const own = subject === null ? NO_RUNGS : subject.rungs;
  return question.account === undefined ? own : [...own, ...namedRungsOf(question.account)];
}

/** Starts the one batch read. A store that throws at once has failed like one whose promise rejects. */
function startReading(asked: Asked): {
  readonly root: Tally;
  readonly read: ReturnType<Store['readTallies']>;
} {
  const rungs = rungsFor(asked);
  if (rungs.length === 0) return NOTHING_READ;
  try {
    return { root: rootOf(asked), read: asked.sources.store.readTallies(rungs) };
  } catch (error) {
    return { root: EMPTY_TALLY, read: Promise.reject(error) };
  }
}

/**
 * What was seen of everything in the family. A store that answers later knows its first one when it gives the first tallies,
 * so there it is asked for again.
 */
function rootOf({ question, subject, sources }: Asked): Tally {
  const family: Family = subject === null ? question.address.family : subject.ladder.subject.family;
  return sources.store.rootTally(family);
}

/** `held`: whether the store gives the same object for a tally that did not change, so that conclusions may be kept. */
function answerFrom(tallies: readonly Tally[], root: Tally, asked: Asked, held: boolean): LookupAnswer {
  const { question, network, subject, now } = asked;
  const mark = subject === null ? 0 : subject.rungs.length;
  const isNamed = question.account !== undefined;
  const account = isNamed ? accountReputationOf(tallies.slice(mark), root, now) : undefined;
  if (subject === null) return conclude(asked, UNRATEABLE, account);
  const own = isNamed ? tallies.slice(0, mark) : tallies;
  const { ladder } = subject;
  const bin = hostBin(hostOf(network), ladder.subject);
  const conclusion = held
    ? subject.conclude(own, root, bin, asked.sources.store, now)
    : { reputation: reputationOf({ ladder, tallies: own, bin, root }, now), ...NOTHING_KEPT };
  return conclude(asked, conclusion, account);
}

const NOTHING_KEPT = { basis: null, kept: null };
const UNRATEABLE = { reputation: null, ...NOTHING_KEPT };

/** What an answer is made of beside its network. */
type Concluded =
  | Conclusion
  | { readonly reputation: Reputation | null; readonly basis: null; readonly kept: null };

function conclude(
  {
    question: { facts },
    network,
    listing,
    sources: { book, divides, decide: decideBy = decide },
    now,
  }: Asked,
  { reputation, basis, kept }: Concluded,
  account: AccountReputation | undefined,
): LookupAnswer {
  const which = { network, reputation, account, listing, facts };
  const policy = kept === null ? decideBy(which, book) : kept.policy.decide(which, book, decideBy);
  // An answer for one host of a mixed end site, or for one account, must not be reused for its neighbours.
  const divided = divides(network, now);
  const alone = account !== undefined || Boolean(reputation?.host) || divided;
  const lasts = alone ? 0 : book.cacheSeconds[policy.class];
  const expires = expiryOf(lasts, listing, now);
  // Accounts change by themselves, and what an entry of the lists says ends with it.
  const isSteady = account === undefined && listing === null && !divided && !hasFacts(facts);
  return {
    network,
    reputation,
    account,
    listing,
    policy,
    expires,
    degraded: false,
    basis: isSteady ? basis : null,
    kept,
  };
}

/** Without evidence a listing still decides; what else there is to say is open. */
function degraded({ question, network, listing, sources: { book, divides }, now }: Asked): LookupAnswer {
  const { facts } = question;
  const policy =
    listing === null ? degradedPolicy(book) : decide({ network, reputation: null, listing, facts }, book);
  const account = question.account === undefined ? undefined : null;
  const alone = account === null || divides(network, now);
  const expires = expiryOf(alone ? 0 : DEGRADED_CACHE_SECONDS, listing, now);
  return { network, account, listing, policy, expires, degraded: true, reputation: null, ...NOTHING_KEPT };
}

/** An answer holds no longer than the listing that decided it. */
function expiryOf(seconds: number, listing: Listing | null, now: number): number {
  return Math.min(now + seconds * 1000, listing?.expires ?? Number.POSITIVE_INFINITY);
}
