/**
 * Teredo (RFC 4380 section 4): 2001::/32, server IPv4, flags, then the client's UDP port and IPv4 with every bit
 * inverted. Flags are never validated: RFC 5991 fills most of them at random.
 */
import { Address } from './address.ts';

/** What a Teredo address says of its client. */
export interface Teredo {
  /** The client's public IPv4 address, as its NAT shows it. */
  readonly client: Address;
  readonly server: Address;
  /** The client's public UDP port, 0 to 65535. */
  readonly port: number;
  /** 16 bits; 0x8000 is the cone bit. */
  readonly flags: number;
}

/** Decodes an address of 2001::/32. */
export function decodeTeredo(address: Address): Teredo {
  return {
    client: Address.v4(~address.w3),
    server: Address.v4(address.w1),
    port: ~address.w2 & 0xffff,
    flags: address.w2 >>> 16,
  };
}
