/**
 * The intake of one request, and its answer: the same for verdicts and for reports of feedback loops.
 */
import type { Context } from 'hono';
import type { Caller } from './caller.ts';
import type { AppDeps } from './deps.ts';
import { Intake } from './intake.ts';
import { jsonResponse, keyEnded } from './respond.ts';
import { factsOf } from './signals/request-facts.ts';
import type { IdSource } from './wire/verdict.ts';

/** An intake for what the caller says; `mayWrite` is asked before so many verdicts are made durable. */
export function intakeOf(
  c: Context,
  caller: Caller,
  deps: AppDeps,
  ids: IdSource,
  mayWrite: (verdicts: number) => Promise<boolean>,
): Intake {
  return new Intake({
    ...deps,
    answers: deps,
    reporter: caller.reporter,
    ids,
    mayWrite,
    onRefused: (kind) => factsOf(c)?.verdictRefused(kind),
  });
}

/** Makes the rest durable and answers with the account of it. Rejects when the store fails. */
export async function accountResponse(intake: Intake): Promise<Response> {
  const account = await intake.finish();
  return intake.isHeard ? jsonResponse(JSON.stringify(account)) : keyEnded();
}
