/**
 * A lookup as reputons (RFC 7071), in the vocabulary of the application `email-id` (RFC 7073).
 *
 * Evidence is kept as how much unwanted and wanted mail there was, not of which sort: so `spam`, unwanted mail, is rated, and
 * the other four assertions are answered with what RFC 7071 section 3.1 has for "no data", a sample size of 0. An empty
 * reputon would say the same but lacks members that the section requires.
 */
import type { LookupAnswer } from '../../lookup/answer.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Failure } from '../problem.ts';

export const APPLICATION = 'email-id';
/** RFC 7073 section 3.1. */
export const ASSERTIONS = ['abusive', 'fraud', 'invalid-recipients', 'malware', 'spam'] as const;
export type Assertion = (typeof ASSERTIONS)[number];

/** What a client asks of a subject, parsed. */
export interface ReputeQuery {
  readonly assertions: readonly Assertion[];
  /** The kind of identity that the client says the subject is; null when it does not say. */
  readonly identity: 'ipv4' | 'ipv6' | null;
}

/**
 * The query of a repute URL. Names are matched in any case, as RFC 7072 asks for `SPAM` and shows `spam`; an empty parameter is
 * one that the client's template expansion left empty.
 */
export function parseReputeQuery(url: string): Result<ReputeQuery, Failure> {
  const query = new URL(url).searchParams;
  const named = only(query, 'assertion');
  if (!named.ok) return named;
  const identity = only(query, 'identity');
  if (!identity.ok) return identity;
  const assertion = ASSERTIONS.find((name) => name === named.value);
  if (named.value !== null && assertion === undefined) return refuse('assertion', ASSERTIONS.join(', '));
  if (identity.value !== null && identity.value !== 'ipv4' && identity.value !== 'ipv6')
    return refuse('identity', 'ipv4 or ipv6');
  return ok({ assertions: assertion === undefined ? ASSERTIONS : [assertion], identity: identity.value });
}

/** The answer's body. `now` is epoch milliseconds. */
export function reputonsText(
  answer: LookupAnswer,
  assertions: readonly Assertion[],
  rater: string,
  now: number,
): string {
  const reputons = assertions.map((assertion) => reputonOf(answer, assertion, rater, now));
  return JSON.stringify({ application: APPLICATION, reputons });
}

/** Epoch seconds until which the reputons hold; the Expires header has to say the same (RFC 7072 section 4.3). */
export function expiryOf({ expires }: LookupAnswer): number {
  return Math.floor(expires / 1000);
}

/** Extensions have names that begin with the application's (RFC 7071 section 3.1). */
function reputonOf(answer: LookupAnswer, assertion: Assertion, rater: string, now: number) {
  const { network, policy } = answer;
  return {
    rater,
    assertion,
    rated: formatAddress(network.address),
    ...ratingOf(answer, assertion),
    generated: Math.floor(now / 1000),
    expires: expiryOf(answer),
    'email-id-identity': network.address.family === 4 ? 'ipv4' : 'ipv6',
    'email-id-prefix': formatPrefix(network.prefix),
    'email-id-class': policy.class,
    'email-id-action': policy.action,
  };
}

/** Confidence is what the 90 % interval leaves of the whole range. A stranger's rating is that of its neighbours. */
function ratingOf({ reputation }: LookupAnswer, assertion: Assertion) {
  if (reputation === null || assertion !== 'spam') {
    return { rating: 0, confidence: 0, 'sample-size': 0, sources: 0 };
  }
  const { spam, interval, observations, reporters } = reputation;
  return {
    rating: decimals(spam),
    confidence: decimals(1 - (interval[1] - interval[0])),
    'sample-size': Math.ceil(observations),
    sources: reporters,
  };
}

/** Three decimals, as RFC 7071 section 3.1 says. */
function decimals(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function only(query: URLSearchParams, name: string): Result<string | null, Failure> {
  const values = query.getAll(name).filter((value) => value !== '');
  if (values.length > 1) return fail({ kind: 'bad-parameter', detail: `${name}: given more than once` });
  return ok(values[0]?.toLowerCase() ?? null);
}

function refuse(name: string, accepted: string): Result<never, Failure> {
  return fail({ kind: 'bad-parameter', detail: `${name}: ${accepted} is expected` });
}
