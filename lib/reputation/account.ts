/**
 * The reputation of an account: its own evidence, with its organisation's other accounts for a neighbourhood.
 */
import { conclude, type Standing } from './chain.ts';
import type { Tally } from './tally.ts';

/** The levels of its evidence are those of the account and of its organisation, if it has one. */
export type AccountReputation = Standing;

/** What the tallies of an account and of its organisation, if it has one, say at time `now` (epoch milliseconds). */
export function accountReputationOf(tallies: readonly Tally[], root: Tally, now: number): AccountReputation {
  return conclude(tallies, null, root, now);
}

/** What a level of the evidence is about: the account itself, or its organisation's other accounts. */
export function rungAt(level: number): 'account' | 'org' {
  return level === 0 ? 'account' : 'org';
}
