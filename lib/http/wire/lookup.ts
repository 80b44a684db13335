/**
 * A lookup's answer as JSON text.
 */
import type { LookupAnswer } from '../../lookup/lookup.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import type { Listing } from '../../policy/decide.ts';
import type { LevelEvidence, Link, Reputation } from '../../reputation/reputation.ts';
import { networkJson } from './network.ts';
import { formatTime } from './time.ts';

/** The whole answer, serialised. */
export function lookupText(answer: LookupAnswer): string {
  const { network, reputation, listing, policy, expires, degraded } = answer;
  return JSON.stringify({
    address: formatAddress(network.address),
    network: networkJson(network),
    reputation: reputation && reputationJson(reputation),
    listing: listing && listingJson(listing),
    policy,
    expires: formatTime(expires),
    degraded,
  });
}

/** How long HTTP caches may keep an answer: as long as it holds; a degraded one not at all. */
export function cacheControlOf({ expires, degraded }: LookupAnswer, now: number): string {
  return degraded
    ? 'private, no-store'
    : `private, max-age=${Math.max(0, Math.floor((expires - now) / 1000))}`;
}

function reputationJson(reputation: Reputation) {
  const { subject, spam, interval, observations, reporters, lastSeen, evidence, baseRate, host } = reputation;
  const json = {
    subject: formatPrefix(subject),
    spam: rounded(spam),
    interval: [rounded(interval[0]), rounded(interval[1])],
    observations: rounded(observations),
    reporters,
    lastSeen: lastSeen === null ? null : formatTime(lastSeen),
    baseRate: rounded(baseRate),
    evidence: evidence.map(levelJson),
  };
  return host === null ? json : { ...json, host: linkJson(host) };
}

function levelJson({ prefix, spam, observations, links }: LevelEvidence) {
  return {
    prefix: formatPrefix(prefix),
    spam: rounded(spam),
    observations: rounded(observations),
    links: links.map(linkJson),
  };
}

function linkJson({ scale, prior, bad, good, posterior }: Link) {
  return {
    series: scale.series,
    halfLifeSeconds: scale.halfLife / 1000,
    strength: scale.strength,
    prior: rounded(prior),
    bad: rounded(bad),
    good: rounded(good),
    posterior: rounded(posterior),
  };
}

function listingJson({ list, prefix, reason, expires }: Listing) {
  return { list, prefix, reason, expires: expires === null ? null : formatTime(expires) };
}

/** Four decimals: more would pretend, fewer would not let a reader redo the sum. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
