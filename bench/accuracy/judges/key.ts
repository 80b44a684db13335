/** The keys plain counters use: a fixed length per family, mapped addresses unwrapped as mail servers do. */
import { Address, type Family, parseAddress } from '../../../lib/net/address.ts';
import { formatPrefix, Prefix } from '../../../lib/net/prefix.ts';

export type Lengths = Readonly<Record<Family, number>>;

/** The address of an event as it stands; generated and recorded text always parses, so anything else is a bug. */
export function parsed(text: string): Address {
  const address = parseAddress(text);
  if (!address.ok) throw new Error(`${text}: ${address.error.detail}`);
  return address.value;
}

/** The prefix of the family's length around an address, as text; an IPv4-mapped address is the IPv4 address. */
export function fixedKey(text: string, lengths: Lengths): string {
  const address = unwrapped(parsed(text));
  return formatPrefix(Prefix.covering(address, lengths[address.family]));
}

function unwrapped(address: Address): Address {
  const mapped = address.family === 6 && address.w0 === 0 && address.w1 === 0 && address.w2 === 0xffff;
  return mapped ? Address.v4(address.w3) : address;
}
