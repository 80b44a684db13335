/**
 * A tally's reports day by day.
 */
import { bucketIndex, SERIES, type Tally } from '../../reputation/tally.ts';
import { UNIT } from '../../reputation/verdict.ts';
import { formatDay } from './time.ts';

/** What was reported on one UTC day. */
export interface Day {
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** Weighted reports of unwanted mail; a reporter that is not trusted counts up to its cap. */
  readonly spam: number;
  readonly ham: number;
}

/** The last `count` days up to `now` (epoch milliseconds) in order, today last; a day without reports has zeros. */
export function daysOf(tally: Tally, count: number, now: number): Day[] {
  const today = bucketIndex('days', now);
  const byIndex = new Map(Array.from(tally.days, (bucket) => [bucket.index, bucket]));
  return Array.from({ length: count }, (_, i) => {
    const index = today - count + 1 + i;
    const bucket = byIndex.get(index);
    return {
      date: formatDay(index * SERIES.days.length),
      spam: (bucket?.bad ?? 0) / UNIT,
      ham: (bucket?.good ?? 0) / UNIT,
    };
  });
}
