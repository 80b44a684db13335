/**
 * An app that is watched: every answer is timed, counted and, if wanted, logged and traced. It stands around the app, not in
 * it, so that no route pays for middleware.
 */
import type { Hono } from 'hono';
import type { Meter } from './meter.ts';
import { RequestFacts } from './request-facts.ts';
import type { AnsweredRequest, RequestLog } from './request-log.ts';
import { routeNames } from './route-names.ts';
import type { RequestSpan, Traces } from './traces.ts';

export interface Watchers {
  readonly metrics: Meter;
  /** Null when requests are not logged. */
  readonly log: Pick<RequestLog, 'add'> | null;
  /** Null when no traces are sent. */
  readonly traces?: Traces | null;
}

/** Counts and logs an answer. */
export function tell({ metrics, log }: Watchers, answered: AnsweredRequest): void {
  metrics.answered(answered.route, answered.status, answered.took / 1000);
  log?.add(answered);
}

/** The app's `fetch`, watched. */
export function observed(
  app: Pick<Hono, 'fetch' | 'routes'>,
  watchers: Watchers,
): (request: Request) => Response | Promise<Response> {
  const { metrics, traces = null } = watchers;
  const nameOf = routeNames(app.routes);
  const told = (
    request: Request,
    response: Response,
    facts: RequestFacts,
    start: number,
    span: RequestSpan | null,
  ): Response => {
    const took = performance.now() - start;
    const route = nameOf(request.url);
    const { status } = response;
    span?.end(route, status, facts);
    // Reading a header costs more than all the rest, so only where somebody will look for it.
    const id = status >= 400 ? response.headers.get('x-request-id') : null;
    tell(watchers, { method: request.method, route, status, took, facts, id });
    return response;
  };
  return (request) => {
    const start = performance.now();
    const facts = new RequestFacts(metrics);
    const span = traces === null ? null : traces.begin(request);
    const response = span === null ? app.fetch(request, facts) : span.run(() => app.fetch(request, facts));
    return response instanceof Promise
      ? response.then((answer) => told(request, answer, facts, start, span))
      : told(request, response, facts, start, span);
  };
}
