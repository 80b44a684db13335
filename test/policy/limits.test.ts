/** The limits of the classes, and when to try again. */
import { describe, expect, it } from 'vitest';
import { SERVICE_CLASSES } from '../../lib/policy/policy-book.ts';
import { BOOK, expectComplete, HOPELESS, LIMITS, ruled, SHARED, SPOTLESS, V4 } from '../support/ruled.ts';

describe('the limits', () => {
  it.each([...SERVICE_CLASSES])('of class %s are all eleven, with the time to try again', (name) => {
    expectComplete(BOOK.limits[name]);
  });

  it('of a verified unknown sender are complete, and wider than those of any unknown one', () => {
    expectComplete(BOOK.verifiedUnknown);
    for (const key of LIMITS) {
      if (key === 'pipelining' || key === 'tarpitSeconds' || key === 'retryAfterSeconds') continue;
      expect(BOOK.verifiedUnknown[key]).toBeGreaterThanOrEqual(BOOK.limits.unknown[key]);
    }
  });

  it('get tighter from good over mixed to bad', () => {
    for (const key of LIMITS) {
      if (key === 'pipelining' || key === 'tarpitSeconds' || key === 'retryAfterSeconds') continue;
      const { good, mixed, bad } = BOOK.limits;
      expect(good[key]).toBeGreaterThanOrEqual(mixed[key]);
      expect(mixed[key]).toBeGreaterThanOrEqual(bad[key]);
      expect(bad[key]).toBeGreaterThan(0);
    }
  });
});

describe('the time to try again', () => {
  const retry = (observations: number, spam = 1) =>
    ruled(V4, { ...HOPELESS, spam, observations }).limits.retryAfterSeconds;

  it('begins at the book’s and doubles with the bad evidence', () => {
    const start = BOOK.limits.bad.retryAfterSeconds;
    expect(retry(2)).toBe(start);
    expect(retry(4)).toBe(2 * start);
    expect(retry(8)).toBe(4 * start);
  });

  it('never falls as evidence grows, and ends at the book’s longest', () => {
    const times = [2, 3, 5, 9, 30, 100, 1e6].map((observations) => retry(observations));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(BOOK.maxRetryAfterSeconds);
    expect(BOOK.maxRetryAfterSeconds).toBeGreaterThan(BOOK.limits.bad.retryAfterSeconds);
  });

  it('stays the book’s for whom is not put off', () => {
    expect(ruled(V4, HOPELESS, { allocations: SHARED }).limits).toEqual(BOOK.limits.bad);
    expect(ruled(V4, SPOTLESS).limits).toEqual(BOOK.limits.good);
  });
});
