/** What holds for every decision. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIONS, type PolicyBook, ROLLOUT_STAGES } from '../../lib/policy/policy-book.ts';
import type { Reputation } from '../../lib/reputation/reputation.ts';
import { SEED } from '../support/arbitraries.ts';
import { BOOK, expectComplete, ruled, SHARED, thresholds, V4, V6 } from '../support/ruled.ts';

/** What a reply may hold: it takes a reason that no operator wrote as it is. */
const PRINTABLE = /^[\x20-\x7e]+$/;

describe('every decision', () => {
  const anyReputation = fc
    .record({
      spam: fc.double({ min: 0, max: 1, noNaN: true }),
      below: fc.double({ min: 0, max: 1, noNaN: true }),
      above: fc.double({ min: 0, max: 1, noNaN: true }),
      observations: fc.double({ min: 0, max: 1000, noNaN: true }),
      month: fc.double({ min: 0, max: 1, noNaN: true }),
      around: fc.double({ min: 0, max: 1, noNaN: true }),
      children: fc.double({ min: 0, max: 50, noNaN: true }),
    })
    .map(({ spam, below, above, around, children, ...rest }): Partial<Reputation> => {
      const interval = [spam * below, spam + (1 - spam) * above] as const;
      return { ...rest, spam, interval, neighbourhood: { spam: around, observations: children } };
    });
  const host = fc.constantFrom(V4, V6, `::ffff:${V4}`, '2002:c623:1a60::1', '64:ff9b::c623:1a60');
  const fact = fc.constantFrom('pass', 'fail', 'none', undefined);
  const facts = fc.record({ fcrdns: fact, spf: fact, dkim: fact });

  it('is one of the contract’s, whole, with a reply exactly when there is something to say', () => {
    fc.assert(
      fc.property(
        anyReputation,
        host,
        facts,
        fc.constantFrom(...ROLLOUT_STAGES),
        (reputation, address, known, rollout) => {
          const policy = ruled(address, reputation, { facts: known, book: { ...BOOK, rollout } });
          expect(['good', 'mixed', 'bad', 'unknown', 'local']).toContain(policy.class);
          expect(ACTIONS).toContain(policy.action);
          expect(policy.reply === null).toBe(policy.action === 'accept');
          expect(policy.reason).toMatch(PRINTABLE);
          expect(policy.action === 'reject').toBe(policy.reply?.code === 554);
          expectComplete(policy.limits);
        },
      ),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('never refuses a shared address, and never refuses a good sender', () => {
    fc.assert(
      fc.property(anyReputation, fc.constantFrom(V4, V6), facts, (reputation, address, known) => {
        const strict: PolicyBook = { ...BOOK, failedUnknown: 'reject' };
        const shared = ruled(address, reputation, { facts: known, allocations: SHARED, book: strict });
        expect(['accept', 'throttle']).toContain(shared.action);
        const policy = ruled(address, reputation, { facts: known });
        expect(policy.class === 'good').toBe(policy.action === 'accept');
        if (policy.action === 'reject') expect(reputation.spam).toBeGreaterThanOrEqual(thresholds.rejectSpam);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('never treats a worse sender better', () => {
    const severity = (reputation: Partial<Reputation>) =>
      ['accept', 'throttle', 'tempfail', 'reject'].indexOf(ruled(V4, reputation).action);
    fc.assert(
      fc.property(anyReputation, fc.double({ min: 0, max: 1, noNaN: true }), (better, shift) => {
        const move = (p: number) => p + (1 - p) * shift;
        const [low, high] = better.interval ?? [0, 1];
        const worse = {
          ...better,
          spam: move(better.spam ?? 0),
          interval: [move(low), move(high)] as const,
          month: move(better.month ?? 0),
        };
        expect(severity(worse)).toBeGreaterThanOrEqual(severity(better));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });
});
