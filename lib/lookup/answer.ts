/**
 * The answer to a lookup.
 */
import type { Network } from '../allocation/network.ts';
import type { Listing, Policy } from '../policy/decide.ts';
import type { AccountReputation } from '../reputation/account.ts';
import type { Reputation } from '../reputation/reputation.ts';
import type { Basis, Kept } from './known-subject.ts';

export interface LookupAnswer {
  readonly network: Network;
  /** Null when the address is not rateable, and in a degraded answer. */
  readonly reputation: Reputation | null;
  /** Undefined when the question named no account; null in a degraded answer. */
  readonly account?: AccountReputation | null | undefined;
  readonly listing: Listing | null;
  readonly policy: Policy;
  /**
   * Epoch milliseconds until which the answer holds for every address of `network.prefix`. One to a question that names an
   * account expires at once: it must not be given to the prefix's other accounts.
   */
  readonly expires: number;
  /** True when the store did not answer in time: the policy is then open, or the listing's if there is one. */
  readonly degraded: boolean;
  /**
   * What it rests on, where the same question has the same answer for as long as that holds; null where more would have to be
   * known, and where the store cannot give the same tallies twice.
   */
  readonly basis: Basis | null;
  /** What is kept beside the reputation, for whoever writes the answer. */
  readonly kept: Kept | null;
}

/** What is counted and logged of an answer. */
export interface Told {
  readonly network: Pick<Network, 'kind' | 'address'>;
  readonly policy: Pick<Policy, 'class' | 'action'>;
  readonly degraded: boolean;
}
