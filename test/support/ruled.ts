/** Policy decisions for tests: cases made of a host and a few numbers, from the built-in book. */
import { expect } from 'vitest';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { type Network, networkOf } from '../../lib/allocation/network.ts';
import { type Case, decide } from '../../lib/policy/decide.ts';
import { DEFAULT_POLICY_BOOK, type Limits, type PolicyBook } from '../../lib/policy/policy-book.ts';
import type { SenderFacts } from '../../lib/policy/sender-facts.ts';
import { type Reputation, reputationOf } from '../../lib/reputation/reputation.ts';
import { EMPTY_TALLY } from '../../lib/reputation/tally.ts';
import { allocationOf, allocationsOf } from './allocations.ts';
import { mustAddress, mustPrefix, NOW } from './records.ts';

export const BOOK = DEFAULT_POLICY_BOOK;
export const { thresholds } = BOOK;
export const LIMITS = [
  'concurrentConnections',
  'tarpitSeconds',
  'pipelining',
  'recipientsPerMessage',
  'bytesPerSecond',
  'messagesPerConnection',
  'errorsPerConnection',
  'messagesPerMinute',
  'recipientsPerMinute',
  'messagesPerHour',
  'recipientsPerHour',
  'retryAfterSeconds',
] as const;

export const V4 = '198.35.26.96';
export const V6 = '2a00:1450:4001:81b::5';
export const SHARED = allocationsOf(
  allocationOf('198.35.0.0/16', { origin: 'prefixlen', endSiteLength: 32, endSites: 4000 }),
  allocationOf('2a00:1450::/32', { origin: 'prefixlen', endSiteLength: 64, endSites: 2 }),
);

/** As sure as can be that all mail is spam, and that none is. */
export const HOPELESS = { spam: 1, interval: [0.999, 1], observations: 1000, month: 1 } as const;
export const SPOTLESS = { spam: 0, interval: [0, 0.001], observations: 1000, month: 0 } as const;
/** What a few bad reports make of a sender: bad enough to defer, not sure enough to refuse. */
export const SUSPECT = {
  spam: Math.min(1, thresholds.deferSpam + 0.01),
  interval: [0.3, 0.95],
  observations: thresholds.deferObservations,
  month: 0.5,
} as const;

interface Circumstances {
  readonly book?: PolicyBook;
  readonly facts?: SenderFacts;
  readonly listing?: Case['listing'];
  readonly allocations?: Parameters<typeof networkOf>[1];
}

/** The policy for a host with an empty reputation but for what is given; null for none at all. */
export function ruled(host: string, changes: Partial<Reputation> | null, given: Circumstances = {}) {
  const { book = BOOK, facts = {}, listing = null, allocations = allocationsOf() } = given;
  const network: Network = networkOf(mustAddress(host), allocations);
  const reputation = changes && { ...unknown(network), ...changes };
  return decide({ network, reputation, listing, facts }, book);
}

function unknown({ subject }: Network): Reputation {
  const ladder = ladderOf(subject ?? mustPrefix('198.35.26.96/32'));
  const tallies = [ladder.subject, ...ladder.ancestors].map(() => EMPTY_TALLY);
  return reputationOf({ ladder, tallies, bin: null, root: EMPTY_TALLY }, NOW);
}

export function expectComplete(limits: Limits): void {
  expect(Object.keys(limits).sort()).toEqual([...LIMITS].sort());
  for (const key of LIMITS) {
    const value = limits[key];
    if (key === 'pipelining') expect(typeof value).toBe('boolean');
    else expect(Number.isSafeInteger(value) && Number(value) >= 0, key).toBe(true);
  }
  expect(limits.retryAfterSeconds).toBeGreaterThan(0);
}
