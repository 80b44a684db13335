/**
 * The app behind the api function's events. It is loaded while the table answers the first call of a start.
 */
import { randomUUID } from 'node:crypto';
import { handle } from 'hono/aws-lambda';
import type { AccountRung } from '../../lib/accounts/account-names.ts';
import { openRateLimit } from '../../lib/http/access/open-rate-limit.ts';
import { createApp } from '../../lib/http/app.ts';
import type { AppDeps } from '../../lib/http/deps.ts';
import type { Log } from '../../lib/http/log.ts';
import { logSeldom } from '../../lib/http/log-seldom.ts';
import { meteredStore } from '../../lib/http/signals/metered-store.ts';
import { observed } from '../../lib/http/signals/observed.ts';
import { withinBudget } from '../../lib/http/within-budget.ts';
import type { KeyRing } from '../../lib/keys/key-ring.ts';
import type { LiveLists } from '../../lib/lists/live.ts';
import { FRESH_SUBJECTS } from '../../lib/lookup/known-subject.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import type { FollowingAllocations } from '../../lib/published/following.ts';
import type { Followed } from '../../lib/store/followed.ts';
import type { AwsSettings } from './aws-settings.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** Handles events of an HTTP API (payload 2.0) and of a function URL. */
export type ApiHandler = ReturnType<typeof handle>;

/** What is at hand once a start has read the table. */
interface Started {
  readonly settings: AwsSettings;
  readonly metrics: RequestMetrics;
  readonly log: Log;
  readonly store: AppDeps['store'];
  readonly keys: Followed<KeyRing>;
  readonly allocations: FollowingAllocations;
  readonly lists: LiveLists;
  readonly accountRung: AccountRung;
}

/** Makes the app, and the handler of its events. */
export async function openApp(started: Started): Promise<ApiHandler> {
  const { settings, metrics, log, store, keys, allocations, lists, accountRung } = started;
  const { lookupBudgetMs, publicUrl, rateLimit } = settings;
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
  // The adapter takes an app and calls its `fetch`.
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
