/** The interval: as wide as the evidence is thin, and always around its result. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile } from '../../lib/reputation/beta.ts';
import { CARRIED_STRENGTH, INTERVAL_MASS, SUBJECT_SCALES } from '../../lib/reputation/parameters.ts';
import { anyHistory, SEED } from '../support/arbitraries.ts';
import { ask, HOST, learned, onStore } from '../support/asked.ts';
import { DAY, HOUR, NOW, recordOf } from '../support/records.ts';

describe('the interval', () => {
  it('is that of a beta distribution with the result as its mean', () => {
    const records = [recordOf(HOST, { id: 'a' }), recordOf(HOST, { id: 'b', verdict: 'ham', count: 3 })];
    const { spam, interval } = ask(records, HOST);
    // Four reports on every scale: the fastest one's count, with its prior's at most 2.
    const strength = Math.max(...SUBJECT_SCALES.map((scale) => Math.min(scale.strength, 2) + 4));
    expect(4 + 2).toBeLessThan(CARRIED_STRENGTH);
    const tail = (1 - INTERVAL_MASS) / 2;
    expect(interval[0]).toBeCloseTo(betaQuantile(tail, spam * strength, (1 - spam) * strength), 9);
    expect(interval[1]).toBeCloseTo(betaQuantile(1 - tail, spam * strength, (1 - spam) * strength), 9);
  });

  it('is no narrower than so many carried reports make it when the last report is long ago', () => {
    const { spam, interval } = ask(
      [recordOf(HOST, { count: 900, verdict: 'ham' }), recordOf(HOST, { count: 100 })],
      HOST,
      NOW + 40 * DAY,
    );
    const width = (strength: number) => {
      const [a, b] = [spam * strength, (1 - spam) * strength];
      return betaQuantile(0.95, a, b) - betaQuantile(0.05, a, b);
    };
    expect(interval[1] - interval[0]).toBeGreaterThan(width(CARRIED_STRENGTH + 2));
  });

  it('holds the result, from 0 to 1, whatever was said', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(60 * 24), (history, hours) => {
        for (const { ladder, bin } of history.slice(0, 5)) {
          const { spam, interval } = onStore(learned(history), ladder, bin, NOW + hours * HOUR);
          expect(interval[0]).toBeGreaterThanOrEqual(0);
          expect(interval[0]).toBeLessThanOrEqual(spam);
          expect(interval[1]).toBeGreaterThanOrEqual(spam);
          expect(interval[1]).toBeLessThanOrEqual(1);
        }
      }),
      { seed: SEED, numRuns: 150 },
    );
  });

  it('holds the result of a sender that was good a thousand times and then fell silent', () => {
    const { spam, interval } = ask([recordOf(HOST, { count: 1000, verdict: 'ham' })], HOST, NOW + 20 * DAY);
    expect(interval[0]).toBeLessThanOrEqual(spam);
    expect(interval[1]).toBeGreaterThanOrEqual(spam);
  });

  it('shrinks as reports of the same sort come in', () => {
    const widths = [1, 2, 5, 20, 200].map((count) => {
      const { interval } = ask(
        [recordOf(HOST, { id: 'a', count }), recordOf(HOST, { id: 'b', count, verdict: 'ham' })],
        HOST,
      );
      return interval[1] - interval[0];
    });
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(widths.at(-1)).toBeLessThan(0.15);
  });
});
