/** A policy is only ever given again where deciding afresh would say the same, word for word. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { FRESH_SUBJECTS } from '../../lib/lookup/known-subject.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { type LookupSources, lookup, type Question } from '../../lib/lookup/lookup.ts';
import { decide as decideAfresh } from '../../lib/policy/decide.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { NAME_BYTES, namedKey } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { anyHistory, CROWDED, SEED } from '../support/arbitraries.ts';
import { mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';

const HOST = '2a00:1450:101:100::1';
const NEIGHBOUR = '2a00:1450:101:100::2';
/** Faces of one IPv4 host, and two hosts each of an end site: all of them of subjects that the histories are about. */
const HOSTS = [
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
  allocationOf('2a00:1450::/32', { origin: 'prefixlen', endSiteLength: 64, endSites: 2 }),
);
const ALLOCATIONS: readonly Allocations[] = [NO_ALLOCATIONS, CROWDED, SHARING];
const BOOKS = [
  DEFAULT_POLICY_BOOK,
  { ...DEFAULT_POLICY_BOOK, lookupUrl: 'https://reputation.example/?a=' },
  { ...DEFAULT_POLICY_BOOK, rollout: 'allow-listed' },
] as const;
const LISTINGS = [
  null,
  null,
  { list: 'block', prefix: '2a00:1450::/32', reason: 'ticket 42', expires: null },
] as const;

const fact = fc.constantFrom('pass', 'fail', 'none', undefined);
const anyQuestion = fc.record({
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

describe('the policy of a known subject', () => {
  it('is, whatever is asked and said in between, word for word what deciding afresh says', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.array(fc.array(anyQuestion, { minLength: 6, maxLength: 16 }), { maxLength: 6 }),
        (history, rounds) => {
          const store = new MemoryStore();
          const known = { store, subjects: new KnownSubjects() };
          const fresh = { store, subjects: FRESH_SUBJECTS };
          for (const [round, questions] of rounds.entries()) {
            // Past a minute nothing is kept, so that both sides decay to the same moment.
            const now = NOW + round * 61_000;
            for (const { host, facts, account, ...given } of questions) {
              const question = { address: mustAddress(host), facts, account };
              const answer = at(question, { ...given, ...known }, now);
              expect(answer.policy).toEqual(at(question, { ...given, ...fresh }, now).policy);
            }
            store.record(history.slice(round * 9, round * 9 + 9), now);
          }
        },
      ),
      { seed: SEED, numRuns: 120 },
    );
  });

  it('is decided once for the questions of a mail server that differ in nothing', () => {
    const { ask, decisions } = counting();
    const first = ask(HOST);
    expect(ask(HOST)).toBe(first);
    expect(ask(NEIGHBOUR)).toBe(first);
    expect(decisions()).toBe(1);
  });

  it('is decided anew for other facts, for another book, and for a listing', () => {
    const { ask, decisions } = counting();
    ask(HOST);
    ask(HOST, { facts: { spf: 'fail' } });
    ask(HOST, { book: { ...DEFAULT_POLICY_BOOK } });
    ask(HOST, { listing: LISTINGS[2] });
    expect(decisions()).toBe(4);
  });

  it('has the link of its own address in its reply', () => {
    const { ask } = counting();
    const book = BOOKS[1];
    expect(ask(HOST, { book }).reply?.text).toContain('100%3A%3A1');
    expect(ask(NEIGHBOUR, { book }).reply?.text).toContain('100%3A%3A2');
  });
});

interface Given {
  readonly book?: LookupSources['book'];
  readonly listing?: (typeof LISTINGS)[number];
  readonly facts?: Question['facts'];
}

/** Questions about a suspect sender, and how often a policy was decided for them. */
function counting() {
  const store = new MemoryStore();
  store.record([recordOf(HOST, { count: 3 })], NOW);
  const subjects = new KnownSubjects();
  // Whoever is asked about for the first time is not kept.
  subjects.of(recordOf(HOST).ladder.subject);
  let decided = 0;
  const decide: typeof decideAfresh = (...facts) => {
    decided++;
    return decideAfresh(...facts);
  };
  return {
    ask: (host: string, { facts = {}, book = DEFAULT_POLICY_BOOK, listing = null }: Given = {}) =>
      at(
        { address: mustAddress(host), facts },
        { store, subjects, book, listing, allocations: NO_ALLOCATIONS, decide },
        NOW,
      ).policy,
    decisions: () => decided,
  };
}

function at(
  question: Question,
  {
    listing,
    store,
    ...sources
  }: Omit<LookupSources, 'listingOf' | 'divides' | 'withinBudget' | 'store'> & {
    readonly store: MemoryStore;
    readonly listing: (typeof LISTINGS)[number];
  },
  now: number,
) {
  const answer = lookup(
    question,
    {
      ...sources,
      store: atOnce(store),
      listingOf: () => listing,
      divides: () => false,
      withinBudget: (read) => read,
    },
    now,
  );
  if (answer instanceof Promise) throw new Error('a store at hand answers at once');
  return answer;
}

/** As the embedded store answers: without a promise, and with the same object while nothing changed. */
function atOnce(store: MemoryStore): LookupSources['store'] {
  return {
    readTallies: (rungs) => rungs.map((rung) => store.tally(rung)),
    rootTally: (family) => store.rootTally(family),
  };
}
