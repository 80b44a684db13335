/**
 * The reputation of a prefix: the chain of posteriors over its ladder, each level by its prefix.
 */
import type { Ladder } from '../allocation/ladder.ts';
import type { Prefix } from '../net/prefix.ts';
import { conclude, type Level, type Standing } from './chain.ts';
import type { Tally } from './tally.ts';

/** What one level of the ladder says. */
export interface LevelEvidence extends Level {
  readonly prefix: Prefix;
}

export interface Reputation extends Standing {
  readonly subject: Prefix;
  /** From the subject to its widest ancestor. */
  readonly evidence: readonly LevelEvidence[];
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
  const evidence: LevelEvidence[] = [];
  for (const { spam, observations, links } of concluded.levels) {
    evidence.push({ prefix: ancestors[evidence.length - 1] ?? subject, spam, observations, links });
  }
  // Field by field: a spread costs every lookup more than the sums do.
  return {
    subject,
    spam: concluded.spam,
    interval: concluded.interval,
    observations: concluded.observations,
    month: concluded.month,
    reporters: concluded.reporters,
    lastSeen: concluded.lastSeen,
    evidence,
    baseRate: concluded.baseRate,
    neighbourhood: concluded.neighbourhood,
    host: concluded.host,
    turn: concluded.turn,
  };
}
