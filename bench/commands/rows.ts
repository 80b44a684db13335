/**
 * A prefixlen file (RFC 9977) as large as all that is published today: made-up blocks of IPv6, half of them inside another.
 */
import { writeFileSync } from 'node:fs';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { syntheticRows } from '../../test/allocation/synthetic-rows.ts';

export function writeRows(file: string, count: number): void {
  const lines = syntheticRows(count, 6).map(
    ({ prefix, endSiteLength }) => `${formatPrefix(prefix)},${endSiteLength},\n`,
  );
  writeFileSync(file, lines.join(''));
}
