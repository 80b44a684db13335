/**
 * `DELETE /v1/reputation/{prefix}`: forgets a subject, for delisting and erasure.
 */
import type { Context } from 'hono';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { forget } from '../forget.ts';
import { readJsonBody } from '../json-body.ts';
import { MAX_ENTRY_BODY } from '../limits.ts';
import { describeError } from '../log.ts';
import { emptyResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { parseReason } from '../wire/list-entry.ts';
import { parseWirePrefix } from '../wire/prefix.ts';

/** 204 once it is gone; 404 when nothing was known, which is in the audit record as well. */
export function deleteReputation(deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const prefix = parseWirePrefix(c.req.param('prefix') ?? '');
    if (!prefix.ok) return problemResponse(prefix.error);
    const body = await readJsonBody(c, MAX_ENTRY_BODY);
    if (!body.ok) return problemResponse(body.error);
    const reason = parseReason(body.value);
    if (!reason.ok) return problemResponse(reason.error);
    try {
      const forgotten = await forget(prefix.value, reason.value, caller, deps);
      return forgotten.ok ? emptyResponse() : problemResponse(forgotten.error);
    } catch (error) {
      deps.log.error('subject-not-forgotten', { error: describeError(error) });
      return unavailable('the subject could not be forgotten');
    }
  };
}
