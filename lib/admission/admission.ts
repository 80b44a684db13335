/**
 * The admission line: what a lookup says of a sender, and then whether its class of service lets this event happen now.
 *
 * A sender is the subject of its address, so that all of one end site shares one allowance, or the account that it
 * authenticated as, wherever that connects from. Pure: the store's answer and the time are passed in.
 */
import { createHash } from 'node:crypto';
import type { Network } from '../allocation/network.ts';
import type { LookupAnswer } from '../lookup/answer.ts';
import { type LookupSources, lookup, type Question } from '../lookup/lookup.ts';
import { formatPrefix } from '../net/prefix.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { limitReply, type SmtpReply } from '../policy/reply.ts';
import type { EventKind, LimitName, Ruling } from '../quota/counters.ts';
import { rungKey } from '../reputation/rung.ts';
import type { CounterStore } from '../store/port.ts';

export const DECISIONS = ['allow', 'defer', 'refuse'] as const;
export type Decision = (typeof DECISIONS)[number];

/** Something that happens in an SMTP session. */
export interface AdmissionRequest {
  /** With the account that sends, unless it is mail from outside. */
  readonly question: Question;
  readonly event: EventKind;
  readonly count: number;
  /** The mail server's name for the connection, unique among all mail servers that ask; null when it gives none. */
  readonly session: string | null;
}

export interface AdmissionAnswer {
  readonly event: EventKind;
  readonly decision: Decision;
  /** The limit in the way, else the nearest one; null when the policy decided, or the store did not answer in time. */
  readonly limit: { readonly name: LimitName; readonly value: number } | null;
  /** How many more like events that limit allows now; 0 when the policy decided, null when it is not known. */
  readonly remaining: number | null;
  /** When to try again; 0 when the event is allowed. */
  readonly retryAfterSeconds: number;
  /** What to say to the client; null when the event is allowed. */
  readonly reply: SmtpReply | null;
  readonly lookup: LookupAnswer;
  /** True when the lookup or the counters did not come in time: the event is then allowed unless a list entry says no. */
  readonly degraded: boolean;
}

/** What an admission draws on. */
export interface AdmissionSources extends LookupSources {
  readonly counters: CounterStore;
  /** Waits for a ruling, but no longer than the time budget: null when it did not come or the store failed. */
  readonly rulingWithinBudget: (ruling: Promise<Ruling>) => Promise<Ruling | null>;
}

/** Rules on one event at `now` (epoch milliseconds). Never rejects because of the store. */
export async function admit(
  request: AdmissionRequest,
  sources: AdmissionSources,
  now: number,
): Promise<AdmissionAnswer> {
  const answer = await lookup(request.question, sources, now);
  const { policy, degraded } = answer;
  const { event } = request;
  const asks = event === 'connect' || event === 'message' || event === 'recipient';
  if (asks && (policy.action === 'tempfail' || policy.action === 'reject')) return byPolicy(request, answer);
  // A store that failed the lookup is not asked again: the sender's patience is better spent.
  const ruling = degraded ? null : await ruled(request, answer, sources, now);
  return ruling === null ? open(request, answer) : byLimit(request, answer, ruling, sources.book);
}

function ruled(
  { question: { account }, event, count, session }: AdmissionRequest,
  { network, policy }: LookupAnswer,
  { counters, rulingWithinBudget }: AdmissionSources,
  now: number,
): Promise<Ruling | null> {
  const sender = account ?? rungKey(countedPrefix(network));
  const name = session === null ? '' : shortName(session);
  return rulingWithinBudget(counters.take(sender, { kind: event, count, session: name }, policy.limits, now));
}

/** The prefix that shares one allowance; an address that is not rateable has its own. */
export function countedPrefix({ subject, prefix }: Network): Network['prefix'] {
  return subject ?? prefix;
}

function byPolicy({ event }: AdmissionRequest, answer: LookupAnswer): AdmissionAnswer {
  const { action, limits, reply } = answer.policy;
  return {
    event,
    decision: action === 'reject' ? 'refuse' : 'defer',
    limit: null,
    remaining: 0,
    retryAfterSeconds: limits.retryAfterSeconds,
    reply,
    lookup: answer,
    degraded: answer.degraded,
  };
}

function byLimit(
  { question: { account }, event }: AdmissionRequest,
  answer: LookupAnswer,
  { allowed, limit, remaining, wait }: Ruling,
  { lookupUrl }: PolicyBook,
): AdmissionAnswer {
  const { limits } = answer.policy;
  const value = limits[limit];
  const whose = account === undefined ? formatPrefix(countedPrefix(answer.network)) : 'this account';
  return {
    event,
    decision: allowed ? 'allow' : 'defer',
    limit: { name: limit, value },
    remaining,
    retryAfterSeconds: allowed ? 0 : wait === null ? limits.retryAfterSeconds : Math.ceil(wait / 1000),
    reply: allowed ? null : limitReply(limit, value, whose, answer.network, lookupUrl),
    lookup: answer,
    degraded: false,
  };
}

function open({ event }: AdmissionRequest, answer: LookupAnswer): AdmissionAnswer {
  const nothing = { limit: null, remaining: null, retryAfterSeconds: 0, reply: null } as const;
  return { event, decision: 'allow', ...nothing, lookup: answer, degraded: true };
}

/** Sessions are kept by a digest, so that a name of any length costs the same. */
function shortName(session: string): string {
  return createHash('sha256').update(session).digest('base64url').slice(0, 16);
}
