/**
 * What the routes draw on: everything is passed in, so that a test or another platform can pass something else.
 */
import type { AccountRung } from '../accounts/account-names.ts';
import type { Allocations } from '../allocation/allocation.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { RateLimit } from '../keys/rate-limit.ts';
import type { LookupSources } from '../lookup/lookup.ts';
import type { RecentAnswers } from '../lookup/recent-answers.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import type { Store } from '../store/port.ts';
import type { Log } from './log.ts';

export interface AppDeps {
  readonly store: Pick<
    Store,
    | 'readTallies'
    | 'watchTallies'
    | 'changesAt'
    | 'tallyChanges'
    | 'rootTally'
    | 'listRungs'
    | 'recordVerdicts'
    | 'retractVerdict'
    | 'retractSince'
    | 'forget'
    | 'check'
    | 'records'
    | 'counters'
  >;
  /** Operator entries over the published table, as they are at the moment. */
  readonly allocations: Allocations;
  /** Where lookups have their subjects from: for a store that answers at once, one with a memory. */
  readonly subjects: LookupSources['subjects'];
  /** What was answered lately; left out where the store answers later. */
  readonly recent?: RecentAnswers | undefined;
  /** Resolves once `allocations` answers by the operator entries as they are in the store now. */
  readonly entriesChanged: () => Promise<void>;
  readonly book: PolicyBook;
  /** Where the evidence on an account is kept. */
  readonly accountRung: AccountRung;
  /** The operator's list entry that holds for a network, if any. */
  readonly listingOf: LookupSources['listingOf'];
  /** Whether an entry of the lists, or an allocation, holds for a part of a network only. */
  readonly divides: LookupSources['divides'];
  /** Resolves once `listingOf` answers by the lists as they are in the store now. */
  readonly listsChanged: () => Promise<void>;
  /** The keys as they are at the moment; `changed` resolves once `current` has what is in the store now. */
  readonly keys: { readonly current: KeyRing; changed(): Promise<void> };
  /** Whether everybody may do everything as long as no key was ever made: on loopback only. */
  readonly openWithoutKeys: boolean;
  /** How much a key may ask; null when keys are not limited. */
  readonly rateLimit: RateLimit | null;
  /** The policy, for who wants to see it at work. */
  readonly decide?: LookupSources['decide'];
  /** Milliseconds a lookup waits for the store. */
  readonly lookupBudgetMs: number;
  /** Now, in epoch milliseconds. */
  readonly clock: () => number;
  /** A fresh unique id. */
  readonly newId: () => string;
  readonly log: Log;
  /** The metrics in the text format of Prometheus; null where they are kept elsewhere. */
  readonly metricsText: (() => Promise<string>) | null;
  /** The service's own address for others, without a slash at its end; null when the operator named none. */
  readonly publicUrl: string | null;
}
