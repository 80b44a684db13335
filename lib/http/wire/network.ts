/**
 * The `network` object of an answer.
 */
import type { Allocation, AllocationOrigin } from '../../allocation/allocation.ts';
import type { Network, NetworkSource } from '../../allocation/network.ts';
import { formatAddress } from '../../net/address.ts';
import type { Kind } from '../../net/kind.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { formatTime } from './time.ts';

interface AllocationJson {
  readonly prefix: string;
  readonly origin: AllocationOrigin;
  readonly endSiteLength: number;
  readonly endSites: number;
  readonly reference: string;
  readonly date: string;
}

/** `special` is there for that kind only, `allocation` unless the prefix is the default. */
export interface NetworkJson {
  readonly kind: Kind;
  readonly prefix: string;
  readonly source: NetworkSource;
  readonly ipv4: string | null;
  readonly shared: boolean;
  readonly special?: string | null;
  readonly allocation?: AllocationJson;
}

export function networkJson(network: Network): NetworkJson {
  const { kind, prefix, source, ipv4, shared, special, allocation } = network;
  const json = {
    kind,
    prefix: formatPrefix(prefix),
    source,
    ipv4: ipv4 === null ? null : formatAddress(ipv4),
    shared,
  };
  const named = kind === 'special' ? { ...json, special } : json;
  return allocation === null ? named : { ...named, allocation: allocationJson(allocation) };
}

function allocationJson(allocation: Allocation): AllocationJson {
  const { prefix, origin, endSiteLength, endSites, reference, date } = allocation;
  return {
    prefix: formatPrefix(prefix),
    origin,
    endSiteLength,
    endSites,
    reference,
    date: formatTime(date * 1000),
  };
}
