/**
 * The reputation of an account: its own evidence, with its organisation's other accounts for a neighbourhood.
 */
import { conclude, type Level, type Standing } from './chain.ts';
import type { Tally } from './tally.ts';

/** What one level says: of the account itself, or of its organisation's other accounts. */
export interface AccountLevel extends Level {
  readonly rung: 'account' | 'org';
}

export interface AccountReputation extends Standing {
  /** From the account to its organisation, if it has one. */
  readonly evidence: readonly AccountLevel[];
}

/** What the tallies of an account and of its organisation, if it has one, say at time `now` (epoch milliseconds). */
export function accountReputationOf(tallies: readonly Tally[], root: Tally, now: number): AccountReputation {
  const { levels, ...standing } = conclude(tallies, null, root, now);
  const evidence = levels.map((level, i): AccountLevel => ({ rung: i === 0 ? 'account' : 'org', ...level }));
  return { ...standing, evidence };
}
