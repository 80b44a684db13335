/**
 * Questions about hosts that the histories of `arbitraries` are about, under changing statements, policies and lists, and a
 * lookup that answers them at once.
 */
import fc from 'fast-check';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import type { LookupAnswer } from '../../lib/lookup/answer.ts';
import { type LookupSources, lookup, type Question } from '../../lib/lookup/lookup.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { NAME_BYTES, namedKey } from '../../lib/reputation/rung.ts';
import type { MemoryStore } from '../../lib/store/memory/store.ts';
import { allocationOf, allocationsOf } from './allocations.ts';
import { CROWDED } from './arbitraries.ts';
import { NO_ALLOCATIONS } from './records.ts';

export const HOST = '2a00:1450:101:100::1';
export const NEIGHBOUR = '2a00:1450:101:100::2';
/** Faces of one IPv4 host, and two hosts each of an end site: all of them of subjects that the histories are about. */
export const HOSTS = [
  '198.35.3.5',
  '::ffff:198.35.3.5',
  '2002:c623:305::25',
  '64:ff9b::c623:305',
  HOST,
  NEIGHBOUR,
  '2a00:1450:201::1',
  '2a00:1450:201:1::7',
];
const SHARING = allocationsOf(
  allocationOf('198.35.0.0/16', { origin: 'prefixlen', endSiteLength: 32, endSites: 4000 }),
  allocationOf('2a00:1450::/32', {
    origin: 'prefixlen',
    endSiteLength: 64,
    endSites: 2,
    reference: 'https://geofeed.example/größe.csv',
  }),
);
export const ALLOCATIONS: readonly Allocations[] = [NO_ALLOCATIONS, CROWDED, SHARING];
export const BOOKS = [
  DEFAULT_POLICY_BOOK,
  { ...DEFAULT_POLICY_BOOK, lookupUrl: 'https://reputation.example/?a=' },
  { ...DEFAULT_POLICY_BOOK, rollout: 'allow-listed' },
] as const;
export const LISTINGS = [
  null,
  null,
  { list: 'block', prefix: '2a00:1450::/32', reason: 'ticket 42', expires: null },
] as const;

const fact = fc.constantFrom('pass', 'fail', 'none', undefined);
export const anyQuestion = fc.record({
  host: fc.constantFrom(...HOSTS),
  facts: fc.oneof(
    fc.constant({}),
    fc.constant({}),
    fc.record({ fcrdns: fact, spf: fact, dkim: fact }, { requiredKeys: [] }),
  ),
  account: fc.constantFrom(undefined, undefined, namedKey('account', 'a'.repeat(NAME_BYTES))),
  book: fc.constantFrom(...BOOKS),
  allocations: fc.constantFrom(...ALLOCATIONS),
  listing: fc.constantFrom(...LISTINGS),
});

/** Where the answers come from but for what no test changes. */
type Sources = Omit<LookupSources, 'listingOf' | 'divides' | 'withinBudget'> & {
  readonly listing: (typeof LISTINGS)[number];
};

/** The answer, which must come at once. */
export function answerAt(question: Question, sources: Sources, now: number): LookupAnswer {
  const answer = lookupAt(question, sources, now);
  if (answer instanceof Promise) throw new Error('a store at hand answers at once');
  return answer;
}

/** The answer, degraded when the store fails. */
export function lookupAt(question: Question, { listing, ...sources }: Sources, now: number) {
  return lookup(
    question,
    {
      ...sources,
      listingOf: () => listing,
      divides: () => false,
      withinBudget: (read) => read.catch(() => null),
    },
    now,
  );
}

/** As the embedded store answers: without a promise, and with the same object while nothing changed. */
export function atOnce(store: MemoryStore): LookupSources['store'] {
  return {
    readTallies: (rungs) => rungs.map((rung) => store.tally(rung)),
    rootTally: (family) => store.rootTally(family),
  };
}
