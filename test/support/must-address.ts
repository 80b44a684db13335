/** Parsing for tests that know their text is good: a refusal is a mistake in the test, so it throws. */
import { type Address, parseAddress } from '../../lib/net/address.ts';
import { type Prefix, parsePrefix } from '../../lib/net/prefix.ts';

export function mustAddress(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.detail}`);
  return parsed.value;
}

export function mustPrefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.detail}`);
  return parsed.value;
}
