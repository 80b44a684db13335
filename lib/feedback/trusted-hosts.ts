/**
 * The hosts a reporter declared to be its own mail servers. What they wrote into a message's trace is believed, and
 * nothing else is: everything further down was written by strangers.
 */
import { type Address, parseAddress } from '../net/address.ts';
import { classify } from '../net/kind.ts';
import { contains, type Prefix, parsePrefix } from '../net/prefix.ts';
import { specialOf } from '../net/special.ts';
import { fail, ok, type Result } from '../result.ts';

export interface TrustedHosts {
  /** Host names in lower case; one that starts with a dot stands for every name under it. */
  readonly names: readonly string[];
  readonly prefixes: readonly Prefix[];
}

/** A reporter that declared nothing. */
export const NO_TRUSTED_HOSTS: TrustedHosts = { names: [], prefixes: [] };

/** Most hosts one reporter can declare. */
export const MAX_TRUSTED_HOSTS = 64;

const NAME = /^(?:\*?\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\.?$/;
const MAX_NAME = 255;

/**
 * Parses what an operator declares: addresses and prefixes, host names, and `.example.net` or `*.example.net` for all
 * names under one. Refuses the first text that is none of them, with a sentence.
 */
export function parseTrustedHosts(texts: readonly string[]): Result<TrustedHosts, string> {
  if (texts.length > MAX_TRUSTED_HOSTS)
    return fail(`at most ${MAX_TRUSTED_HOSTS} trusted hosts can be declared`);
  const names: string[] = [];
  const prefixes: Prefix[] = [];
  for (const text of texts) {
    const prefix = parsePrefix(text);
    const name = text.toLowerCase();
    if (prefix.ok) prefixes.push(prefix.value);
    else if (name.length <= MAX_NAME && NAME.test(name)) names.push(canonicalName(name));
    else
      return fail(
        'a trusted host is an address, a prefix, a host name, or .example.net for all names under it',
      );
  }
  return ok({ names, prefixes });
}

/** Whether the reporter's hosts include the one that calls itself by this name or address. */
export function trustsName({ names, prefixes }: TrustedHosts, text: string): boolean {
  const address = parseAddress(text);
  if (address.ok) return trustsAddress({ names, prefixes }, address.value);
  const name = canonicalName(text.toLowerCase());
  return names.some((own) => (own.startsWith('.') ? name.endsWith(own) : name === own));
}

/** Whether the address is a declared host's; of an IPv4-mapped address the IPv4 address is asked. */
export function trustsAddress({ prefixes }: TrustedHosts, address: Address): boolean {
  const plain = unmapped(address);
  return prefixes.some((prefix) => contains(prefix, plain));
}

/** Whether the address is the host itself (127.0.0.0/8, ::1): a hop inside one machine. */
export function isSameHost(address: Address): boolean {
  return specialOf(unmapped(address))?.name === 'loopback';
}

/** The IPv4 address of an IPv4-mapped one; others as they are. */
export function unmapped(address: Address): Address {
  const { kind, ipv4 } = classify(address);
  return kind === 'ipv4-mapped' && ipv4 !== null ? ipv4 : address;
}

function canonicalName(name: string): string {
  const bare = name.endsWith('.') ? name.slice(0, -1) : name;
  return bare.startsWith('*') ? bare.slice(1) : bare;
}
