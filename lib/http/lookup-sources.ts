/**
 * What a lookup draws on, with the time budget around the store.
 */
import type { LookupSources } from '../lookup/lookup.ts';
import type { AppDeps } from './deps.ts';
import { describeError } from './log.ts';
import { withinBudget } from './within-budget.ts';

/** Milliseconds between two log lines about a store that fails: a broken store must not fill the disk too. */
const LOG_INTERVAL_MS = 10_000;

export function lookupSources(deps: AppDeps): LookupSources {
  const { store, allocations, book, listingOf, lookupBudgetMs, clock, log } = deps;
  let nextLine = Number.NEGATIVE_INFINITY;
  let unlogged = 0;
  const onFailure = (error: unknown): void => {
    const now = clock();
    if (now < nextLine) {
      unlogged++;
      return;
    }
    log.error('lookup-read-failed', { error: describeError(error), unlogged });
    nextLine = now + LOG_INTERVAL_MS;
    unlogged = 0;
  };
  return { store, allocations, book, listingOf, withinBudget: withinBudget(lookupBudgetMs, onFailure) };
}
