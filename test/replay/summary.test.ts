import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Judgement, ReplaySummary } from '../../lib/replay/summary.ts';

const judgement = (
  spam: number | null,
  truth: 'spam' | 'ham',
  action: Judgement['action'] = 'accept',
): Judgement => ({ spam, truth, action, class: action === 'reject' ? 'bad' : 'unknown' });

function resultOf(judgements: readonly Judgement[]) {
  const summary = new ReplaySummary();
  for (const one of judgements) summary.add(one);
  return summary.result();
}

/** Every pair of a spam and a ham, one by one. */
function slowAuc(judgements: readonly Judgement[]): number | null {
  let pairs = 0;
  let won = 0;
  for (const spam of judgements) {
    for (const ham of judgements) {
      if (spam.truth !== 'spam' || ham.truth !== 'ham' || spam.spam === null || ham.spam === null) continue;
      pairs++;
      won += spam.spam > ham.spam ? 1 : spam.spam === ham.spam ? 0.5 : 0;
    }
  }
  return pairs === 0 ? null : won / pairs;
}

function slowBrier(judgements: readonly Judgement[]): number | null {
  const errors = judgements.flatMap((one) =>
    one.spam === null ? [] : [(one.spam - (one.truth === 'spam' ? 1 : 0)) ** 2],
  );
  return errors.length === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

// Few distinct values, so that ties are common.
const anyJudgement = fc.record({
  spam: fc.oneof(
    fc.integer({ min: 0, max: 8 }).map((n) => n / 8),
    fc.constant(null),
  ),
  truth: fc.constantFrom<'spam' | 'ham'>('spam', 'ham'),
  action: fc.constantFrom<Judgement['action']>('accept', 'throttle', 'tempfail', 'reject'),
  class: fc.constantFrom('good', 'bad'),
});

describe('a replay summary', () => {
  it('matches sums made by hand', () => {
    const result = resultOf([
      judgement(0.9, 'spam', 'reject'),
      judgement(0.4, 'spam', 'throttle'),
      judgement(0.4, 'ham'),
      judgement(0.1, 'ham', 'tempfail'),
      judgement(0.2, 'ham', 'reject'),
    ]);
    // Pairs: 0.9 beats three hams; 0.4 beats two and ties with one: (3 + 2.5) / 6.
    expect(result.auc).toBeCloseTo(5.5 / 6, 12);
    // 0.1² + 0.6² + 0.4² + 0.1² + 0.2², over five.
    expect(result.brier).toBeCloseTo((0.01 + 0.36 + 0.16 + 0.01 + 0.04) / 5, 12);
    expect(result).toMatchObject({ events: 5, spam: 2, ham: 3, unrated: 0, spamLetIn: 0.5 });
    expect(result.goodRefused).toBeCloseTo(1 / 3, 12);
    expect(result.goodDeferred).toBeCloseTo(1 / 3, 12);
    expect(result.classes).toEqual({ bad: 2, unknown: 3 });
  });

  it('agrees with comparing every pair', () => {
    fc.assert(
      fc.property(fc.array(anyJudgement, { maxLength: 60 }), (judgements) => {
        const { auc, brier } = resultOf(judgements);
        const expected = { auc: slowAuc(judgements), brier: slowBrier(judgements) };
        if (auc === null || expected.auc === null) expect(auc).toBe(expected.auc);
        else expect(auc).toBeCloseTo(expected.auc, 12);
        if (brier === null || expected.brier === null) expect(brier).toBe(expected.brier);
        else expect(brier).toBeCloseTo(expected.brier, 12);
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('does not depend on the order of the judgements', () => {
    fc.assert(
      fc.property(fc.array(anyJudgement, { maxLength: 40 }), (judgements) => {
        expect(resultOf([...judgements].reverse())).toEqual(resultOf(judgements));
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  it('says null where a ratio would divide by nothing', () => {
    expect(resultOf([])).toMatchObject({
      events: 0,
      auc: null,
      brier: null,
      spamLetIn: null,
      goodRefused: null,
      goodDeferred: null,
    });
    expect(resultOf([judgement(0.3, 'ham')])).toMatchObject({ auc: null, spamLetIn: null, goodRefused: 0 });
  });

  it('keeps addresses without a forecast out of the forecast measures only', () => {
    const result = resultOf([judgement(null, 'spam'), judgement(1, 'spam', 'reject'), judgement(0, 'ham')]);
    expect(result).toMatchObject({ events: 3, unrated: 1, auc: 1, brier: 0, spamLetIn: 0.5 });
  });

  it('puts forecasts into ten bins, a forecast of one into the last', () => {
    const { reliability } = resultOf([
      judgement(0.1, 'ham'),
      judgement(0.15, 'spam'),
      judgement(0.95, 'spam'),
      judgement(1, 'spam'),
    ]);
    expect(reliability).toHaveLength(10);
    expect(reliability[0]).toEqual({ from: 0, to: 0.1, count: 0, predicted: null, observed: null });
    expect(reliability[1]).toEqual({ from: 0.1, to: 0.2, count: 2, predicted: 0.125, observed: 0.5 });
    expect(reliability[9]?.count).toBe(2);
    expect(reliability[9]?.predicted).toBeCloseTo(0.975, 12);
  });

  it('may be asked in between and goes on counting', () => {
    const summary = new ReplaySummary();
    summary.add(judgement(0.9, 'spam'));
    const first = summary.result();
    summary.add(judgement(0.1, 'ham'));
    expect(first).toMatchObject({ events: 1, auc: null });
    expect(summary.result()).toMatchObject({ events: 2, auc: 1 });
  });

  it('refuses what is no probability', () => {
    expect(() => resultOf([judgement(1.01, 'ham')])).toThrow(RangeError);
    expect(() => resultOf([judgement(Number.NaN, 'ham')])).toThrow(RangeError);
  });
});
