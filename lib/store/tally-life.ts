/**
 * How long a tally is kept once nobody reports on it: a setting, in 30-day months, that every store keeps to by itself.
 *
 * Wider prefixes keep what a tally that went had contributed to them until that is past its own time: a tally that went is
 * no verdict that was taken back.
 */
import { bucketIndex, SERIES, type Tally } from '../reputation/tally.ts';

/** Two years: what the months of a tally hold. */
export const MOST_EVIDENCE_MONTHS: number = SERIES.months.keep;
/** A verdict of up to 30 days ago can be taken back for 30 days, from tallies that must still be there. */
export const LEAST_EVIDENCE_MONTHS = 3;

/** Whether nothing was reported in the current month and the `months - 1` before, at `now` (epoch milliseconds). */
export function isPastItsLife({ months: { newest } }: Tally, now: number, months: number): boolean {
  return newest === null || newest <= bucketIndex('months', now) - months;
}

/** When the newest month begins that something was reported in: epoch milliseconds; null when nothing ever was. */
export function lastMonthOf({ months: { newest } }: Tally): number | null {
  return newest === null ? null : newest * SERIES.months.length;
}

/** Milliseconds after its last change for which a tally is kept: by then `isPastItsLife` says so. */
export function tallyLife(months: number): number {
  return SERIES.months.length * (months + 1);
}
