/**
 * The reputation of a prefix: the chain of posteriors over its ladder, each level by its prefix.
 */
import type { Ladder } from '../allocation/ladder.ts';
import type { Prefix } from '../net/prefix.ts';
import { conclude, type Standing } from './chain.ts';
import type { Tally } from './tally.ts';

export interface Reputation extends Standing {
  readonly subject: Prefix;
  /** The subject's ancestors, nearest first: what the levels of the evidence behind its own are about. */
  readonly ancestors: readonly Prefix[];
}

/** Tallies of a ladder, in the order of its rungs: the subject first, then the ancestors. */
export interface LadderTallies {
  readonly ladder: Ladder;
  readonly tallies: readonly Tally[];
  /** The asking host's bin, null when the end site is one address. */
  readonly bin: number | null;
  readonly root: Tally;
}

/** What the evidence says at time `now` (epoch milliseconds). Pure; costs a microsecond or two. */
export function reputationOf({ ladder, tallies, bin, root }: LadderTallies, now: number): Reputation {
  const { subject, ancestors } = ladder;
  const concluded = conclude(tallies, bin, root, now);
  // Field by field: a spread costs every lookup more than the sums do.
  return {
    subject,
    ancestors,
    spam: concluded.spam,
    interval: concluded.interval,
    observations: concluded.observations,
    month: concluded.month,
    reporters: concluded.reporters,
    lastSeen: concluded.lastSeen,
    evidence: concluded.evidence,
    baseRate: concluded.baseRate,
    neighbourhood: concluded.neighbourhood,
    host: concluded.host,
    turn: concluded.turn,
  };
}

/** What a level of the evidence is about. */
export function prefixAt({ subject, ancestors }: Reputation, level: number): Prefix {
  return level === 0 ? subject : (ancestors[level - 1] ?? subject);
}
