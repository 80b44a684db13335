/**
 * When a fetched file may be asked for again (RFC 9977 section 7): as its server says, but at most weekly.
 */

const DAY_MS = 86_400_000;
/** At most weekly, whatever the server says, */
const SHORTEST_MS = 7 * DAY_MS;
/** and at least monthly: a header must not hide a change for years. */
const LONGEST_MS = 30 * DAY_MS;
/** After a failure. */
export const RETRY_MS = DAY_MS;

/** For how many milliseconds from `now` an answer with these headers holds (RFC 9111 section 4.2.1). */
export function freshFor(
  { cacheControl, expires }: { readonly cacheControl: string; readonly expires: string },
  now: number,
): number {
  return Math.min(Math.max(lifetime(cacheControl, expires, now), SHORTEST_MS), LONGEST_MS);
}

function lifetime(cacheControl: string, expires: string, now: number): number {
  const maxAge = /(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})/i.exec(cacheControl)?.[1];
  if (maxAge !== undefined) return Number(maxAge) * 1000;
  const until = Date.parse(expires);
  return Number.isNaN(until) ? 0 : until - now;
}
