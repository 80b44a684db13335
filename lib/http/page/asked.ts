/**
 * What a person typed into the field: people paste from logs and headers, so what stands around an address is taken off.
 */
import { type Address, formatAddress, parseAddress } from '../../net/address.ts';
import { formatPrefix, type Prefix, parsePrefixLoosely, unmapped } from '../../net/prefix.ts';
import { fail, ok, type Result } from '../../result.ts';

/** An address to look up, or a block to show on the map. */
export type Asked =
  | { readonly kind: 'address'; readonly address: Address; readonly text: string }
  | { readonly kind: 'block'; readonly prefix: Prefix; readonly text: string };

/** Longest text that is looked at. */
const MAX_TYPED = 200;

/** Reads the field. The refusal is a sentence for the person who typed it. */
export function readAsked(typed: string): Result<Asked, string> {
  if (typed.length > MAX_TYPED) return fail(`At most ${MAX_TYPED} characters are looked at.`);
  const text = bare(typed);
  if (text.includes('/')) {
    const prefix = parsePrefixLoosely(text);
    if (!prefix.ok) return fail(refusal(prefix.error.detail));
    const block = unmapped(prefix.value);
    return ok({ kind: 'block', prefix: block, text: formatPrefix(block) });
  }
  const address = parseAddress(text);
  if (!address.ok) return fail(refusal(address.error.detail));
  return ok({ kind: 'address', address: address.value, text: formatAddress(address.value) });
}

/** Without space around, brackets with or without a port, and the `IPv6:` tag of mail headers (RFC 5321 section 4.1.3). */
function bare(typed: string): string {
  const text = typed.trim();
  const [, inner = text] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? [];
  return inner.replace(/^ipv6:/i, '').trim();
}

function refusal(detail: string): string {
  return `${detail.charAt(0).toUpperCase()}${detail.slice(1)}. An address looks like 2001:db8::25 or 192.0.2.25, a block like 2001:db8::/32.`;
}
