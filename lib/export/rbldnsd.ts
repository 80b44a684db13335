/**
 * Zone files for rbldnsd: an ip4trie and an ip6trie dataset, which answer by the longest match.
 *
 * A listed address has one A record, 127.0.0.N, where N is a sum: 2 refused for good, 4 deferred, 8 by the operator's block
 * list. A TXT record says why and where to look. Everything else has no records; what an answer `throttle` means cannot be
 * said in DNS, so it lists nothing.
 */
import type { Family } from '../net/address.ts';
import { formatPrefix } from '../net/prefix.ts';
import type { PolicyBook } from '../policy/policy-book.ts';
import { printable } from '../policy/reply.ts';
import { type Format, wordwise } from './format.ts';
import type { Standing } from './ruling.ts';
import type { Said } from './walk.ts';

/** The last octet of the A record; 0 for no record. */
const CODES: Readonly<Record<Standing, number>> = {
  allowed: 0,
  open: 0,
  deferred: 4,
  refused: 2,
  blocked: 2 + 8,
};

/** RFC 5782 section 5: the address that is listed to show that the zone works. */
const TEST_ENTRIES: Readonly<Record<Family, string>> = { 4: '127.0.0.2/32', 6: '::ffff:7f00:2/128' };

/** Characters of a TXT string (RFC 1035 section 3.3.14), less those of the longest address, which rbldnsd puts in. */
const MAX_TXT = 255 - 39;

export interface RbldnsdOptions {
  readonly book: PolicyBook;
  /** Name servers of the zone, the first one its primary; none when SOA and NS stand elsewhere. */
  readonly nameServers: readonly string[];
  /** The mailbox in the SOA record, with a dot for the @. */
  readonly contact: string;
  readonly withFaces: boolean;
  /** Whether both families go into one file, each as a `$DATASET` of it. */
  readonly combined: boolean;
}

export function rbldnsd(options: RbldnsdOptions): Format {
  const { book, withFaces } = options;
  return {
    ...wordwise((said) => String(codeOf(said)), '0'),
    withFaces,
    head: (family) => head(family, options),
    line: (said) => {
      const prefix = formatPrefix(said.prefix);
      const code = codeOf(said);
      return code === 0 ? `!${prefix}` : `${prefix} :${code}:${textOf(said, book.lookupUrl)}`;
    },
  };
}

/**
 * Answers may be kept as long as one of the class; that there is none, as long as one of `unknown`. Serial 0 stands for the
 * time of the file.
 */
function head(family: Family, { book, nameServers, contact, combined }: RbldnsdOptions): readonly string[] {
  const { bad, unknown } = book.cacheSeconds;
  const [primary] = nameServers;
  const soa =
    primary === undefined
      ? []
      : [
          `$SOA ${bad} ${primary} ${contact} 0 600 300 86400 ${unknown}`,
          `$NS 86400 ${nameServers.join(' ')}`,
        ];
  const dataset = combined ? [`$DATASET ip${family}trie:ipv${family} @`] : [];
  const before = combined && family === 6 ? dataset : [...soa, ...dataset];
  return [
    ...before,
    `$TTL ${bad}`,
    `${TEST_ENTRIES[family]} :2:this entry shows that the list works (RFC 5782)`,
  ];
}

function codeOf({ ruling }: Said): number {
  return ruling === null ? 0 : CODES[ruling.standing];
}

/** In a TXT template `$` is the address that was asked about. */
function textOf({ ruling }: Said, lookupUrl: string | null): string {
  const link = lookupUrl === null ? '' : ` - see ${plain(lookupUrl)}$`;
  return plain(ruling?.reason ?? '').slice(0, MAX_TXT - link.length) + link;
}

/** Text in which a `$` is itself. */
function plain(text: string): string {
  return printable(text).replaceAll('$', () => '$$');
}
