/**
 * The hosts of an end site: a bucket for each host (by bin) and month, in order of bin and month.
 */
import type { HostBucket } from './tally.ts';

/** The bucket of that host and month; undefined when there is none. */
export function hostAt(hosts: readonly HostBucket[], host: HostBucket): HostBucket | undefined {
  const found = hosts[placeOfHost(hosts, host)];
  return found !== undefined && compareHosts(found, host) === 0 ? found : undefined;
}

/** The sum of two lists; buckets that come to nothing disappear. */
export function addHosts(a: readonly HostBucket[], b: readonly HostBucket[]): readonly HostBucket[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const sum = a.slice();
  for (const host of b) {
    const at = placeOfHost(sum, host);
    const same = sum[at];
    if (same === undefined || compareHosts(same, host) !== 0) {
      sum.splice(at, 0, host);
      continue;
    }
    const bad = same.bad + host.bad;
    const good = same.good + host.good;
    if (bad !== 0 || good !== 0) sum[at] = { bin: host.bin, index: host.index, bad, good };
    else sum.splice(at, 1);
  }
  return sum;
}

/** Whether a number in the buckets is below zero. */
export function hasHostDebts(hosts: readonly HostBucket[]): boolean {
  for (const { bad, good } of hosts) if (bad < 0 || good < 0) return true;
  return false;
}

/** The buckets with nothing below nothing in them; the same list when there is nothing to change. */
export function withoutHostDebts(hosts: readonly HostBucket[]): readonly HostBucket[] {
  if (!hasHostDebts(hosts)) return hosts;
  return hosts
    .map(({ bin, index, bad, good }) => ({ bin, index, bad: Math.max(0, bad), good: Math.max(0, good) }))
    .filter(({ bad, good }) => bad + good > 0);
}

/** Where the host's bucket of that month stands in the list, or would stand. */
function placeOfHost(hosts: readonly HostBucket[], host: HostBucket): number {
  let low = 0;
  let high = hosts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = hosts[middle];
    if (other !== undefined && compareHosts(other, host) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareHosts(a: HostBucket, b: HostBucket): number {
  return a.bin - b.bin || a.index - b.index;
}
