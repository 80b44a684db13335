/**
 * `GET /healthz`: the process answers. `GET /readyz`: the store does.
 */
import type { AppDeps } from '../deps.ts';
import { describeError } from '../log.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { withinBudget } from '../within-budget.ts';

/** Milliseconds the store has to answer: a probe that hangs tells nobody anything. */
const READY_BUDGET_MS = 2000;

export function healthz(): Response {
  return jsonResponse('{"status":"ok"}');
}

export function readyz({ store, log }: AppDeps) {
  const within = withinBudget(READY_BUDGET_MS, (error) => {
    log.error('store-check-failed', { error: describeError(error) });
  });
  return async (): Promise<Response> => {
    const ready = await within(store.check().then(() => true));
    if (ready !== null) return jsonResponse('{"status":"ready"}');
    return problemResponse(
      { kind: 'unavailable', detail: 'the store does not answer' },
      { 'retry-after': '5' },
    );
  };
}
