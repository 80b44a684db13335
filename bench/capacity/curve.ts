/**
 * How mail comes over time: hour by hour as on the recorded stream, and by chance within a second.
 */
import type { Random } from '../accuracy/random.ts';
import type { RecordedMessage } from '../world/recorded-mail.ts';

const HOUR = 3_600_000;
const HOURS_OF_WEEK = 7 * 24;

/**
 * How much mail comes in each hour of the week, in times of the mean hour. The stream is of one mail server in one time
 * zone, so its busiest hour stands out more than that of a service for many.
 */
export function weekOf(mail: readonly RecordedMessage[]): readonly number[] {
  const counts = Array.from({ length: HOURS_OF_WEEK }, () => 0);
  for (const { at } of mail) {
    const hour = Math.floor(at / HOUR) % HOURS_OF_WEEK;
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return counts.map((count) => (count / mail.length) * HOURS_OF_WEEK);
}

/** How many come when `mean` are expected, each for itself (Poisson; by its normal limit where many are expected). */
export function arrivals(mean: number, random: Random): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.float(); product > limit; product *= random.float()) count++;
  return count;
}
