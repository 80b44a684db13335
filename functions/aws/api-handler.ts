/**
 * The HTTP API as a Lambda function: the same app as everywhere, made once per container.
 *
 * What a container answers by is read while it starts, but for the leaves of the published table: a request
 * reads the one it needs. When starting fails, each further request tries again.
 */
import { setImmediate } from 'node:timers/promises';
import { openAccountNames } from '../../lib/accounts/account-secret.ts';
import { lineLog } from '../../lib/http/log.ts';
import { logSeldom } from '../../lib/http/log-seldom.ts';
import { followKeys } from '../../lib/keys/key-ring.ts';
import { openLists } from '../../lib/lists/live.ts';
import { openColdAllocations } from '../../lib/published/cold.ts';
import type { Environment } from '../../lib/settings.ts';
import { openDynamoStore } from '../../lib/store/dynamodb/store.ts';
import type { ApiHandler } from './api-app.ts';
import { type AwsSettings, type Output, requireAwsSettings } from './aws-settings.ts';
import { RequestMetrics } from './request-metrics.ts';

/** A read goes on beyond the budget of the lookup that asked, which is answered by then, but not for long. */
const READ_TIMEOUT_MS = 1000;
/** Turns of the event loop after which a first call has left: the client takes as many to make its connection. */
const TURNS_TO_SEND = 3;

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
  const { store: table, lookupBudgetMs, accountSecret, logRequests, logAddresses } = settings;
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
  const following = Promise.all([
    followKeys(store.records, logSeldom(log, 'keys-not-read', Date.now)),
    openColdAllocations(store, logSeldom(log, 'allocations-not-read', Date.now)),
    openLists(store.records, logSeldom(log, 'lists-not-read', Date.now)),
    openAccountNames(store.records, accountSecret, Date.now()),
  ]);
  const [{ openApp }, [keys, allocations, lists, accountRung]] = await Promise.all([
    onceSent().then(() => import('./api-app.ts')),
    following,
  ]);
  return openApp({ settings, metrics, log, store, keys, allocations, lists, accountRung });
}

/** Resolves when the first call is on its way: what is loaded before that keeps it waiting. */
async function onceSent(): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_SEND; turn++) await setImmediate();
}
