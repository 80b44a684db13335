/**
 * Where the map of a block is.
 */
import { formatPrefix, Prefix } from '../../../net/prefix.ts';

/** The map of a block. */
export function mapLink(block: Prefix): string {
  return `/map/${formatPrefix(block)}`;
}

/** The map on which an end site is one of 256 squares, among its neighbours. */
export function neighbourhoodLink(site: Prefix): string {
  const length = Math.max(0, site.length - 8);
  return mapLink(Prefix.covering(site, length - (length % 4)));
}
