/** The reputation against its slow twin, and what holds for any tallies. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { betaQuantile } from '../../lib/reputation/beta.ts';
import { INTERVAL_MASS } from '../../lib/reputation/parameters.ts';
import type { Reputation } from '../../lib/reputation/reputation.ts';
import { pruned } from '../../lib/reputation/tally.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { anyHistory, anyRecord, anyTally, SEED } from '../support/arbitraries.ts';
import { learned, onStore, onTallies } from '../support/asked.ts';
import { DAY, HOUR, NOW, recordOf } from '../support/records.ts';
import { slowReputation } from '../support/reputation-slow.ts';
import { slowRoot, slowVerdictOf } from '../support/tally-slow.ts';

describe('for every history', () => {
  it('every number is what the twin makes of the list of verdicts', () => {
    fc.assert(
      fc.property(
        anyHistory,
        fc.array(anyRecord, { maxLength: 3 }),
        fc.nat(50 * 24),
        (history, strangers, hours) => {
          const now = NOW + hours * HOUR;
          const store = learned(history);
          const twin = history.map(slowVerdictOf);
          for (const { ladder, bin } of [...history.slice(0, 4), ...strangers]) {
            const fast = onStore(store, ladder, bin, now);
            const reads = [ladder.subject, ...ladder.ancestors].map(formatPrefix);
            const root = slowRoot(ladder.subject.family);
            const slow = slowReputation({ history: twin, reads, root, bin, now });
            expectClose(fast, slow);
          }
        },
      ),
      { seed: SEED, numRuns: 120 },
    );
  });

  it('order and batches of arrival do not matter', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const [at, other] = [learned(history), new MemoryStore()];
        for (const record of history.toReversed()) other.record([record], NOW);
        for (const { ladder, bin } of history) {
          expect(onStore(other, ladder, bin, NOW)).toEqual(onStore(at, ladder, bin, NOW));
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('a spam report more never makes an address better, a ham report never worse', () => {
    const host = '198.35.3.9';
    const { ladder, bin } = recordOf(host);
    fc.assert(
      fc.property(anyHistory, (history) => {
        const here = history.map((record) => ({ ...record, ladder, bin }));
        const before = onStore(learned(here), ladder, bin, NOW).spam;
        const worse = onStore(learned([...here, recordOf(host, { id: 'one more' })]), ladder, bin, NOW).spam;
        const better = onStore(
          learned([...here, recordOf(host, { id: 'one more', verdict: 'ham' })]),
          ladder,
          bin,
          NOW,
        ).spam;
        expect(worse).toBeGreaterThanOrEqual(before - 1e-9);
        expect(better).toBeLessThanOrEqual(before + 1e-9);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});

describe('for all tallies, even those that do not belong together', () => {
  const six = fc.array(anyTally, { minLength: 7, maxLength: 7 });

  it('the answer is made of probabilities and counts', () => {
    fc.assert(
      fc.property(six, fc.nat(255), (tallies, bin) => {
        const { spam, interval, observations, neighbourhood, evidence, month, baseRate } = onTallies(
          tallies,
          NOW,
          bin,
        );
        const probabilities = [
          spam,
          ...interval,
          neighbourhood.spam,
          month,
          baseRate,
          ...Array.from(evidence, (level) => level.spam),
        ];
        for (const p of probabilities) expect(p >= 0 && p <= 1, `${p}`).toBe(true);
        for (const n of [
          observations,
          neighbourhood.observations,
          ...Array.from(evidence, (level) => level.observations),
        ]) {
          expect(n >= 0 && Number.isFinite(n), `${n}`).toBe(true);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('the answer does not depend on when the store dropped old buckets', () => {
    fc.assert(
      fc.property(six, fc.nat(255), fc.nat(70), (tallies, bin, days) => {
        const now = NOW + days * DAY;
        expect(
          onTallies(
            tallies.map((tally) => pruned(tally, now)),
            now,
            bin,
          ),
        ).toEqual(onTallies(tallies, now, bin));
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

function expectClose(fast: Reputation, slow: ReturnType<typeof slowReputation>): void {
  const numbers = [
    [fast.baseRate, slow.baseRate],
    [fast.spam, slow.spam],
    [fast.month, slow.month],
    [fast.observations, slow.observations],
    [fast.neighbourhood.spam, slow.neighbourhood.spam],
    [fast.neighbourhood.observations, slow.neighbourhood.observations],
    [fast.host?.posterior ?? -1, slow.host ?? -1],
  ] as const;
  for (const [a, b] of numbers) expect(a).toBeCloseTo(b, 9);
  [...fast.evidence].forEach(({ spam, observations }, i) => {
    expect(spam).toBeCloseTo(slow.levels[i]?.spam ?? -1, 9);
    expect(observations).toBeCloseTo(slow.levels[i]?.observations ?? -1, 9);
  });
  expect(fast.reporters).toBe(slow.reporters);
  expect(fast.lastSeen).toBe(slow.lastSeen);
  const [a, b] = [slow.spam * slow.strength, (1 - slow.spam) * slow.strength].map((shape) =>
    Math.max(shape, 0.001),
  );
  const low = betaQuantile((1 - INTERVAL_MASS) / 2, a ?? 0, b ?? 0);
  expect(fast.interval[0]).toBeCloseTo(Math.min(low, slow.spam), 6);
}
