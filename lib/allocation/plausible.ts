/**
 * What is believed of published statements, so that a publisher's lie gains nothing. Operator entries are not asked.
 *
 * - Only ordinary global unicast space: IPv6 inside 2000::/3, nothing special-purpose, no 6to4 and no Teredo. Space of
 *   those kinds becomes rateable through an operator alone.
 * - A block is no wider than a registry hands out: IPv6 /19 (the widest allocations there are), IPv4 /8.
 * - An end site is no wider than a registry's smallest allocation to a provider (IPv6 /32; IPv4 /20, the classic minimum):
 *   wider, and one bad customer would speak for a whole provider, or a provider hide one among all.
 * - An end site is not wider than the block it is stated for: that would reach into somebody else's space.
 * - Narrower end sites are believed to the full length: evidence flows to the same ancestors whatever the length, so
 *   publishing /128 makes more subjects and buys nothing.
 * - `endSites` is a hint: above 1 it says the prefix is shared, no more. 0 and more than ten million are refused.
 * - At most 65,536 prefixlen rows of one source within one IPv6 /32 or one IPv4 /16: a publisher writes as many as it
 *   likes. Of registry objects four times as many: each is an act with the registry, and real blocks have more than 65,536.
 */
import type { Family } from '../net/address.ts';
import { firstAddress, formatPrefix, lastAddress, type Prefix } from '../net/prefix.ts';
import { blockOf } from '../net/special.ts';

/** Most end sites that one prefix may be said to be shared by. */
const MAX_END_SITES = 10_000_000;
/** Most rows of one source within one IPv6 /32 or IPv4 /16: of files that publishers write, */
export const MAX_PREFIXLEN_ROWS = 65_536;
/** and of objects in a registry. */
export const MAX_REGISTRY_ROWS = 262_144;

const WIDEST_BLOCK = { 4: 8, 6: 19 } as const;
const WIDEST_END_SITE = { 4: 20, 6: 32 } as const;

/** Why nobody would publish allocations of this block, as a sentence; undefined when somebody would. */
export function implausibleBlock(block: Prefix): string | undefined {
  const widest = WIDEST_BLOCK[block.family];
  if (block.length < widest)
    return `${formatPrefix(block)} is wider than a /${widest}, which no network holds`;
  if (block.family === 6 && block.w0 >>> 29 !== 1) return `${formatPrefix(block)} is not in 2000::/3`;
  const special = blockOf(firstAddress(block)) ?? blockOf(lastAddress(block));
  return special === undefined
    ? undefined
    : `${formatPrefix(block)} is special-purpose space (${special.name})`;
}

/** Why the block's end sites cannot have this length or share a prefix in this number; undefined when they can. */
export function implausibleEndSite(block: Prefix, length: number, sites: number): string | undefined {
  if (length < block.length)
    return `end sites of /${length} are wider than their block ${formatPrefix(block)}`;
  const widest = WIDEST_END_SITE[block.family];
  if (length < widest) return `end sites of /${length} are wider than a /${widest}, a whole provider's`;
  if (sites < 1 || sites > MAX_END_SITES)
    return `end sites sharing a prefix number from 1 to ${MAX_END_SITES}`;
  return undefined;
}

/** Counts the rows of one source, or whatever else a publisher can make many of, in each neighbourhood. */
export class RowCap {
  private readonly counts: Record<Family, Map<number, number>> = { 4: new Map(), 6: new Map() };
  private readonly most: number;
  private readonly what: string;

  constructor(most: number, what = 'rows') {
    this.most = most;
    this.what = what;
  }

  /** Counts a row; the reason to refuse it when there were too many before it in its neighbourhood. */
  exceededBy(block: Prefix): string | undefined {
    const counts = this.counts[block.family];
    const [width, neighbourhood] = block.family === 4 ? [16, block.w0 >>> 16] : [32, block.w0];
    const count = (counts.get(neighbourhood) ?? 0) + 1;
    counts.set(neighbourhood, count);
    return count > this.most ? `more than ${this.most} ${this.what} within one /${width}` : undefined;
  }
}
