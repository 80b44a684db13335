/**
 * The app with a store in memory, a clock that stands still and a log that is kept.
 */
import type { Hono } from 'hono';
import * as z from 'zod/mini';
import { accountRungs } from '../../lib/accounts/account-names.ts';
import { createApp } from '../../lib/http/app.ts';
import type { AppDeps } from '../../lib/http/deps.ts';
import { lineLog } from '../../lib/http/log.ts';
import { problemSchema } from '../../lib/http/openapi/answers.ts';
import { KeyRing } from '../../lib/keys/key-ring.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { NO_ALLOCATIONS, NOW } from './records.ts';

export interface TestApp {
  readonly app: Hono;
  /** What the app was made of. */
  readonly deps: AppDeps;
  readonly store: MemoryStore;
  /** Lines written to the log. */
  readonly log: readonly string[];
}

/** The keys of a service without any. */
export const NO_KEYS: AppDeps['keys'] = { current: new KeyRing([]), changed: () => Promise.resolve() };

export function testApp(overrides: Partial<AppDeps> = {}): TestApp {
  const store = new MemoryStore();
  const log: string[] = [];
  let ids = 0;
  const deps: AppDeps = {
    store,
    allocations: NO_ALLOCATIONS,
    subjects: new KnownSubjects(),
    entriesChanged: () => Promise.resolve(),
    book: DEFAULT_POLICY_BOOK,
    accountRung: accountRungs('a secret of the tests'),
    listingOf: () => null,
    divides: () => false,
    listsChanged: () => Promise.resolve(),
    keys: NO_KEYS,
    openWithoutKeys: true,
    rateLimit: null,
    lookupBudgetMs: 50,
    clock: () => NOW,
    newId: () => `00000000-0000-4000-8000-${String(ids++).padStart(12, '0')}`,
    log: lineLog(
      (line) => log.push(line),
      () => NOW,
    ),
    publicUrl: null,
    metricsText: null,
    ...overrides,
  };
  return { app: createApp(deps), deps, store, log };
}

/** A store that does as another, but for some of its doings. */
export function storeWith(store: AppDeps['store'], changes: Partial<AppDeps['store']>): AppDeps['store'] {
  return {
    records: store.records,
    counters: store.counters,
    readTallies: (rungs) => store.readTallies(rungs),
    rootTally: (family) => store.rootTally(family),
    listRungs: (within, length, page) => store.listRungs(within, length, page),
    recordVerdicts: (records, now) => store.recordVerdicts(records, now),
    retractVerdict: (reporterId, id, now) => store.retractVerdict(reporterId, id, now),
    retractSince: (reporterId, since, now) => store.retractSince(reporterId, since, now),
    forget: (subject, audit) => store.forget(subject, audit),
    check: () => store.check(),
    ...changes,
  };
}

/** The body of a 200 answer, held against its schema. */
export async function answerOf<T extends z.ZodMiniType>(
  response: Response | Promise<Response>,
  schema: T,
): Promise<z.output<T>> {
  const { status, text } = await textOf(response);
  if (status !== 200) throw new Error(`status ${status}: ${text}`);
  return z.parse(schema, JSON.parse(text));
}

/** The problem of an answer that is one: its body, held against its schema, with the media type checked. */
export async function problemOf(
  response: Response | Promise<Response>,
): Promise<z.output<typeof problemSchema>> {
  const answer = await response;
  const problem = z.parse(problemSchema, JSON.parse(await answer.text()));
  if (answer.headers.get('content-type') !== 'application/problem+json')
    throw new Error('no problem media type');
  if (problem.status !== answer.status)
    throw new Error(`status ${answer.status} but problem ${problem.status}`);
  if (problem.instance !== `urn:uuid:${answer.headers.get('x-request-id')}`)
    throw new Error('instance is another');
  return problem;
}

export function postJson(app: Hono, path: string, body: unknown, headers: Record<string, string> = {}) {
  return app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

export function postLines(app: Hono, text: string, headers: Record<string, string> = {}) {
  return app.request('/v1/verdicts', {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson', ...headers },
    body: text,
  });
}

async function textOf(response: Response | Promise<Response>): Promise<{ status: number; text: string }> {
  const answer = await response;
  return { status: answer.status, text: await answer.text() };
}
