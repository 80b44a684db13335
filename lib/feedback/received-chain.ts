/**
 * Where a message came from, by its trace: walked from the top through the reporter's declared hosts, never guessed.
 *
 * A line counts only when the host that wrote it is declared. A client that is itself declared, or the host itself
 * (loopback), handed the message on, so the next line is asked; the first client that is neither is the sender. Whatever
 * stands below was written by strangers and is never reached, unless a declared relay writes no line of its own.
 */
import type { Address } from '../net/address.ts';
import { specialOf } from '../net/special.ts';
import { fail, ok, type Result } from '../result.ts';
import { MAX_HOPS } from './limits.ts';
import { type Hop, parseReceived } from './received.ts';
import { isSameHost, type TrustedHosts, trustsAddress, trustsName, unmapped } from './trusted-hosts.ts';

export interface Sender {
  readonly address: Address;
  /** When the declared host took the message from it: epoch milliseconds; null when it did not say. */
  readonly at: number | null;
}

/** Space of one network's own: an address from there is a relay nobody declared, or a user; the line does not tell. */
const INTERNAL: ReadonlySet<string> = new Set([
  'private-use',
  'link-local',
  'link-local-unicast',
  'unique-local',
  'shared-address-space',
]);

/** The sender by the values of the `Received` lines, topmost first, or a sentence that says what is missing. */
export function senderOf(received: readonly string[], hosts: TrustedHosts): Result<Sender, string> {
  if (hosts.names.length === 0 && hosts.prefixes.length === 0) {
    return fail('the reporter has no declared trusted hosts whose Received lines could be believed');
  }
  if (received.length === 0) return fail('the enclosed message has no Received line');
  for (const [i, value] of received.slice(0, MAX_HOPS).entries()) {
    const hop = parseReceived(value);
    const line = `Received line ${i + 1} of the enclosed message`;
    if (!wroteIt(hop, hosts))
      return fail(`${line} was written by ${nameOf(hop)}, which is no declared trusted host`);
    const { client, at } = hop;
    if (client === 'nobody') continue;
    if (client === 'unnamed') return fail(`${line} does not give the address of its client`);
    if (client === 'several') return fail(`${line} gives more than one address for its client`);
    if (isSameHost(client) || trustsAddress(hosts, client)) continue;
    if (INTERNAL.has(specialOf(unmapped(client))?.name ?? '')) {
      return fail(`${line} names an internal client that is no declared trusted host`);
    }
    return ok({ address: client, at });
  }
  return fail('no Received line of the enclosed message names a client that is not a trusted host');
}

function wroteIt({ by, byAddresses }: Hop, hosts: TrustedHosts): boolean {
  return (
    (by !== null && trustsName(hosts, by)) || byAddresses.some((address) => trustsAddress(hosts, address))
  );
}

/** The name to declare, if it is one; the line is the client's text, so nothing else of it is repeated. */
function nameOf({ by }: Hop): string {
  return by !== null && /^[\w.:-]{1,253}$/.test(by) ? by : 'a host without a name';
}
