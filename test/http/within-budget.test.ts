import { describe, expect, it, vi } from 'vitest';
import { withinBudget } from '../../lib/http/within-budget.ts';

describe('withinBudget', () => {
  it('gives what came in time, and null for what did not', async () => {
    vi.useFakeTimers();
    try {
      const within = withinBudget(50, () => undefined);
      const comesIn = <T>(ms: number, value: T) =>
        new Promise<T>((resolve) => setTimeout(resolve, ms, value));
      const early = within(comesIn(49, 'early'));
      const late = within(comesIn(51, 'late'));
      await vi.advanceTimersByTimeAsync(60);
      expect(await early).toBe('early');
      expect(await late).toBeNull();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('tells of a failure, also of one after the budget, and never rejects', async () => {
    const failures: unknown[] = [];
    const within = withinBudget(1, (error) => failures.push(error));
    expect(await within(Promise.reject(new Error('at once')))).toBeNull();
    let fail = (_: Error): void => undefined;
    const slow = within(
      new Promise((_, reject) => {
        fail = reject;
      }),
    );
    expect(await slow).toBeNull();
    fail(new Error('later'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(failures.map(String)).toEqual(['Error: at once', 'Error: later']);
  });
});
