/**
 * The HTTP API as a Lambda function: the same app as everywhere, made once per container.
 *
 * What a container answers by is read while it starts, but for the leaves of the published table: a request
 * reads the one it needs. When starting fails, each further request tries again.
 */
import { randomUUID } from 'node:crypto';
import { handle } from 'hono/aws-lambda';
import { openAccountNames } from '../../lib/accounts/account-secret.ts';
import { openRateLimit } from '../../lib/http/access/open-rate-limit.ts';
import { createApp } from '../../lib/http/app.ts';
import { lineLog } from '../../lib/http/log.ts';
import { logSeldom } from '../../lib/http/log-seldom.ts';
import { meteredStore } from '../../lib/http/signals/metered-store.ts';
import { observed } from '../../lib/http/signals/observed.ts';
import { withinBudget } from '../../lib/http/within-budget.ts';
import { followKeys } from '../../lib/keys/key-ring.ts';
import { openLists } from '../../lib/lists/live.ts';
import { FRESH_SUBJECTS } from '../../lib/lookup/known-subject.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { openColdAllocations } from '../../lib/published/cold.ts';
import type { Environment } from '../../lib/settings.ts';
import { openDynamoStore } from '../../lib/store/dynamodb/store.ts';
import { type AwsSettings, type Output, requireAwsSettings } from './aws-settings.ts';
import { RequestMetrics } from './request-metrics.ts';

/** Handles events of an HTTP API (payload 2.0) and of a function URL. */
export type ApiHandler = ReturnType<typeof handle>;

/** A read goes on beyond the budget of the lookup that asked, which is answered by then, but not for long. */
const READ_TIMEOUT_MS = 1000;

export function apiHandler(env: Environment, output: Output): ApiHandler {
  const settings = requireAwsSettings(env);
  let started: Promise<ApiHandler> | null = null;
  const start = (): Promise<ApiHandler> => {
    started ??= startApp(settings, output);
    started.catch(() => {
      started = null;
    });
    return started;
  };
  start().catch(() => undefined);
  return async (event, context) => (await start())(event, context);
}

async function startApp(settings: AwsSettings, output: Output): Promise<ApiHandler> {
  const {
    store: table,
    lookupBudgetMs,
    publicUrl,
    accountSecret,
    rateLimit,
    logRequests,
    logAddresses,
  } = settings;
  const log = lineLog((line) => output.write(line), Date.now);
  const metrics = new RequestMetrics({
    output,
    clock: Date.now,
    tableName: table.tableName,
    logRequests,
    logAddresses,
    tableMadeAt: () => allocations.publishedAt(),
  });
  const store = openDynamoStore({
    ...table,
    readTimeoutMs: Math.max(READ_TIMEOUT_MS, lookupBudgetMs),
    onRetried: (retries) => metrics.storeRetried(retries),
  });
  const [keys, allocations, lists, accountRung] = await Promise.all([
    followKeys(store.records, logSeldom(log, 'keys-not-read', Date.now)),
    openColdAllocations(store, logSeldom(log, 'allocations-not-read', Date.now)),
    openLists(store.records, logSeldom(log, 'lists-not-read', Date.now)),
    openAccountNames(store.records, accountSecret, Date.now()),
  ]);
  const book = DEFAULT_POLICY_BOOK;
  const app = createApp({
    store: meteredStore(store, metrics),
    allocations,
    subjects: FRESH_SUBJECTS,
    entriesChanged: allocations.entriesChanged,
    book: publicUrl === null ? book : { ...book, lookupUrl: `${publicUrl}/?address=` },
    accountRung,
    listingOf: lists.listingOf,
    divides: (network, now) => lists.divides(network, now) || allocations.divides(network.prefix),
    listsChanged: lists.changed,
    keys: keys.follow(),
    openWithoutKeys: false,
    rateLimit: await openRateLimit(rateLimit),
    lookupBudgetMs,
    clock: Date.now,
    newId: randomUUID,
    log,
    metricsText: null,
    publicUrl,
  });
  const { fetch, routes } = app;
  app.fetch = observed({ fetch, routes }, { metrics, log: metrics });
  const answer = handle(app);
  const within = withinBudget(lookupBudgetMs, logSeldom(log, 'not-followed', Date.now));
  return async (event, context) => {
    // Between two events a container is frozen, and follows nothing.
    await within(Promise.all([keys, allocations, lists].map((followed) => followed.upToDate())));
    return await answer(event, context);
  };
}
