/** Quantiles of the beta distribution against two libraries' numbers and against adding up slices. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile } from '../../lib/reputation/beta.ts';
import { SEED } from '../support/arbitraries.ts';
import { slowBetaCdf } from '../support/beta-slow.ts';
import vectors from '../vectors/beta-quantiles.json' with { type: 'json' };

/** The function promises a quantile to about this. */
const PRECISION = 1e-6;

const shape = fc.oneof(
  fc.double({ min: 0.05, max: 3, noNaN: true }),
  fc.double({ min: 1, max: 60, noNaN: true }),
  fc.double({ min: 50, max: 20_000, noNaN: true }),
);
const mass = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('the quantile of a beta distribution', () => {
  it.each(vectors.rows)('of $mass for ($a, $b), $reason', ({ mass: share, a, b, quantile }) => {
    expect(Math.abs(betaQuantile(share, a, b) - quantile)).toBeLessThan(PRECISION);
  });

  it('is by hand: the share itself when nothing is known, its square root when all two reports are bad', () => {
    for (const share of [0.05, 0.5, 0.95]) {
      expect(betaQuantile(share, 1, 1)).toBeCloseTo(share, 6);
      expect(betaQuantile(share, 2, 1)).toBeCloseTo(Math.sqrt(share), 6);
      expect(betaQuantile(share, 1, 2)).toBeCloseTo(1 - Math.sqrt(1 - share), 6);
    }
  });

  it('has its share of the slices below it', () => {
    fc.assert(
      fc.property(mass, shape, shape, (share, a, b) => {
        const x = betaQuantile(share, a, b);
        // At an end the curve may be so steep that a quantile 1e-6 off is far off in mass: then look on both sides.
        const [low, high] = [Math.max(0, x - PRECISION), Math.min(1, x + PRECISION)];
        return slowBetaCdf(low, a, b) <= share + 1e-4 && slowBetaCdf(high, a, b) >= share - 1e-4;
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is mirrored when good and bad change places', () => {
    fc.assert(
      fc.property(mass, shape, shape, (share, a, b) => {
        expect(betaQuantile(share, a, b)).toBeCloseTo(1 - betaQuantile(1 - share, b, a), 5);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('rises with its share, with every bad report, and falls with every good one', () => {
    fc.assert(
      fc.property(
        mass,
        mass,
        shape,
        shape,
        fc.double({ min: 0, max: 10, noNaN: true }),
        (p, q, a, b, more) => {
          const at = betaQuantile(p, a, b);
          if (p <= q) expect(betaQuantile(q, a, b)).toBeGreaterThanOrEqual(at - PRECISION);
          expect(betaQuantile(p, a + more, b)).toBeGreaterThanOrEqual(at - PRECISION);
          expect(betaQuantile(p, a, b + more)).toBeLessThanOrEqual(at + PRECISION);
        },
      ),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('is a number from 0 to 1 even for the extremest shapes it is asked for', () => {
    for (const a of [0.001, 1, 1e6, 1e9]) {
      for (const b of [0.001, 1, 1e6, 1e9]) {
        for (const share of [0.05, 0.95]) {
          const x = betaQuantile(share, a, b);
          expect(x >= 0 && x <= 1, `${share} of (${a}, ${b}) is ${x}`).toBe(true);
        }
      }
    }
  });
});

describe('the share below a value', () => {
  it('is nothing below 0, everything above 1, and inverts the quantile between', () => {
    expect([betaCdf(-1, 2, 3), betaCdf(0, 2, 3), betaCdf(1, 2, 3), betaCdf(2, 2, 3)]).toEqual([0, 0, 1, 1]);
    const gentle = fc.double({ min: 0.5, max: 500, noNaN: true });
    fc.assert(
      fc.property(mass, gentle, gentle, (share, a, b) => {
        expect(betaCdf(betaQuantile(share, a, b), a, b)).toBeCloseTo(share, 3);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('agrees with the slices', () => {
    fc.assert(
      fc.property(mass, shape, shape, (x, a, b) => {
        expect(betaCdf(x, a, b)).toBeCloseTo(slowBetaCdf(x, a, b), 4);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});
