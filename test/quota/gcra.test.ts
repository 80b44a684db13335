import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forgottenAt, gcra, type Rate } from '../../lib/quota/gcra.ts';
import { NOW } from '../support/records.ts';

const MINUTE = 60_000;
const RUNS = { seed: 20261121, numRuns: 300 };

const rates = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 2_147_483_647 })),
  period: fc.constantFrom(MINUTE, 60 * MINUTE),
});
/** Events as pauses before them (milliseconds) and counts. */
const traffic = fc.array(
  fc.tuple(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 * MINUTE })), fc.integer({ min: 1, max: 4 })),
  { minLength: 1, maxLength: 60 },
);

interface LetIn {
  readonly at: number;
  readonly count: number;
}

function run(
  rate: Rate,
  events: readonly (readonly [number, number])[],
  skew: (i: number) => number = () => 0,
) {
  let at = NOW;
  let tat = 0;
  const letIn: LetIn[] = [];
  for (const [i, [pause, count]] of events.entries()) {
    at += pause;
    const { conforms, tat: next } = gcra(tat, rate, count, at + skew(i));
    tat = next;
    if (conforms) letIn.push({ at, count });
  }
  return { letIn, tat, at };
}

/** The most that is let in within any window, over what the law allows there. */
function worst(letIn: readonly LetIn[], allowed: (window: number) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const [i, first] of letIn.entries()) {
    let sum = 0;
    for (const { at, count } of letIn.slice(i)) {
      sum += count;
      most = Math.max(most, sum - allowed(at - first.at));
    }
  }
  return most;
}

describe('the rate limit', () => {
  it('lets the limit in at once, then one every fraction of the period', () => {
    const rate = { limit: 5, period: MINUTE };
    let tat = 0;
    const left: number[] = [];
    for (let i = 0; i < 5; i++) {
      const answer = gcra(tat, rate, 1, NOW);
      expect(answer.conforms).toBe(true);
      left.push(answer.remaining);
      tat = answer.tat;
    }
    expect(left).toEqual([4, 3, 2, 1, 0]);
    expect(gcra(tat, rate, 1, NOW)).toEqual({ conforms: false, tat, remaining: 0, wait: 12_000 });
    expect(gcra(tat, rate, 1, NOW + 11_999).conforms).toBe(false);
    expect(gcra(tat, rate, 1, NOW + 12_000)).toMatchObject({ conforms: true, remaining: 0 });
    expect(gcra(tat, rate, 2, NOW + 12_000)).toMatchObject({ conforms: false, remaining: 1, wait: 12_000 });
    expect(gcra(tat, rate, 5, NOW + MINUTE)).toMatchObject({ conforms: true, remaining: 0 });
    expect(forgottenAt(tat)).toBe(NOW + MINUTE);
  });

  it('lets nothing in under a limit of none, and never more at once than the limit', () => {
    expect(gcra(0, { limit: 0, period: MINUTE }, 1, NOW)).toMatchObject({ conforms: false, wait: null });
    expect(gcra(0, { limit: 3, period: MINUTE }, 4, NOW)).toMatchObject({
      conforms: false,
      remaining: 3,
      wait: null,
    });
  });

  it('never lets in more than the limit at once, nor than limit (1 + w / period) in any window w', () => {
    fc.assert(
      fc.property(rates, traffic, (rate, events) => {
        const { letIn } = run(rate, events);
        expect(worst(letIn, (window) => rate.limit * (1 + window / rate.period))).toBeLessThanOrEqual(0);
      }),
      RUNS,
    );
  });

  it('gives away no more than the skew is worth when clocks of writers differ', () => {
    const skews = fc.array(fc.integer({ min: -2000, max: 2000 }), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(rates, traffic, skews, (rate, events, skewed) => {
        const { letIn } = run(rate, events, (i) => skewed[i] ?? 0);
        const law = (window: number): number => rate.limit * (1 + (window + 4000) / rate.period);
        expect(worst(letIn, law)).toBeLessThanOrEqual(0);
      }),
      RUNS,
    );
  });

  it('heals within a period, even after a clock that was days ahead', () => {
    fc.assert(
      fc.property(rates, traffic, fc.integer({ min: 0, max: 10 * 86_400_000 }), (rate, events, ahead) => {
        const { tat, at } = run(rate, events, (i) => (i === 0 ? ahead : 0));
        const whole = Math.min(rate.limit, 1_000_000);
        const spoilt = gcra(tat, rate, 1, at);
        // Whoever asks next leaves a TAT that is no more than a period ahead, and may have to wait no longer than that.
        expect(spoilt.wait ?? 0).toBeLessThanOrEqual(Math.ceil(rate.period * 1.04));
        const later = at + ahead + 2 * rate.period;
        expect(gcra(tat, rate, whole, later).conforms).toBe(true);
      }),
      RUNS,
    );
  });

  it('is monotone: more time never allows less, more traffic or a smaller limit never more', () => {
    const counts = fc.integer({ min: 1, max: 5 });
    const pauses = fc.integer({ min: 0, max: MINUTE });
    fc.assert(
      fc.property(rates, traffic, counts, pauses, (rate, events, count, pause) => {
        const { tat, at } = run(rate, events);
        const asked = gcra(tat, rate, count, at);
        const later = gcra(tat, rate, count, at + pause);
        expect(later.remaining + (later.conforms ? count : 0)).toBeGreaterThanOrEqual(
          asked.remaining + (asked.conforms ? count : 0),
        );
        expect(gcra(tat, rate, count + 1, at).conforms && !asked.conforms).toBe(false);
        if (asked.conforms) {
          expect(gcra(asked.tat, rate, 1, at).remaining).toBeLessThanOrEqual(asked.remaining);
          const wider = { ...rate, limit: rate.limit * 2 };
          expect(gcra(0, wider, count, at).conforms).toBe(true);
        } else if (asked.wait !== null) {
          expect(gcra(tat, rate, count, at + asked.wait).conforms).toBe(true);
          expect(gcra(tat, rate, count, at + asked.wait - 1).conforms).toBe(false);
        }
      }),
      RUNS,
    );
  });
});
