/**
 * What a lookup draws on, with the time budget around the store.
 */
import type { LookupSources } from '../lookup/lookup.ts';
import type { AppDeps } from './deps.ts';
import { logSeldom } from './log-seldom.ts';
import { withinBudget } from './within-budget.ts';

export function lookupSources(deps: AppDeps): LookupSources {
  const { store, allocations, book, listingOf, divides, lookupBudgetMs, clock, log } = deps;
  const onFailure = logSeldom(log, 'lookup-read-failed', clock);
  return {
    store,
    allocations,
    book,
    listingOf,
    divides,
    withinBudget: withinBudget(lookupBudgetMs, onFailure),
  };
}
