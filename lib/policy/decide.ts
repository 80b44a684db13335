/**
 * From a reputation to a class of service: which class, which action, the limits, the SMTP reply and one sentence why.
 *
 * Deferring is cheap and reversible, refusing is neither. So a deferral follows the mean, with a few reports or a telling
 * neighbourhood behind it; a refusal needs the optimistic end of the interval to be bad too, and `good` needs the
 * pessimistic end to be good.
 */
import type { Network } from '../allocation/network.ts';
import type { Reputation } from '../reputation/reputation.ts';
import type { Action, Limits, PolicyBook, ServiceClass } from './policy-book.ts';
import { describeEvidence, describeUnrated } from './reason.ts';
import { replyFor, type SmtpReply } from './reply.ts';

export type FactResult = 'pass' | 'fail' | 'none';

/** What a mail server knows of the client at connect time; a missing fact was not checked. */
export interface SenderFacts {
  readonly fcrdns?: FactResult | undefined;
  readonly spf?: FactResult | undefined;
  readonly dkim?: FactResult | undefined;
}

/** An entry of the operator's lists that covers the address. */
export interface Listing {
  readonly list: 'allow' | 'block';
  /** The entry's prefix in canonical text. */
  readonly prefix: string;
  readonly reason: string;
  /** Epoch milliseconds; null when it never expires. */
  readonly expires: number | null;
}

export interface Policy {
  readonly class: ServiceClass;
  readonly action: Action;
  /** What to say when refusing, deferring, or when a limit is reached; null for `accept`. */
  readonly reply: SmtpReply | null;
  readonly limits: Limits;
  readonly reason: string;
}

/** Everything a decision rests on. */
export interface Case {
  readonly network: Network;
  /** Null when the address is not rateable. */
  readonly reputation: Reputation | null;
  readonly listing: Listing | null;
  readonly facts: SenderFacts;
}

interface Ruling {
  readonly class: ServiceClass;
  readonly action: Action;
  readonly reason: string;
  readonly limits?: Limits;
}

/** The policy for a case. Pure. */
export function decide(which: Case, book: PolicyBook): Policy {
  const ruling = byList(which) ?? byRollout(which, book) ?? byReputation(which, book);
  const limits = withGrowingRetry(ruling.limits ?? book.limits[ruling.class], ruling, which, book);
  return {
    class: ruling.class,
    action: ruling.action,
    reply: replyFor(ruling.action, ruling.reason, which.network, book.lookupUrl),
    limits,
    reason: ruling.reason,
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
  };
}

function byList({ listing }: Case): Ruling | null {
  if (listing === null) return null;
  const { list, prefix, reason } = listing;
  return list === 'allow'
    ? { class: 'good', action: 'accept', reason: `${prefix} is on the allow list: ${reason}` }
    : { class: 'bad', action: 'reject', reason: `${prefix} is on the block list: ${reason}` };
}

/** The allow list has been asked before; what comes here over IPv6 is not on it. */
function byRollout({ network }: Case, { rollout }: PolicyBook): Ruling | null {
  if (rollout === 'open' || !comesOverIpv6(network)) return null;
  if (localPlace(network)) return null;
  const reason =
    rollout === 'closed'
      ? 'mail over IPv6 is not accepted here yet, please send over IPv4'
      : 'mail over IPv6 is accepted from listed senders only for now, please send over IPv4';
  return { class: 'unknown', action: 'tempfail', reason };
}

function byReputation(which: Case, book: PolicyBook): Ruling {
  const { network, reputation } = which;
  if (reputation === null) {
    return localPlace(network)
      ? { class: 'local', action: 'accept', reason: describeUnrated(network) }
      : { class: 'unknown', action: 'throttle', reason: describeUnrated(network) };
  }
  const reason = describeEvidence(reputation);
  const { thresholds } = book;
  const { spam, interval, observations, neighbourhood } = reputation;
  const high = interval[1];
  const telling =
    neighbourhood.observations >= thresholds.neighbourhoodObservations &&
    neighbourhood.spam >= thresholds.neighbourhoodSpam;
  if (spam >= thresholds.deferSpam && (observations >= thresholds.deferObservations || telling)) {
    return { class: 'bad', action: refusal(network, reputation, book), reason };
  }
  if (high <= thresholds.goodHigh) return { class: 'good', action: 'accept', reason };
  if (observations >= thresholds.unknownObservations || telling) {
    return { class: 'mixed', action: 'throttle', reason };
  }
  return withoutHistory(which, book, reason);
}

/** How hard to refuse: nobody sharing an address is shut out for good, and IPv6 is first sent back to IPv4. */
function refusal(network: Network, reputation: Reputation, { thresholds }: PolicyBook): Action {
  if (network.shared) return 'throttle';
  const { spam, interval, month } = reputation;
  const needed = comesOverIpv6(network) ? thresholds.rejectLowIpv6 : thresholds.rejectLow;
  const certain = spam >= thresholds.rejectSpam && interval[0] >= needed && month >= thresholds.rejectMonth;
  return certain ? 'reject' : 'tempfail';
}

/** A sender without history is judged by what it can prove at connect time (RFC 8601 section 3, RFC 8501). */
function withoutHistory({ network, facts }: Case, book: PolicyBook, reason: string): Ruling {
  const { fcrdns, spf, dkim } = facts;
  if (fcrdns === 'pass' && (spf === 'pass' || dkim === 'pass')) {
    return {
      class: 'unknown',
      action: 'throttle',
      reason: `${reason}; its reverse name and its ${spf === 'pass' ? 'SPF' : 'DKIM'} check pass`,
      limits: book.verifiedUnknown,
    };
  }
  const allFails = fcrdns === 'fail' && spf === 'fail' && dkim !== 'pass';
  if (comesOverIpv6(network) && !network.shared && allFails) {
    return {
      class: 'unknown',
      action: book.failedUnknown,
      reason: `${reason}; its reverse name and its SPF check fail`,
    };
  }
  return { class: 'unknown', action: 'throttle', reason };
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
function withGrowingRetry(limits: Limits, ruling: Ruling, which: Case, book: PolicyBook): Limits {
  if (which.reputation === null || (ruling.action !== 'tempfail' && ruling.action !== 'reject'))
    return limits;
  const { observations, spam } = which.reputation;
  const growth = Math.max(1, (observations * spam) / 2);
  const retryAfterSeconds = Math.min(
    book.maxRetryAfterSeconds,
    Math.round(limits.retryAfterSeconds * growth),
  );
  return { ...limits, retryAfterSeconds };
}
