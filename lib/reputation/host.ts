/**
 * Hosts inside an end site. Large senders put thousands of machines, good and bad, in one /64; once an end site proves
 * mixed, its hosts are told apart. They are kept in a fixed number of bins inside the end site's own tally, so a bot
 * that hops through its /64 costs nothing and no further read is needed.
 */
import { type Address, bitsOf, hashOfAddress } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';
import { HOST_BINS } from './tally.ts';

/** The bin of a host inside its end site, 0 to `HOST_BINS` - 1; null when the end site is a single address. */
export function hostBin(host: Address, endSite: Prefix): number | null {
  if (host.family !== endSite.family || endSite.length === bitsOf(host.family)) return null;
  return hashOfAddress(host) % HOST_BINS;
}
