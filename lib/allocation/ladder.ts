/**
 * The ladder of a subject: the wider prefixes its evidence also says something about, nearest first.
 */
import type { Family } from '../net/address.ts';
import { Prefix } from '../net/prefix.ts';

/**
 * Rungs above an IPv6 end site. /56 and /48 are the sizes networks hand to homes and businesses (RFC 6177, ripe-690);
 * /40, /36 and /32 are what a provider cuts its regions, its tenants and its whole holding into. The /64 is a rung for
 * what publishes longer end sites, so that a publisher of /128s for its own block gains nothing.
 */
const V6_RUNGS = [64, 56, 48, 40, 36, 32] as const;
/** /24 is the smallest block routed on its own, /16 the classic holding. */
const V4_RUNGS = [24, 16] as const;
/** The rung a lookup leaves out above an end site longer than /64, so that it still reads six keys. */
const UNREAD_ABOVE_LONG_SITES = 56;

/** What a lookup reads: at most six rungs, so that it is one batch of at most six reads. */
export interface Ladder {
  readonly subject: Prefix;
  /** Strictly wider and wider blocks that cover the subject; may be empty for a very wide subject. */
  readonly ancestors: readonly Prefix[];
}

/** The ladder of a subject. */
export function ladderOf(subject: Prefix): Ladder {
  const rungs = rungsAbove(subject);
  const isLong = subject.family === 6 && subject.length > 64;
  return {
    subject,
    ancestors: isLong ? rungs.filter(({ length }) => length !== UNREAD_ABOVE_LONG_SITES) : rungs,
  };
}

/**
 * All blocks that evidence on a subject climbs to, nearest first, read or not. The block above a block never depends on
 * where the climb began: a tally with two parents would give to one and take back from the other.
 */
export function rungsAbove(subject: Prefix): readonly Prefix[] {
  const rungs: Prefix[] = [];
  for (const length of lengthsOf(subject.family)) {
    if (length < subject.length) rungs.push(Prefix.covering(subject, length));
  }
  return rungs;
}

/** The length of the block that evidence climbs to from one of a length; null where only the root is above. */
export function lengthAbove(family: Family, length: number): number | null {
  for (const wider of lengthsOf(family)) if (wider < length) return wider;
  return null;
}

function lengthsOf(family: Family): readonly number[] {
  return family === 4 ? V4_RUNGS : V6_RUNGS;
}
