/** The rows that the bench runs on. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { cidrsOf, parseRange } from '../../lib/allocation/ranges.ts';
import type { Family } from '../../lib/net/address.ts';
import { syntheticRows } from '../../test/allocation/synthetic-rows.ts';

export interface Dataset {
  readonly name: string;
  readonly family: Family;
  readonly rows: readonly Allocation[];
}

const require = createRequire(import.meta.url);
const WHOIS_FILES = {
  4: require.resolve('@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-ipv4.csv'),
  6: require.resolve('@ip-location-db/geo-whois-asn-country/geo-whois-asn-country-ipv6.csv'),
};
const SYNTHETIC_ROWS = 1_000_000;

/** Each made when its turn comes, so that only one is in memory. */
export const DATASETS: readonly (() => Dataset)[] = [
  () => ({ name: 'WHOIS ranges of IPv6 as ASSIGNED objects', family: 6, rows: whoisRows(6) }),
  () => ({ name: 'WHOIS ranges of IPv4 as ASSIGNED objects', family: 4, rows: whoisRows(4) }),
  () => ({ name: 'synthetic nested rows, three origins', family: 6, rows: syntheticRows(SYNTHETIC_ROWS, 6) }),
];

/** `first,last,country` lines of `@ip-location-db/geo-whois-asn-country`, cut into CIDR blocks. */
function whoisRows(family: Family): Allocation[] {
  const text = readFileSync(WHOIS_FILES[family], 'utf8');
  return text.trimEnd().split('\n').flatMap(rowsOf);
}

function rowsOf(line: string): Allocation[] {
  const [first = '', last = '', country = ''] = line.split(',');
  const range = parseRange(`${first}-${last}`);
  if (!range.ok) throw new Error(`${line}: ${range.error.detail}`);
  return cidrsOf(range.value).map((prefix) => ({
    prefix,
    origin: 'assigned',
    endSiteLength: prefix.length,
    endSites: 1,
    mechanism: 'native',
    ipv4MaskLength: 0,
    ipv4Prefix: null,
    date: 1_780_000_000,
    reference: country.trim(),
  }));
}
