import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimal } from '../../../lib/http/wire/number.ts';

describe('decimal', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.5, '0.5'],
    [0.00004, '0'],
    [0.00005, '0.0001'],
    [0.99995, '1'],
    [1.0001, '1.0001'],
    [41.70000000000001, '41.7'],
    [12.01, '12.01'],
    [123456.7891, '123456.7891'],
    [1e12, '1000000000000'],
    [1e20, '100000000000000000000'],
  ])('writes %d as %s', (value, text) => {
    expect(decimal(value)).toBe(text);
  });

  it('is what rounding and the platform’s own text give', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
        expect(Number(decimal(value))).toBe(Math.round(value * 10_000) / 10_000);
        expect(JSON.stringify(JSON.parse(decimal(value)))).toBe(decimal(value));
      }),
      { seed: 42, numRuns: 2000 },
    );
  });
});
