/**
 * Senders with a history: all that a tally can hold, so that items are as large as they can be.
 */
import { rungsOf } from '../../lib/reputation/rung.ts';
import { Series } from '../../lib/reputation/series.ts';
import {
  bucketIndex,
  HOST_BINS,
  oldestHostMonth,
  SERIES,
  type SeriesName,
  type Tally,
} from '../../lib/reputation/tally.ts';
import { UNIT } from '../../lib/reputation/verdict.ts';
import { type Item, text } from '../../lib/store/dynamodb/item.ts';
import { tallyKey } from '../../lib/store/dynamodb/keys.ts';
import { NO_TALLY, tallyItem } from '../../lib/store/dynamodb/rollup/tally-item.ts';
import { MOST_EVIDENCE_MONTHS } from '../../lib/store/tally-life.ts';
import type { Sender } from './world.ts';

/** The tallies of senders and of all above them, as a load would bring them: no news to the roll-up. */
export function historyOf(senders: readonly Sender[], now: number): readonly Item[] {
  const rungs = new Map(
    senders.flatMap(({ ladder, isSite }) =>
      rungsOf(ladder).map((rung, i) => [rung, i === 0 && isSite] as const),
    ),
  );
  return [...rungs].map(([rung, isSite]) => ({
    ...tallyItem(
      tallyKey(rung),
      { ...NO_TALLY, tally: fullTally(isSite, now), version: 1, time: now },
      now,
      MOST_EVIDENCE_MONTHS,
    ),
    via: text('history'),
  }));
}

/** Every bucket of time, and of a site every host in every month. */
function fullTally(isSite: boolean, now: number): Tally {
  const series = (name: SeriesName) => {
    const last = bucketIndex(name, now);
    return Series.of(
      Array.from({ length: SERIES[name].keep }, (_, i) => ({
        index: last - SERIES[name].keep + 1 + i,
        bad: 7 * UNIT + 1,
        good: 20 * UNIT + 1,
        sources: 9,
      })),
    );
  };
  const month = bucketIndex('months', now);
  const months = Array.from({ length: month - oldestHostMonth(now) + 1 }, (_, i) => month - i).reverse();
  const hosts = Array.from({ length: HOST_BINS }, (_, bin) =>
    months.map((index) => ({ bin, index, bad: 7 * UNIT + 1, good: 20 * UNIT + 1 })),
  ).flat();
  return {
    quarters: series('quarters'),
    days: series('days'),
    months: series('months'),
    hosts: isSite ? hosts : [],
    lastSeen: 0,
    recent: [],
  };
}
