/**
 * The ladder of a subject: the wider prefixes its evidence also says something about, nearest first.
 */
import { Prefix } from '../net/prefix.ts';

/**
 * Rungs above an IPv6 end site. /56 and /48 are the sizes networks hand to homes and businesses (RFC 6177, ripe-690);
 * /40, /36 and /32 are what a provider cuts its regions, its tenants and its whole holding into.
 */
const V6_RUNGS = [56, 48, 40, 36, 32] as const;
/**
 * Above an end site longer than /64 the /64 takes the place of the /56, so that a publisher of /128s for its own block
 * gains nothing and a lookup still reads six keys.
 */
const V6_RUNGS_OF_LONG_SITES = [64, 48, 40, 36, 32] as const;
/** /24 is the smallest block routed on its own, /16 the classic holding. */
const V4_RUNGS = [24, 16] as const;

/** At most six rungs, so that one lookup is one batch of at most six reads. */
export interface Ladder {
  readonly subject: Prefix;
  /** Strictly wider and wider blocks that cover the subject; may be empty for a very wide subject. */
  readonly ancestors: readonly Prefix[];
}

export function ladderOf(subject: Prefix): Ladder {
  const lengths = subject.family === 4 ? V4_RUNGS : subject.length > 64 ? V6_RUNGS_OF_LONG_SITES : V6_RUNGS;
  const ancestors: Prefix[] = [];
  for (const length of lengths) {
    if (length < subject.length) ancestors.push(Prefix.covering(subject, length));
  }
  return { subject, ancestors };
}
