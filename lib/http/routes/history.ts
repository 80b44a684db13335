/**
 * `GET /v1/history/{address}?days=30`: what was reported about a subject, day by day.
 */
import type { Context } from 'hono';
import { networkOf } from '../../allocation/network.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { rungKey } from '../../reputation/rung.ts';
import { bucketIndex, SERIES, type Tally } from '../../reputation/tally.ts';
import { UNIT } from '../../reputation/verdict.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { AppDeps } from '../deps.ts';
import { MAX_HISTORY_DAYS } from '../limits.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { parseWireAddress } from '../wire/address.ts';
import { formatDay } from '../wire/time.ts';

export function history({ allocations, store, clock, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const address = parseWireAddress(c.req.param('address') ?? '');
    if (!address.ok) return problemResponse(address.error);
    const days = parseDays(c.req.queries('days'));
    if (!days.ok) return problemResponse(days.error);
    const { subject } = networkOf(address.value, allocations);
    if (subject === null) return jsonResponse('{"subject":null,"days":[]}');
    const read = await store.readTallies([rungKey(subject)]).catch((error: unknown) => {
      log.error('history-read-failed', { error: describeError(error) });
      return null;
    });
    const [tally] = read ?? [];
    if (tally === undefined) return unavailable();
    const body = { subject: formatPrefix(subject), days: daysOf(tally, days.value, clock()) };
    return jsonResponse(JSON.stringify(body), 'private, max-age=60');
  };
}

interface Day {
  readonly date: string;
  /** Weighted reports of unwanted mail; a reporter that is not trusted counts up to its cap. */
  readonly spam: number;
  readonly ham: number;
}

/** The last `count` days in order, today last; a day without reports has zeros. */
function daysOf(tally: Tally, count: number, now: number): Day[] {
  const today = bucketIndex('days', now);
  const byIndex = new Map(tally.days.map((bucket) => [bucket.index, bucket]));
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

function parseDays(values: readonly string[] | undefined): Result<number, Failure> {
  if (values === undefined || values.length === 0) return ok(MAX_HISTORY_DAYS);
  const [text = ''] = values;
  const days = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (values.length === 1 && days >= 1 && days <= MAX_HISTORY_DAYS) return ok(days);
  return fail({
    kind: 'bad-parameter',
    detail: `days: a whole number from 1 to ${MAX_HISTORY_DAYS} is expected`,
  });
}
