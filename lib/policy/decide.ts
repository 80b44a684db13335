/**
 * From a reputation to a class of service: which class, which action, the limits, the SMTP reply and one sentence why.
 *
 * Deferring is cheap and reversible, refusing is neither. So a deferral follows the mean, with a few reports or a telling
 * neighbourhood behind it; a refusal needs the optimistic end of the interval to be bad too, and `good` needs the
 * pessimistic end to be good.
 */

import type { Network } from '../allocation/network.ts';
import type { AccountReputation } from '../reputation/account.ts';
import type { Standing } from '../reputation/chain.ts';
import type { Reputation } from '../reputation/reputation.ts';
import {
  ACTIONS,
  type Action,
  type Limits,
  limitsOf,
  type PolicyBook,
  type ServiceClass,
} from './policy-book.ts';
import { describeAccount, describeEvidence, describeUnrated } from './reason.ts';
import { replyFor, type SmtpReply } from './reply.ts';
import type { SenderFacts } from './sender-facts.ts';

/** An entry of the operator's lists that covers the address. */
export interface Listing {
  readonly list: 'allow' | 'block';
  /** The entry's prefix in canonical text. */
  readonly prefix: string;
  readonly reason: string;
  /** Epoch milliseconds; null when it never expires. */
  readonly expires: number | null;
}

/** What decided: an entry of the lists, the IPv6 roll-out, the evidence on the prefix, the account or its organisation; or none. */
export const DECIDERS = ['list', 'rollout', 'prefix', 'account', 'org', 'none'] as const;
export type Decider = (typeof DECIDERS)[number];

export interface Policy {
  readonly class: ServiceClass;
  readonly action: Action;
  /** What to say when refusing, deferring, or when a limit is reached; null for `accept`. */
  readonly reply: SmtpReply | null;
  readonly limits: Limits;
  readonly reason: string;
  readonly decidedBy: Decider;
}

/** Everything a decision rests on. */
export interface Case {
  readonly network: Network;
  /** Null when the address is not rateable. */
  readonly reputation: Reputation | null;
  /** Of the account that sends; left out when none was named. */
  readonly account?: AccountReputation | undefined;
  readonly listing: Listing | null;
  readonly facts: SenderFacts;
}

interface Ruling {
  readonly class: ServiceClass;
  readonly action: Action;
  readonly reason: string;
  readonly by: Decider;
  /** The evidence it rests on; null where it rests on none. */
  readonly standing: Standing | null;
  readonly limits?: Limits | undefined;
}

/** The policy for a case. Pure. */
export function decide(which: Case, book: PolicyBook): Policy {
  const ruling = byList(which) ?? byRollout(which, book) ?? byEvidence(which, book);
  const limits = withGrowingRetry(ruling.limits ?? limitsOf(book, ruling.class), ruling, book);
  return {
    class: ruling.class,
    action: ruling.action,
    // Only the reason of a listing has words of others in it.
    reply: replyFor(ruling.action, ruling.reason, which.network, book.lookupUrl, ruling.by !== 'list'),
    limits,
    reason: ruling.reason,
    decidedBy: ruling.by,
  };
}

/** The answer when the evidence did not come in time: open, and plain about it. */
export function degradedPolicy(book: PolicyBook): Policy {
  return {
    class: 'unknown',
    action: 'accept',
    reply: null,
    limits: book.limits.unknown,
    reason: 'the evidence could not be read in time, so nothing is held against this sender',
    decidedBy: 'none',
  };
}

function byList({ listing, reputation }: Case): Ruling | null {
  if (listing === null) return null;
  const { list, prefix, reason } = listing;
  const common = { by: 'list', standing: reputation } as const;
  return list === 'allow'
    ? { class: 'good', action: 'accept', reason: `${prefix} is on the allow list: ${reason}`, ...common }
    : { class: 'bad', action: 'reject', reason: `${prefix} is on the block list: ${reason}`, ...common };
}

/** The allow list has been asked before; what comes here over IPv6 is not on it. */
function byRollout({ network, reputation }: Case, { rollout }: PolicyBook): Ruling | null {
  if (rollout === 'open' || !comesOverIpv6(network)) return null;
  if (localPlace(network)) return null;
  const reason =
    rollout === 'closed'
      ? 'mail over IPv6 is not accepted here yet, please send over IPv4'
      : 'mail over IPv6 is accepted from listed senders only for now, please send over IPv4';
  return { class: 'unknown', action: 'tempfail', reason, by: 'rollout', standing: reputation };
}

/** How much an opinion counts against another: what is known to be bad before what is known, that before ignorance. */
const GRAVITY: Readonly<Record<ServiceClass, number>> = { bad: 3, mixed: 2, good: 1, local: 0, unknown: 0 };

/**
 * The prefix or the account, whichever has the worse to say; of two that know nothing, the prefix. So a stolen account is
 * stopped on clean networks, and a bad network whatever account it uses; a good account vouches for itself on networks
 * nobody knows, but not on bad ones.
 */
function byEvidence(which: Case, book: PolicyBook): Ruling {
  const prefix = byReputation(which, book);
  if (which.account === undefined) return prefix;
  const account = byAccount(which.account, book);
  const worse =
    GRAVITY[account.class] - GRAVITY[prefix.class] ||
    ACTIONS.indexOf(account.action) - ACTIONS.indexOf(prefix.action);
  return worse > 0 && GRAVITY[account.class] > 0 ? account : prefix;
}

function byAccount(account: AccountReputation, book: PolicyBook): Ruling {
  const { thresholds } = book;
  const telling = tells(account, book);
  const own = account.observations >= thresholds.deferObservations;
  const found = classOf(account, book);
  return {
    class: found ?? 'unknown',
    action:
      found === null ? 'throttle' : actionOf(found, () => refusalOf(account, thresholds.rejectLow, book)),
    reason: describeAccount(account),
    by: telling && !own ? 'org' : 'account',
    standing: account,
  };
}

function byReputation(which: Case, book: PolicyBook): Ruling {
  const { network, reputation } = which;
  const common = { by: 'prefix', standing: reputation } as const;
  if (reputation === null) {
    const reason = describeUnrated(network);
    return localPlace(network)
      ? { class: 'local', action: 'accept', reason, ...common }
      : { class: 'unknown', action: 'throttle', reason, ...common };
  }
  const reason = describeEvidence(reputation);
  const found = classOf(reputation, book);
  // Field by field: V8 takes a microsecond for every field that follows a spread, and most answers come through here.
  if (found === null) {
    const { action, reason: why, limits } = withoutHistory(which, book, reason);
    return { class: 'unknown', action, reason: why, by: 'prefix', standing: reputation, limits };
  }
  const action = actionOf(found, () => refusal(network, reputation, book));
  return { class: found, action, reason, by: 'prefix', standing: reputation };
}

/** The class that evidence speaks for; null while there is too little of it. */
function classOf(standing: Standing, book: PolicyBook): 'good' | 'mixed' | 'bad' | null {
  const { thresholds } = book;
  const { spam, interval, observations } = standing;
  const telling = tells(standing, book);
  if (spam >= thresholds.deferSpam && (observations >= thresholds.deferObservations || telling)) return 'bad';
  if (interval[1] <= thresholds.goodHigh) return 'good';
  return observations >= thresholds.unknownObservations || telling ? 'mixed' : null;
}

/** Whether the neighbourhood alone says enough. */
function tells({ neighbourhood }: Standing, { thresholds }: PolicyBook): boolean {
  return (
    neighbourhood.observations >= thresholds.neighbourhoodObservations &&
    neighbourhood.spam >= thresholds.neighbourhoodSpam
  );
}

function actionOf(found: 'good' | 'mixed' | 'bad', refuse: () => Action): Action {
  if (found === 'good') return 'accept';
  return found === 'mixed' ? 'throttle' : refuse();
}

/** How hard to refuse: nobody sharing an address is shut out for good, and IPv6 is first sent back to IPv4. */
function refusal(network: Network, reputation: Reputation, book: PolicyBook): Action {
  if (network.shared) return 'throttle';
  const { rejectLow, rejectLowIpv6 } = book.thresholds;
  return refusalOf(reputation, comesOverIpv6(network) ? rejectLowIpv6 : rejectLow, book);
}

function refusalOf({ spam, interval, month }: Standing, low: number, { thresholds }: PolicyBook): Action {
  const certain = spam >= thresholds.rejectSpam && interval[0] >= low && month >= thresholds.rejectMonth;
  return certain ? 'reject' : 'tempfail';
}

/** A sender without history is judged by what it can prove at connect time (RFC 8601 section 3, RFC 8501). */
function withoutHistory(
  { network, facts }: Case,
  book: PolicyBook,
  reason: string,
): Pick<Ruling, 'action' | 'reason' | 'limits'> {
  const { fcrdns, spf, dkim } = facts;
  if (fcrdns === 'pass' && (spf === 'pass' || dkim === 'pass')) {
    return {
      action: 'throttle',
      reason: `${reason}; its reverse name and its ${spf === 'pass' ? 'SPF' : 'DKIM'} check pass`,
      limits: book.verifiedUnknown,
    };
  }
  const allFails = fcrdns === 'fail' && spf === 'fail' && dkim !== 'pass';
  if (comesOverIpv6(network) && !network.shared && allFails) {
    return {
      action: book.failedUnknown,
      reason: `${reason}; its reverse name and its SPF check fail`,
    };
  }
  return { action: 'throttle', reason };
}

/** An IPv4-mapped address is how a dual-stack socket writes an IPv4 client. */
function comesOverIpv6({ address, kind }: Network): boolean {
  return address.family === 6 && kind !== 'ipv4-mapped';
}

const LOCAL_PLACES: ReadonlySet<string> = new Set([
  'loopback',
  'private-use',
  'link-local',
  'link-local-unicast',
  'unique-local',
  'shared-address-space',
]);

/** Loopback and private space: the operator's own side of the network, never a stranger from the Internet. */
function localPlace({ kind, special }: Network): boolean {
  return (kind === 'special' || kind === 'ipv4-mapped') && special !== null && LOCAL_PLACES.has(special);
}

/** Doubles with every doubling of the bad evidence, so that refused clients do not all come back at once. */
function withGrowingRetry(limits: Limits, { action, standing }: Ruling, book: PolicyBook): Limits {
  if (standing === null || (action !== 'tempfail' && action !== 'reject')) return limits;
  const { observations, spam } = standing;
  const growth = Math.max(1, (observations * spam) / 2);
  const retryAfterSeconds = Math.min(
    book.maxRetryAfterSeconds,
    Math.round(limits.retryAfterSeconds * growth),
  );
  return { ...limits, retryAfterSeconds };
}
