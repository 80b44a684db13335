/**
 * IP addresses as mail writes them: RFC 5321 section 4.1.3 literals and what is sent in their stead.
 */
import { type Address, parseAddress } from '../net/address.ts';

/**
 * Reads `192.0.2.1`, `2001:db8::1`, `IPv6:2001:db8::1` (the form RFC 5965 asks for), `[192.0.2.1]` and
 * `[IPv6:2001:db8::1]`, with space around. Null for anything else; a port makes it something else.
 */
export function parseAddressLiteral(text: string): Address | null {
  const trimmed = text.trim();
  const bare = trimmed.startsWith('[') && trimmed.endsWith(']') ? trimmed.slice(1, -1).trim() : trimmed;
  const parsed = parseAddress(/^ipv6:/i.test(bare) ? bare.slice('ipv6:'.length) : bare);
  return parsed.ok ? parsed.value : null;
}
