/**
 * One plain sentence that says what decided, for a postmaster at three in the morning.
 */
import type { Network } from '../allocation/network.ts';
import { formatAddress } from '../net/address.ts';
import { formatPrefix } from '../net/prefix.ts';
import type { AccountReputation } from '../reputation/account.ts';
import { type Evidence, type Link, scalesOf } from '../reputation/evidence.ts';
import { prefixAt, type Reputation } from '../reputation/reputation.ts';
import type { Turn } from '../reputation/turn.ts';

/**
 * What the evidence says: about the subject when it has any, else about its neighbourhood, else that there is none. `site` is
 * what the subject is called.
 */
export function describeEvidence(reputation: Reputation, site = formatPrefix(reputation.subject)): string {
  const { host, turn, reporters, neighbourhood, evidence, baseRate } = reputation;
  if (turn !== null && turn.probability >= DECISIVE_TURN) return describeTurn(turn, site);
  if (host !== null && host.bad + host.good >= 1) {
    return `${site} sends both kinds of mail, and ${share(host)} about this host call it spam`;
  }
  const link = freshest(evidence);
  if (link !== undefined) {
    return `${share(link)} ${windowOf(link)} from ${countOf(reporters)} call mail from ${site} spam`;
  }
  if (neighbourhood.observations >= 1) {
    let wider = 1;
    while (wider < evidence.length && evidence.observationsAt(wider) < 1) wider++;
    const block = wider === evidence.length ? site : formatPrefix(prefixAt(reputation, wider));
    return `nothing is known of ${site}, and of its neighbours in ${block} about ${percent(neighbourhood.spam)} is spam`;
  }
  return `nothing is known of ${site} or its neighbours; of all mail seen here about ${percent(baseRate)} is spam`;
}

/** What the evidence says of an account; nobody's name is in it. */
export function describeAccount({
  turn,
  reporters,
  neighbourhood,
  evidence,
  baseRate,
}: AccountReputation): string {
  if (turn !== null && turn.probability >= DECISIVE_TURN) return describeTurn(turn, 'this account');
  const link = freshest(evidence);
  if (link !== undefined) {
    return `${share(link)} ${windowOf(link)} from ${countOf(reporters)} call mail of this account spam`;
  }
  if (neighbourhood.observations >= 1) {
    const about = percent(neighbourhood.spam);
    return `nothing is known of this account, and of its organisation's other accounts about ${about} is spam`;
  }
  return `nothing is known of this account or its organisation; of all mail seen here about ${percent(baseRate)} is spam`;
}

/** From here on the order of the newest reports decides more than their sums. */
const DECISIVE_TURN = 0.5;

function describeTurn({ towards, run, probability }: Turn, site: string): string {
  const reports = run === 1 ? 'newest report' : `newest ${run} reports`;
  const change = towards === 'bad' ? 'turned bad' : 'been cleaned';
  return `going by the ${reports}, ${site} has ${change} with a probability of ${percent(probability)}`;
}

/** Why an address has no reputation. */
export function describeUnrated(network: Network): string {
  const { kind, special, ipv4 } = network;
  const address = formatAddress(network.address);
  if (kind === 'special')
    return `${address} is special-purpose space (${special ?? 'reserved'}), which has no reputation`;
  if (ipv4 !== null && special !== null) {
    return `${address} stands for ${formatAddress(ipv4)}, which is ${special} space and has no reputation`;
  }
  return `${address} is an ${kind} address, which nobody on the Internet sends from`;
}

/** The fastest scale that has something to say, so that the sentence speaks of what is going on now. */
function freshest(evidence: Evidence): Link | undefined {
  for (let link = scalesOf(0).length - 1; link >= 0; link--) {
    if (evidence.weightAt(0, link) >= 1) return evidence.linkAt(0, link);
  }
  return undefined;
}

function share({ bad, good }: Link): string {
  return `${rounded(bad)} of ${rounded(bad + good)} weighted reports`;
}

function windowOf({ scale: { series } }: Link): string {
  if (series === 'quarters') return 'in 12 hours';
  return series === 'days' ? 'in 7 days' : 'in 2 months';
}

function countOf(reporters: number): string {
  return reporters === 1 ? '1 reporter' : `${wholeText(reporters)} reporters`;
}

function rounded(value: number): string {
  return value >= 10 ? wholeText(Math.round(value)) : (TENTHS[Math.round(value * 10)] ?? String(value));
}

function percent(share: number): string {
  return `${wholeText(Math.round(share * 100))} %`;
}

/** Texts of small numbers: V8 keeps some too, of all numbers in one table that is emptied with the garbage. */
const WHOLE = Array.from({ length: 1000 }, (_, value) => String(value));
/** From 0 to 10. */
const TENTHS = Array.from({ length: 101 }, (_, tenths) => String(tenths / 10));

function wholeText(value: number): string {
  return WHOLE[value] ?? String(value);
}
