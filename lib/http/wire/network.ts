/**
 * The `network` object of an answer, as JSON text.
 */
import type { Allocation } from '../../allocation/allocation.ts';
import type { Network } from '../../allocation/network.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { formatTime } from './time.ts';

/** JSON text of a network: `special` is there for that kind only, `allocation` unless the prefix is the default. */
export function networkText({ kind, prefix, source, ipv4, shared, special, allocation }: Network): string {
  return (
    `{"kind":"${kind}","prefix":"${formatPrefix(prefix)}","source":"${source}",` +
    `"ipv4":${ipv4 === null ? 'null' : `"${formatAddress(ipv4)}"`},"shared":${shared}` +
    `${kind === 'special' ? `,"special":${JSON.stringify(special)}` : ''}` +
    `${allocation === null ? '' : `,"allocation":${allocationText(allocation)}`}}`
  );
}

function allocationText(allocation: Allocation): string {
  const { prefix, origin, endSiteLength, endSites, reference, date } = allocation;
  return (
    `{"prefix":"${formatPrefix(prefix)}","origin":"${origin}","endSiteLength":${endSiteLength},` +
    `"endSites":${endSites},"reference":${JSON.stringify(reference)},"date":"${formatTime(date * 1000)}"}`
  );
}
