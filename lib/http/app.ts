/**
 * The HTTP API: every route on one line, grouped by who may call it.
 */
import { type Context, Hono } from 'hono';
import type { LookupSources } from '../lookup/lookup.ts';
import { API_REFUSALS, door, type Refusals } from './access/door.ts';
import { OPEN_LOCAL } from './caller.ts';
import type { AppDeps } from './deps.ts';
import { fallback } from './fallback.ts';
import { type Handler, lazily } from './lazily.ts';
import { describeError } from './log.ts';
import { admissionSources, lookupSources } from './lookup-sources.ts';
import { problemResponse } from './respond.ts';
import { healthz, readyz } from './routes/health.ts';
import { lookupOne } from './routes/lookup.ts';
import { metrics } from './routes/metrics.ts';
import { network } from './routes/network.ts';
import { problemKind } from './routes/problems.ts';

/** Builds the app. There is no middleware: each route checks what it needs, so that a lookup pays for nothing else. */
export function createApp(deps: AppDeps): Hono {
  const app = new Hono();
  const sources = lookupSources(deps);
  const may = door(deps, { refusals: API_REFUSALS, forms: false });

  app.get('/v1/lookup/:address', may('lookup', lookupOne(sources, deps)));
  app.post('/v1/lookup', may('lookup', lazily(lookups, 'lookupMany', sources, deps)));
  app.post(
    '/v1/admission',
    may('lookup', lazily(admission, 'postAdmission', admissionSources(sources, deps), deps)),
  );
  app.get('/v1/network/:address', may('lookup', network(deps)));
  app.get('/v1/history/:address', may('lookup', lazily(history, 'history', deps)));
  app.get('/v1/children/:prefix', may('lookup', lazily(children, 'children', deps)));

  app.get('/.well-known/repute-template', open(lazily(repute, 'reputeTemplate', deps)));
  app.get('/repute/:application/:subject', may('lookup', lazily(repute, 'repute', sources, deps)));

  app.post('/v1/verdicts', may('report', lazily(verdicts, 'postVerdicts', deps)));
  app.delete('/v1/verdicts/:id', may('report', lazily(verdicts, 'deleteVerdict', deps)));
  app.post('/v1/feedback', may('report', lazily(feedback, 'postFeedback', deps)));

  app.get('/v1/allocations', may('admin', lazily(allocations, 'listAllocations', deps)));
  app.get('/v1/allocations/:prefix', may('admin', lazily(allocations, 'getAllocation', deps)));
  app.put('/v1/allocations/:prefix', may('admin', lazily(allocations, 'putAllocation', deps)));
  app.delete('/v1/allocations/:prefix', may('admin', lazily(allocations, 'deleteAllocation', deps)));
  app.get('/v1/lists/:list', may('admin', lazily(lists, 'listListEntries', deps)));
  app.get('/v1/lists/:list/:prefix', may('admin', lazily(lists, 'getListEntry', deps)));
  app.put('/v1/lists/:list/:prefix', may('admin', lazily(lists, 'putListEntry', deps)));
  app.delete('/v1/lists/:list/:prefix', may('admin', lazily(lists, 'deleteListEntry', deps)));
  app.delete('/v1/reputation/:prefix', may('admin', lazily(reputation, 'deleteReputation', deps)));
  app.delete('/v1/reputation', may('admin', lazily(reputation, 'deleteAccountReputation', deps)));
  app.get('/v1/keys', may('admin', lazily(keys, 'listKeys', deps)));
  app.post('/v1/keys', may('admin', lazily(keys, 'postKey', deps)));
  app.get('/v1/keys/:id', may('admin', lazily(keys, 'getOneKey', deps)));
  app.delete('/v1/keys/:id', may('admin', lazily(keys, 'deleteKey', deps)));
  app.post('/v1/keys/:id/rotate', may('admin', lazily(keys, 'postRotation', deps)));
  app.get('/v1/audit', may('admin', lazily(audit, 'audit', deps)));

  addPages(app, sources, deps);

  app.get('/metrics', may('lookup', metrics(deps)));
  app.get('/healthz', healthz);
  app.get('/readyz', readyz(deps));
  app.get('/openapi.json', open(lazily(documentation, 'openapi', deps)));
  app.get('/docs', open(lazily(documentation, 'docs')));
  app.get('/docs/:file', open(lazily(documentation, 'docsFile')));
  app.get('/problems/:kind', problemKind);

  app.notFound(fallback(app));
  app.onError((error) => {
    const requestId = deps.newId();
    deps.log.error('unhandled', { request: requestId, error: describeError(error) });
    return problemResponse({ kind: 'internal', detail: 'something went wrong here' }, {}, requestId);
  });
  return app;
}

/** What people see; they are turned away with a page, and come back with a form. */
function addPages(app: Hono, sources: LookupSources, deps: AppDeps): void {
  const mayByForm = door(deps, { refusals: PAGE_REFUSALS, forms: true });
  app.get('/', mayByForm('lookup', lazily(page, 'page', sources, deps)));
  app.get('/map/:prefix', mayByForm('lookup', lazily(map, 'map', deps)));
  app.get('/map/:prefix/:length', mayByForm('lookup', lazily(map, 'map', deps)));
  app.post('/report', mayByForm('report', lazily(page, 'reportByForm', sources, deps)));
  app.post('/delist', mayByForm('admin', lazily(delist, 'delistByForm', deps)));
  app.get('/sign-in', open(lazily(entrance, 'signInPage', deps)));
  app.post('/sign-in', open(lazily(entrance, 'signIn', deps)));
  app.post('/sign-out', open(lazily(entrance, 'signOut')));
}

const admission = () => import('./routes/admission.ts');
const allocations = () => import('./routes/allocations.ts');
const audit = () => import('./routes/audit.ts');
const children = () => import('./routes/children.ts');
const delist = () => import('./routes/delist.ts');
const documentation = () => import('./routes/documentation.ts');
const entrance = () => import('./routes/sign-in.ts');
const feedback = () => import('./routes/feedback.ts');
const history = () => import('./routes/history.ts');
const keys = () => import('./routes/keys.ts');
const lists = () => import('./routes/lists.ts');
const lookups = () => import('./routes/lookup-many.ts');
const map = () => import('./routes/map.ts');
const page = () => import('./routes/page.ts');
const refusals = () => import('./page/refusals.ts');
const reputation = () => import('./routes/reputation.ts');
const repute = () => import('./routes/repute.ts');
const verdicts = () => import('./routes/verdicts.ts');

/** A route that asks nobody who calls. */
function open(handler: Handler): (c: Context) => Response | Promise<Response> {
  return (c) => handler(c, OPEN_LOCAL);
}

/** The answers of the pages, which are loaded when the first person is turned away. */
const PAGE_REFUSALS: Refusals = {
  noKey: async (c) => (await refusals()).PAGE_REFUSALS.noKey(c),
  refused: async (failure, headers) => (await refusals()).PAGE_REFUSALS.refused(failure, headers),
};
