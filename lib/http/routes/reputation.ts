/**
 * `DELETE /v1/reputation/{prefix}` and `DELETE /v1/reputation?account=...`: forgets a subject, for delisting and erasure.
 */
import type { Context } from 'hono';
import { fail, type Result } from '../../result.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { forget, forgetAccount } from '../forget.ts';
import { readJsonBody } from '../json-body.ts';
import { MAX_ENTRY_BODY } from '../limits.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { emptyResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { parseFacts } from '../wire/facts.ts';
import { parseReason } from '../wire/list-entry.ts';
import { parseWirePrefix } from '../wire/prefix.ts';

/** 204 once it is gone; 404 when nothing was known, which is in the audit record as well. */
export function deleteReputation(deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const prefix = parseWirePrefix(c.req.param('prefix') ?? '');
    if (!prefix.ok) return problemResponse(prefix.error);
    return forgetting(c, deps, (reason) => forget(prefix.value, reason, caller, deps));
  };
}

/** Of an account, named by the query; else likewise. */
export function deleteAccountReputation(deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const client = parseFacts(c.req.url);
    if (!client.ok) return problemResponse(client.error);
    return forgetting(c, deps, (reason) => forgetAccount(client.value.identity, reason, caller, deps));
  };
}

async function forgetting(
  c: Context,
  { log }: AppDeps,
  act: (reason: string) => Promise<Result<null, Failure>>,
): Promise<Response> {
  const body = await readJsonBody(c, MAX_ENTRY_BODY);
  const reason = body.ok ? parseReason(body.value) : fail(body.error);
  if (!reason.ok) return problemResponse(reason.error);
  try {
    const forgotten = await act(reason.value);
    return forgotten.ok ? emptyResponse() : problemResponse(forgotten.error);
  } catch (error) {
    log.error('subject-not-forgotten', { error: describeError(error) });
    return unavailable('the subject could not be forgotten');
  }
}
