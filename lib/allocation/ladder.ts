/**
 * The ladder of a subject: the wider prefixes its evidence also says something about, nearest first.
 */
import { Prefix } from '../net/prefix.ts';

/**
 * Rungs above an IPv6 end site. /56 and /48 are the sizes networks hand to homes and businesses (RFC 6177, ripe-690),
 * /40 and /32 those a provider cuts its regions and its whole holding into. A /64 is a rung for what publishes longer
 * end sites, so that a publisher of /128s gains nothing.
 */
const V6_RUNGS = [64, 56, 48, 40, 32] as const;
/** /24 is the smallest block routed on its own, /16 the classic holding. */
const V4_RUNGS = [24, 16] as const;

/** At most six rungs, so that one lookup is one batch of at most six reads. */
export interface Ladder {
  readonly subject: Prefix;
  /** Strictly wider and wider blocks that cover the subject; may be empty for a very wide subject. */
  readonly ancestors: readonly Prefix[];
}

export function ladderOf(subject: Prefix): Ladder {
  const lengths = subject.family === 4 ? V4_RUNGS : V6_RUNGS;
  const ancestors: Prefix[] = [];
  for (const length of lengths) {
    if (length < subject.length) ancestors.push(Prefix.covering(subject, length));
  }
  return { subject, ancestors };
}
