/**
 * A rate limit as clients see it. Apart from `rate-limit.ts`, whose library only a service that limits needs to load.
 */
import type { Allowance } from './rate-limit.ts';

/**
 * The header fields of an answer: `RateLimit-Limit`, `-Remaining`, `-Reset` and `-Policy` (draft-ietf-httpapi-ratelimit-headers,
 * revision 03 to 07, which clients know), and `Retry-After` (RFC 9110 section 10.2.3) when the request was refused.
 */
export function rateLimitHeaders(allowance: Allowance): Readonly<Record<string, string>> {
  const { allowed, limit, remaining, resetSeconds, windowSeconds } = allowance;
  return {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(remaining),
    'RateLimit-Reset': String(resetSeconds),
    'RateLimit-Policy': `${limit};w=${windowSeconds}`,
    ...(allowed ? {} : { 'Retry-After': String(resetSeconds) }),
  };
}
