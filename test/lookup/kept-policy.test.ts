/** A policy is only ever given again where deciding afresh would say the same, word for word. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRESH_SUBJECTS } from '../../lib/lookup/known-subject.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import type { LookupSources, Question } from '../../lib/lookup/lookup.ts';
import { decide as decideAfresh } from '../../lib/policy/decide.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { anyHistory, SEED } from '../support/arbitraries.ts';
import { answerAt, anyQuestion, atOnce, BOOKS, HOST, LISTINGS, NEIGHBOUR } from '../support/questions.ts';
import { mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';

describe('the policy of a known subject', () => {
  it('is, whatever is asked and said in between, word for word what deciding afresh says', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.array(fc.array(anyQuestion, { minLength: 6, maxLength: 16 }), { maxLength: 6 }),
        (history, rounds) => {
          const store = new MemoryStore();
          const known = { store: atOnce(store), subjects: new KnownSubjects() };
          const fresh = { store: atOnce(store), subjects: FRESH_SUBJECTS };
          for (const [round, questions] of rounds.entries()) {
            // Past a minute nothing is kept, so that both sides decay to the same moment.
            const now = NOW + round * 61_000;
            for (const { host, facts, account, ...given } of questions) {
              const question = { address: mustAddress(host), facts, account };
              const answer = answerAt(question, { ...given, ...known }, now);
              expect(answer.policy).toEqual(answerAt(question, { ...given, ...fresh }, now).policy);
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
      answerAt(
        { address: mustAddress(host), facts },
        { store: atOnce(store), subjects, book, listing, allocations: NO_ALLOCATIONS, decide },
        NOW,
      ).policy,
    decisions: () => decided,
  };
}
