/**
 * Name resolution that looks at the addresses before anything connects to them. The socket connects to what was looked
 * at, so a name that resolves to something else the next moment (DNS rebinding) gains nothing.
 */
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { type Address, parseAddress } from '../../net/address.ts';
import { fail, ok, type Result } from '../../result.ts';

/** The addresses of a host name, as text. */
export type Resolve = (host: string) => Promise<readonly string[]>;
export type MayConnect = (address: Address) => boolean;

interface Found {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Asks the system, as every program on the machine does. */
export async function resolveBySystem(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** For `lookup` of a socket. One forbidden address spoils a name: an honest one has none. */
export function guardedLookup(resolve: Resolve, mayConnect: MayConnect): LookupFunction {
  return (host, { all }, callback) => {
    resolve(host)
      .then((texts) => permitted(host, texts, mayConnect))
      .then(
        (found) => {
          const [first] = found.ok ? found.value : [];
          if (!found.ok || first === undefined)
            callback(new Error(found.ok ? `${host} has no address` : found.error), '', 0);
          else if (all === true) callback(null, [...(found.ok ? found.value : [])]);
          else callback(null, first.address, first.family);
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', 0),
      );
  };
}

/** Why a URL's host, when it is an address itself, must not be connected to; no name is looked up for such a host. */
export function forbiddenLiteral(hostname: string, mayConnect: MayConnect): string | undefined {
  const address = parseAddress(hostname.replace(/^\[(.*)\]$/, '$1'));
  return address.ok && !mayConnect(address.value) ? forbidden(hostname, hostname) : undefined;
}

function permitted(
  host: string,
  texts: readonly string[],
  mayConnect: MayConnect,
): Result<readonly Found[], string> {
  const found: Found[] = [];
  for (const text of texts) {
    const address = parseAddress(text);
    if (!address.ok || !mayConnect(address.value)) return fail(forbidden(host, text));
    found.push({ address: text, family: address.value.family });
  }
  return ok(found);
}

function forbidden(host: string, address: string): string {
  return `${host} is at ${address}, which is no public address`;
}
