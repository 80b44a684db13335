/**
 * What the current policy says of an address that brings nothing but itself, and so of every address in its place.
 */
import { ladderOf } from '../allocation/ladder.ts';
import { hostOf, type Network, networkOf } from '../allocation/network.ts';
import type { Address } from '../net/address.ts';
import { equalPrefix, type Prefix } from '../net/prefix.ts';
import { decide, type Listing, type Policy } from '../policy/decide.ts';
import { ACTIONS } from '../policy/policy-book.ts';
import { describeEvidence } from '../policy/reason.ts';
import { hostBin } from '../reputation/host.ts';
import { type Reputation, reputationOf } from '../reputation/reputation.ts';
import { type RungKey, rungsOf } from '../reputation/rung.ts';
import { EMPTY_TALLY, HOST_BINS, type Tally } from '../reputation/tally.ts';
import type { ExportState } from './state.ts';

/** How an address stands, as far as lists can tell: `blocked` and `allowed` are the operator's own entries. */
export type Standing = 'allowed' | 'open' | 'deferred' | 'refused' | 'blocked';

export interface Ruling {
  readonly standing: Standing;
  readonly policy: Policy;
  readonly listing: Listing | null;
  readonly reputation: Reputation | null;
  /** Why, in a sentence that holds wherever the ruling does. */
  readonly reason: string;
}

/** Rules on an address at the state's time; `tallyOf` knows the evidence on its ladder. */
export function ruleOn(
  address: Address,
  tallyOf: (rung: RungKey) => Tally | undefined,
  state: ExportState,
): Ruling {
  const { allocations, lists, now, roots } = state;
  const network = networkOf(address, allocations);
  const listing = lists.listingOf(network, now);
  const { subject } = network;
  if (subject === null) return ruling(network, listing, null, state);
  const ladder = ladderOf(subject);
  const tallies = rungsOf(ladder).map((rung) => tallyOf(rung) ?? EMPTY_TALLY);
  const root = roots[subject.family];
  const ruleForHost = (bin: number | null): Ruling =>
    ruling(network, listing, reputationOf({ ladder, tallies, bin, root }, now), state);
  const own = ruleForHost(hostBin(hostOf(network), subject));
  // Hosts of a mixed end site are told apart by more than their prefix: what is said of all must hold for the best of them.
  return own.reputation?.host ? hostBins(tallies[0]).map(ruleForHost).reduce(milder, own) : own;
}

/** The bins of the hosts that are known, and one of a host that is not. */
function hostBins(site: Tally | undefined): readonly number[] {
  const known = new Set(site?.hosts.map(({ bin }) => bin));
  for (let bin = 0; bin < HOST_BINS; bin++) if (!known.has(bin)) return [...known, bin];
  return [...known];
}

function milder(a: Ruling, b: Ruling): Ruling {
  return ACTIONS.indexOf(b.policy.action) < ACTIONS.indexOf(a.policy.action) ? b : a;
}

function ruling(
  network: Network,
  listing: Listing | null,
  reputation: Reputation | null,
  { book }: ExportState,
): Ruling {
  const policy = decide({ network, reputation, listing, facts: {} }, book);
  const byEvidence = reputation !== null && policy.reason === describeEvidence(reputation);
  const reason =
    byEvidence && isStranger(reputation) ? describeEvidence(reputation, 'this sender') : policy.reason;
  return { standing: standingOf(policy, listing), policy, listing, reputation, reason };
}

/** Nothing is known of the subject itself: what is said of it is said of any such in its block. */
function isStranger({ reporters, lastSeen }: Reputation): boolean {
  return reporters === 0 && lastSeen === null;
}

function standingOf({ action }: Policy, listing: Listing | null): Standing {
  if (listing !== null) return listing.list === 'allow' ? 'allowed' : 'blocked';
  if (action === 'reject') return 'refused';
  return action === 'tempfail' ? 'deferred' : 'open';
}

/** Whether the ruling is about exactly this end site, of which something is known. */
export function isAbout({ reputation }: Ruling, prefix: Prefix): boolean {
  return reputation !== null && !isStranger(reputation) && equalPrefix(reputation.subject, prefix);
}
