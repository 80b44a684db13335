import { ladderOf } from '../../lib/allocation/ladder.ts';
import { hostOf, networkOf } from '../../lib/allocation/network.ts';
import { type Address, parseAddress } from '../../lib/net/address.ts';
import { type Prefix, parsePrefix } from '../../lib/net/prefix.ts';
import { hostBin } from '../../lib/reputation/host.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';

/** 2026-11-21T12:00:00Z: a fixed present for tests. */
export const NOW = Date.UTC(2026, 10, 21, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** The address of a text that a test knows to be one. */
export function mustAddress(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.detail}`);
  return parsed.value;
}

/** The prefix of a text that a test knows to be one. */
export function mustPrefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.detail}`);
  return parsed.value;
}

export const NO_ALLOCATIONS = { match: () => undefined };

/** A record about an address, with defaults: one spam report of the trusted reporter `local`, now. */
export function recordOf(
  address: string,
  changes: Partial<Omit<VerdictRecord, 'ladder' | 'bin'>> = {},
): VerdictRecord {
  const network = networkOf(mustAddress(address), NO_ALLOCATIONS);
  if (network.subject === null) throw new Error(`${address} is not rateable`);
  return {
    id: `${address} ${changes.at ?? NOW}`,
    reporter: { id: 'local', trusted: true },
    ladder: ladderOf(network.subject),
    bin: hostBin(hostOf(network), network.subject),
    verdict: 'spam',
    count: 1,
    at: NOW,
    ...changes,
  };
}
