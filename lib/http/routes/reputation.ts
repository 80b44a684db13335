/**
 * `DELETE /v1/reputation/{prefix}`: forgets a subject, for delisting and erasure.
 */
import type { Context } from 'hono';
import type { Allocations } from '../../allocation/allocation.ts';
import { networkOf } from '../../allocation/network.ts';
import { bitsOf } from '../../net/address.ts';
import { equalPrefix, firstAddress, formatPrefix, type Prefix } from '../../net/prefix.ts';
import { rungKey } from '../../reputation/rung.ts';
import { isEmpty } from '../../reputation/tally.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { readJsonBody } from '../json-body.ts';
import { MAX_ENTRY_BODY } from '../limits.ts';
import { describeError } from '../log.ts';
import { emptyResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { parseReason } from '../wire/list-entry.ts';
import { parseWirePrefix } from '../wire/prefix.ts';

/** 204 once it is gone; 404 when nothing was known, which is in the audit record as well. */
export function deleteReputation({ store, allocations, clock, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const prefix = parseWirePrefix(c.req.param('prefix') ?? '');
    if (!prefix.ok) return problemResponse(prefix.error);
    const body = await readJsonBody(c, MAX_ENTRY_BODY);
    if (!body.ok) return problemResponse(body.error);
    const reason = parseReason(body.value);
    if (!reason.ok) return problemResponse(reason.error);
    const subject = subjectOf(prefix.value, allocations);
    const target = formatPrefix(subject);
    try {
      const [tally] = await store.readTallies([rungKey(subject)]);
      if (tally !== undefined && !isEmpty(tally) && tally.lastSeen === 0) return widerBlock(target);
      const act = { at: clock(), actor: caller.reporter.id, act: 'reputation.forget', target };
      const found = await store.forget(subject, { ...act, reason: reason.value, detail: null });
      if (found) return emptyResponse();
      return problemResponse({ kind: 'not-found', detail: `prefix: nothing is known of ${target}` });
    } catch (error) {
      log.error('subject-not-forgotten', { error: describeError(error) });
      return unavailable('the subject could not be forgotten');
    }
  };
}

/**
 * Where verdicts about the block are kept: for the prefix of an end site, and for a single address, the subject that a
 * lookup names; any other block is taken as it is, since it may have been a subject under other allocations.
 */
function subjectOf(prefix: Prefix, allocations: Allocations): Prefix {
  const network = networkOf(firstAddress(prefix), allocations);
  const isSite = equalPrefix(network.prefix, prefix) || prefix.length === bitsOf(prefix.family);
  return isSite && network.subject !== null ? network.subject : prefix;
}

function widerBlock(target: string): Response {
  const detail = `prefix: ${target} is a wider block; forget the subjects in it, which /v1/children lists`;
  return problemResponse({ kind: 'bad-parameter', detail });
}
