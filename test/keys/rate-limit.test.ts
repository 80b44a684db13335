import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RateLimit } from '../../lib/keys/rate-limit.ts';
import { rateLimitHeaders } from '../../lib/keys/rate-limit-headers.ts';
import { NOW } from '../support/records.ts';

describe('the rate limit', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts down, refuses, and starts anew with the next window', async () => {
    const limit = new RateLimit(3);
    const remaining: number[] = [];
    for (let i = 0; i < 3; i++) remaining.push((await limit.take('a')).remaining);
    expect(remaining).toEqual([2, 1, 0]);
    vi.advanceTimersByTime(20_500);
    expect(await limit.take('a')).toEqual({
      allowed: false,
      limit: 3,
      remaining: 0,
      resetSeconds: 40,
      windowSeconds: 60,
    });
    vi.advanceTimersByTime(39_500);
    expect(await limit.take('a')).toMatchObject({ allowed: true, remaining: 2, resetSeconds: 60 });
  });

  it('counts each caller alone', async () => {
    const limit = new RateLimit(1);
    expect((await limit.take('a')).allowed).toBe(true);
    expect((await limit.take('b')).allowed).toBe(true);
    expect((await limit.take('a')).allowed).toBe(false);
  });

  it('takes a batch for as many as it holds', async () => {
    const limit = new RateLimit(10);
    expect((await limit.take('a', 8)).remaining).toBe(2);
    expect((await limit.take('a', 8)).allowed).toBe(false);
  });

  it('speaks in the header fields that clients know', async () => {
    const limit = new RateLimit(1);
    expect(rateLimitHeaders(await limit.take('a'))).toEqual({
      'RateLimit-Limit': '1',
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': '60',
      'RateLimit-Policy': '1;w=60',
    });
    expect(rateLimitHeaders(await limit.take('a'))).toMatchObject({ 'Retry-After': '60' });
  });
});
