/**
 * Where the policy service listens, as Postfix writes it: `inet:HOST:PORT` or `unix:PATH`.
 */
import { parseAddress } from '../net/address.ts';
import { specialOf } from '../net/special.ts';
import { fail, ok, type Result } from '../result.ts';

export type PolicyPlace =
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** The longest path of a Unix socket that every system takes. */
const MAX_PATH_BYTES = 103;

/** Parses a place. The protocol has no keys, so it must be on this machine; port 0 lets the system choose. */
export function parsePolicyPlace(text: string): Result<PolicyPlace, string> {
  const path = /^unix:(.+)$/.exec(text)?.[1];
  if (path !== undefined) {
    return path.startsWith('/') && Buffer.byteLength(path) <= MAX_PATH_BYTES
      ? ok({ kind: 'unix', path })
      : fail(`an absolute path of at most ${MAX_PATH_BYTES} bytes is expected after unix:`);
  }
  const [, host, digits] = /^inet:(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    return fail(`inet:HOST:PORT or unix:PATH is expected, not ${JSON.stringify(text.slice(0, 100))}`);
  }
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const address = parseAddress(bare);
  const isLoopback = bare === 'localhost' || (address.ok && specialOf(address.value)?.name === 'loopback');
  return isLoopback
    ? ok({ kind: 'inet', host: bare, port })
    : fail('a loopback address is expected, as the protocol has no keys: 127.0.0.1, [::1] or localhost');
}
