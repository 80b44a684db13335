/**
 * The rate limit of keys, loaded only where one is set: its library takes longer to load than a cold function to start.
 */
import type { RateLimit } from '../../keys/rate-limit.ts';

/** `points` are those of a key in a minute; null for no limit. */
export async function openRateLimit(points: number | null): Promise<RateLimit | null> {
  if (points === null) return null;
  const { RateLimit } = await import('../../keys/rate-limit.ts');
  return new RateLimit(points);
}
