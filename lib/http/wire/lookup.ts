/**
 * A lookup's answer as JSON text.
 */
import type { Kept } from '../../lookup/known-subject.ts';
import type { LookupAnswer } from '../../lookup/lookup.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { Listing, Policy } from '../../policy/decide.ts';
import type { Limits } from '../../policy/policy-book.ts';
import type { SmtpReply } from '../../policy/reply.ts';
import type { AccountReputation } from '../../reputation/account.ts';
import type { Level, Link, Standing } from '../../reputation/chain.ts';
import type { TimeScale } from '../../reputation/parameters.ts';
import type { Reputation } from '../../reputation/reputation.ts';
import type { Turn } from '../../reputation/turn.ts';
import { networkText } from './network.ts';
import { decimal } from './number.ts';
import { formatTime } from './time.ts';

/**
 * The whole answer, serialised. It is put together piece by piece: the chain alone is some eighty numbers, and building
 * objects for `JSON.stringify` takes four times as long.
 */
export function lookupText(answer: LookupAnswer): string {
  const { network, reputation, account, listing, policy, expires, degraded, kept } = answer;
  return (
    `{"address":"${formatAddress(network.address)}","network":${networkText(network)},` +
    `"reputation":${reputation === null ? 'null' : reputationText(reputation, kept)},` +
    `${account === undefined ? '' : `"account":${account === null ? 'null' : accountText(account)},`}` +
    `"listing":${listing === null ? 'null' : listingText(listing)},` +
    `"policy":${policyText(policy, kept)},"expires":"${formatTime(expires)}","degraded":${degraded}}`
  );
}

/** How long HTTP caches may keep an answer: as long as it holds; a degraded one not at all. */
export function cacheControlOf({ expires, degraded }: LookupAnswer, now: number): string {
  return degraded
    ? 'private, no-store'
    : `private, max-age=${Math.max(0, Math.floor((expires - now) / 1000))}`;
}

/** The numbers of a reputation are the most of an answer, and mostly they were written before. */
function reputationText(reputation: Reputation, kept: Kept | null): string {
  if (kept === null) return writeReputation(reputation);
  if (kept.text === '') kept.text = inOnePiece(writeReputation(reputation));
  return kept.text;
}

/**
 * The same JSON text in one piece. V8 keeps what is put together as a tree of its parts, and would walk the hundred
 * parts of a reputation at each answer that has it in it: that took longer than the lookup.
 */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}

function writeReputation(reputation: Reputation): string {
  let levels = '';
  for (const level of reputation.evidence) {
    const text = levelText(`"prefix":"${formatPrefix(level.prefix)}"`, level);
    levels += levels === '' ? text : `,${text}`;
  }
  return `{"subject":"${formatPrefix(reputation.subject)}",${standingText(reputation, levels)}}`;
}

function accountText(account: AccountReputation): string {
  const levels = account.evidence.map((level) => levelText(`"rung":"${level.rung}"`, level));
  return `{${standingText(account, levels.join())}}`;
}

function standingText(standing: Standing, levels: string): string {
  const { spam, interval, observations, reporters, lastSeen, baseRate, host, turn } = standing;
  return (
    `"spam":${decimal(spam)},` +
    `"interval":[${decimal(interval[0])},${decimal(interval[1])}],"observations":${decimal(observations)},` +
    `"reporters":${reporters},"lastSeen":${lastSeen === null ? 'null' : `"${formatTime(lastSeen)}"`},` +
    `"baseRate":${decimal(baseRate)},"evidence":[${levels}]` +
    `${host === null ? '' : `,"host":${linkText(host)}`}${turn === null ? '' : `,"turn":${turnText(turn)}`}`
  );
}

function levelText(name: string, { spam, observations, links }: Level): string {
  let chain = '';
  for (const link of links) {
    // A link without evidence hands its prior on: leaving it out halves the answer about a stranger.
    if (link.bad === 0 && link.good === 0) continue;
    chain += chain === '' ? linkText(link) : `,${linkText(link)}`;
  }
  return `{${name},"spam":${decimal(spam)},"observations":${decimal(observations)},"links":[${chain}]}`;
}

function linkText({ scale, prior, bad, good, posterior }: Link): string {
  return `${SCALE_TEXTS.get(scale) ?? scaleText(scale)}"prior":${decimal(prior)},"bad":${decimal(bad)},"good":${decimal(good)},"posterior":${decimal(posterior)}}`;
}

/** There are a handful of scales, and every link names one. */
const SCALE_TEXTS = new WeakMap<TimeScale, string>();

function scaleText(scale: TimeScale): string {
  const { series, halfLife, strength } = scale;
  const text = `{"series":"${series}","halfLifeSeconds":${halfLife / 1000},"strength":${strength},`;
  SCALE_TEXTS.set(scale, text);
  return text;
}

function turnText({ towards, probability, run, spam }: Turn): string {
  return `{"towards":"${towards}","probability":${decimal(probability)},"run":${run},"spam":${decimal(spam)}}`;
}

/** A policy lasts as long as its reputation where the questions are alike. */
function policyText(policy: Policy, kept: Kept | null): string {
  if (kept === null) return writePolicy(policy);
  if (kept.policyText?.of !== policy) kept.policyText = { of: policy, text: inOnePiece(writePolicy(policy)) };
  return kept.policyText.text;
}

function writePolicy({ class: serviceClass, action, reply, limits, reason, decidedBy }: Policy): string {
  return (
    `{"class":"${serviceClass}","action":"${action}","reply":${reply === null ? 'null' : replyText(reply)},` +
    `"limits":${limitsText(limits)},"reason":${JSON.stringify(reason)},"decidedBy":"${decidedBy}"}`
  );
}

function replyText({ code, enhanced, text }: SmtpReply): string {
  return `{"code":${code},"enhanced":"${enhanced}","text":${JSON.stringify(text)}}`;
}

/** The limits of a class are one object in the policy's book. */
const LIMITS_TEXTS = new WeakMap<Limits, string>();

function limitsText(limits: Limits): string {
  const known = LIMITS_TEXTS.get(limits);
  if (known !== undefined) return known;
  const text = writeLimits(limits);
  LIMITS_TEXTS.set(limits, text);
  return text;
}

function writeLimits(limits: Limits): string {
  return (
    `{"concurrentConnections":${limits.concurrentConnections},"tarpitSeconds":${limits.tarpitSeconds},` +
    `"pipelining":${limits.pipelining},"recipientsPerMessage":${limits.recipientsPerMessage},` +
    `"bytesPerSecond":${limits.bytesPerSecond},"messagesPerConnection":${limits.messagesPerConnection},` +
    `"errorsPerConnection":${limits.errorsPerConnection},"messagesPerMinute":${limits.messagesPerMinute},` +
    `"recipientsPerMinute":${limits.recipientsPerMinute},"messagesPerHour":${limits.messagesPerHour},` +
    `"recipientsPerHour":${limits.recipientsPerHour},"retryAfterSeconds":${limits.retryAfterSeconds}}`
  );
}

function listingText({ list, prefix, reason, expires }: Listing): string {
  return JSON.stringify({ list, prefix, reason, expires: expires === null ? null : formatTime(expires) });
}
