/**
 * `POST /v1/feedback`: a report of a feedback loop (ARF, XARF v4, DMARC aggregate), which goes down the one verdict line.
 */
import type { Context } from 'hono';
import type { Omission } from '../../feedback/claim.ts';
import type { FeedbackFailure, FeedbackFailureKind } from '../../feedback/failure.ts';
import { readFeedback } from '../../feedback/feedback.ts';
import { MAX_REPORT_BYTES } from '../../feedback/limits.ts';
import { readBody, unencoded } from '../body.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { describeError } from '../log.ts';
import type { Failure, FailureKind } from '../problem.ts';
import { accountResponse, intakeOf } from '../request-intake.ts';
import { problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';

const PROBLEMS = {
  'unsupported-media-type': 'unsupported-media-type',
  'too-large': 'too-large',
  malformed: 'malformed-report',
  incomplete: 'incomplete-report',
  'nothing-to-count': 'nothing-to-count',
} as const satisfies Record<FeedbackFailureKind, FailureKind>;

/** Answers like `/v1/verdicts`; the same report sent again counts once. */
export function postFeedback(deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const plain = unencoded(c);
    if (!plain.ok) return problemResponse(plain.error);
    const body = await readBody(c, MAX_REPORT_BYTES);
    if (!body.ok) return problemResponse(body.error);
    const options = { trustedHosts: caller.trustedHosts, now: deps.clock() };
    const feedback = await readFeedback(c.req.header('content-type') ?? '', body.value, options);
    if (!feedback.ok) return problemResponse(failureOf(feedback.error));
    const { claims, omissions } = feedback.value;
    const paid = await caller.charge(claims.length);
    if (!paid.ok) return problemResponse(paid.error);
    const ids = { idempotencyKey: null, newId: deps.newId };
    const intake = intakeOf(c, caller, deps, ids, () => Promise.resolve(caller.holds()));
    try {
      for (const omission of omissions) intake.reject(omission.index, omissionOf(omission));
      for (const { index, claim } of claims) if (intake.takeClaim(claim, index)) await intake.flush();
      return await accountResponse(intake);
    } catch (error) {
      deps.log.error('feedback-not-stored', { error: describeError(error) });
      return unavailable('the report could not be stored');
    }
  };
}

function failureOf({ kind, detail }: FeedbackFailure): Failure {
  return { kind: PROBLEMS[kind], detail };
}

function omissionOf({ kind, detail }: Omission): Failure {
  return { kind: kind === 'malformed' ? 'malformed-report' : 'nothing-to-count', detail };
}
