/**
 * What a lookup and an admission draw on, with the time budget around the store.
 */
import type { AdmissionSources } from '../admission/admission.ts';
import type { LookupSources } from '../lookup/lookup.ts';
import type { AppDeps } from './deps.ts';
import { logSeldom } from './log-seldom.ts';
import type { TextSources } from './lookup-text.ts';
import { withinBudget } from './within-budget.ts';

export function lookupSources(deps: AppDeps): TextSources {
  const { lookupBudgetMs, clock, log } = deps;
  const onFailure = logSeldom(log, 'lookup-read-failed', clock);
  return {
    store: deps.store,
    allocations: deps.allocations,
    subjects: deps.subjects,
    recent: deps.recent,
    book: deps.book,
    listingOf: deps.listingOf,
    divides: deps.divides,
    withinBudget: withinBudget(lookupBudgetMs, onFailure),
    decide: deps.decide,
  };
}

/** The counters have the time budget once more: a lookup that failed is not followed by another wait. */
export function admissionSources(sources: LookupSources, deps: AppDeps): AdmissionSources {
  const { store, lookupBudgetMs, clock, log } = deps;
  const onFailure = logSeldom(log, 'admission-not-counted', clock);
  return {
    ...sources,
    counters: store.counters,
    rulingWithinBudget: withinBudget(lookupBudgetMs, onFailure),
  };
}
