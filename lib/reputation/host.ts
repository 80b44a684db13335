/**
 * Hosts inside an end site. Large senders put thousands of machines, good and bad, in one /64; once an end site proves
 * mixed, its hosts are told apart. They are kept in a fixed number of bins inside the end site's own tally, so a bot
 * that hops through its /64 costs nothing and no further read is needed.
 */
import type { Address } from '../net/address.ts';
import { bitsOf } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import { HOST_BINS } from './tally.ts';

/** The bin of a host inside its end site, 0 to `HOST_BINS` - 1; null when the end site is a single address. */
export function hostBin(host: Address, endSite: Prefix): number | null {
  if (host.family !== endSite.family || endSite.length === bitsOf(host.family)) return null;
  let hash = Math.imul(host.w0, 0x85ebca6b) ^ Math.imul(host.w1, 0xc2b2ae35);
  hash = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) ^ host.w2;
  hash = Math.imul(hash ^ (hash >>> 13), 0x27d4eb2f) ^ host.w3;
  hash = Math.imul(hash ^ (hash >>> 16), 0x165667b1);
  return ((hash ^ (hash >>> 15)) >>> 0) % HOST_BINS;
}
