/**
 * `GET /v1/history/{address}?days=30`: what was reported about a subject, day by day.
 */
import type { Context } from 'hono';
import { networkRead } from '../../allocation/network.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { rungKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY } from '../../reputation/tally.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { AppDeps } from '../deps.ts';
import { MAX_HISTORY_DAYS } from '../limits.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { parseWireAddress } from '../wire/address.ts';
import { daysOf } from '../wire/days.ts';

export function history({ allocations, store, clock, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const address = parseWireAddress(c.req.param('address') ?? '');
    if (!address.ok) return problemResponse(address.error);
    const days = parseDays(c.req.queries('days'));
    if (!days.ok) return problemResponse(days.error);
    try {
      const { subject } = await networkRead(address.value, allocations);
      if (subject === null) return jsonResponse('{"subject":null,"days":[]}');
      const [tally = EMPTY_TALLY] = await store.readTallies([rungKey(subject)]);
      const body = { subject: formatPrefix(subject), days: daysOf(tally, days.value, clock()) };
      return jsonResponse(JSON.stringify(body), 'private, max-age=60');
    } catch (error) {
      log.error('history-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
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
