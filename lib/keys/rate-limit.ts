/**
 * How much one key may ask in a minute, counted in this process's memory by rate-limiter-flexible.
 *
 * The count is each process's own: on one machine that is the whole of it; in front of several, what stands before them
 * (a gateway's usage plan) limits the sum.
 */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** What a caller still has, for the RateLimit headers. */
export interface Allowance {
  /** False when this request is more than the rest allows. */
  readonly allowed: boolean;
  /** Points of a whole window. */
  readonly limit: number;
  readonly remaining: number;
  /** Whole seconds until the window starts anew; at least 1. */
  readonly resetSeconds: number;
  readonly windowSeconds: number;
}

export class RateLimit {
  /** What a caller has in a window. */
  readonly points: number;
  readonly #limiter: RateLimiterMemory;

  /** `points` in each window of `windowSeconds`, for each caller. */
  constructor(points: number, windowSeconds = 60) {
    this.points = points;
    this.#limiter = new RateLimiterMemory({ points, duration: windowSeconds, keyPrefix: '' });
  }

  /**
   * Takes `cost` points of a caller (1 for a lookup, as many as it has items for a batch) and says what is left. What is
   * refused counts too.
   */
  async take(caller: string, cost = 1): Promise<Allowance> {
    const { points, duration } = this.#limiter;
    const spent = await this.#limiter.consume(caller, cost).then(
      (left) => ({ left, allowed: true }),
      (refusal: unknown) => {
        if (refusal instanceof RateLimiterRes) return { left: refusal, allowed: false };
        throw refusal;
      },
    );
    return {
      allowed: spent.allowed,
      limit: points,
      remaining: spent.left.remainingPoints,
      resetSeconds: Math.max(1, Math.ceil(spent.left.msBeforeNext / 1000)),
      windowSeconds: duration,
    };
  }
}
