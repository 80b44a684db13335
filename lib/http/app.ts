/**
 * The HTTP API: every route on one line, grouped by who may call it.
 */
import { type Context, Hono } from 'hono';
import { type Caller, isOwnHost, OPEN_LOCAL, type Scope } from './caller.ts';
import type { AppDeps } from './deps.ts';
import { fallback } from './fallback.ts';
import { describeError } from './log.ts';
import { lookupSources } from './lookup-sources.ts';
import { problemResponse } from './respond.ts';
import { deleteAllocation, getAllocation, listAllocations, putAllocation } from './routes/allocations.ts';
import { audit } from './routes/audit.ts';
import { children } from './routes/children.ts';
import { docs, docsFile, openapi } from './routes/documentation.ts';
import { postFeedback } from './routes/feedback.ts';
import { healthz, readyz } from './routes/health.ts';
import { history } from './routes/history.ts';
import { deleteListEntry, getListEntry, listListEntries, putListEntry } from './routes/lists.ts';
import { lookupMany, lookupOne } from './routes/lookup.ts';
import { map } from './routes/map.ts';
import { metrics } from './routes/metrics.ts';
import { network } from './routes/network.ts';
import { page, reportByForm } from './routes/page.ts';
import { problemKind } from './routes/problems.ts';
import { deleteReputation } from './routes/reputation.ts';
import { deleteVerdict, postVerdicts } from './routes/verdicts.ts';

/** Builds the app. There is no middleware: each route checks what it needs, so that a lookup pays for nothing else. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  const sources = lookupSources(deps);
  const may = callers(deps);

  app.get('/v1/lookup/:address', may('lookup', lookupOne(sources, deps)));
  app.post('/v1/lookup', may('lookup', lookupMany(sources, deps)));
  app.get('/v1/network/:address', may('lookup', network(deps)));
  app.get('/v1/history/:address', may('lookup', history(deps)));
  app.get('/v1/children/:prefix', may('lookup', children(deps)));

  app.post('/v1/verdicts', may('report', postVerdicts(deps)));
  app.delete('/v1/verdicts/:id', may('report', deleteVerdict(deps)));
  app.post('/v1/feedback', may('report', postFeedback(deps)));

  app.get('/v1/allocations', may('admin', listAllocations(deps)));
  app.get('/v1/allocations/:prefix', may('admin', getAllocation(deps)));
  app.put('/v1/allocations/:prefix', may('admin', putAllocation(deps)));
  app.delete('/v1/allocations/:prefix', may('admin', deleteAllocation(deps)));
  app.get('/v1/lists/:list', may('admin', listListEntries(deps)));
  app.get('/v1/lists/:list/:prefix', may('admin', getListEntry(deps)));
  app.put('/v1/lists/:list/:prefix', may('admin', putListEntry(deps)));
  app.delete('/v1/lists/:list/:prefix', may('admin', deleteListEntry(deps)));
  app.delete('/v1/reputation/:prefix', may('admin', deleteReputation(deps)));
  app.get('/v1/audit', may('admin', audit(deps)));

  app.get('/', may('lookup', page(sources, deps)));
  app.get('/map/:prefix', may('lookup', map(deps)));
  app.get('/map/:prefix/:length', may('lookup', map(deps)));
  app.post('/report', may('report', reportByForm(sources, deps)));

  app.get('/healthz', healthz);
  app.get('/readyz', readyz(deps));
  app.get('/metrics', metrics(deps));
  app.get('/openapi.json', openapi(deps));
  app.get('/docs', docs);
  app.get('/docs/:file', docsFile);
  app.get('/problems/:kind', problemKind);

  app.notFound(fallback(app));
  app.onError((error) => {
    const requestId = deps.newId();
    deps.log.error('unhandled', { request: requestId, error: describeError(error) });
    return problemResponse({ kind: 'internal', detail: 'something went wrong here' }, {}, requestId);
  });
  return app;
}

type Handler = (c: Context, caller: Caller) => Response | Promise<Response>;

/** Wraps a handler so that it runs for callers of a scope only, and is told who calls. */
function callers({ publicUrl }: AppDeps) {
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host;
  return (scope: Scope, handler: Handler) =>
    (c: Context): Response | Promise<Response> => {
      if (scope !== 'lookup' && !isOwnHost(c.req.header('host'), publicHost)) {
        const detail = 'Host: a loopback name is expected for changes while the service has no keys';
        return problemResponse({ kind: 'foreign-host', detail });
      }
      return handler(c, OPEN_LOCAL);
    };
}
