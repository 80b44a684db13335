/**
 * A million published rows around the senders, so that a lookup finds its statement among as many as registries have. Each
 * says what holds without it: the prefixes of the senders stay what they were when the evidence of the store came in.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkOf } from '../../lib/allocation/network.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { Random } from '../accuracy/random.ts';
import { runCli } from '../measure/command.ts';
import type { Senders } from '../world/senders.ts';

/** How many bits a row is wider than the end sites in it: first the narrow ones, then those around them. */
const WIDTHS = [4, 6, 8, 10, 12];

/** Imports as many as there are senders into the store of a folder; returns how many they are. */
export function publishRows(folder: string, senders: Senders): number {
  const file = join(folder, 'rows.csv');
  const rows = rowsAround(senders);
  writeFileSync(file, [...rows].map(([prefix, endSite]) => `${prefix},${endSite},\n`).join(''));
  runCli(['import', file], folder);
  return rows.size;
}

/** End-site lengths by prefix, in text. */
function rowsAround(senders: Senders): ReadonlyMap<string, number> {
  const random = new Random(20_272, 'rows');
  const stated = AllocationTable.of(senders.published);
  const rows = new Map(senders.published.map((row) => [formatPrefix(row.prefix), row.endSiteLength]));
  for (const width of WIDTHS) {
    for (let i = 0; i < senders.count; i++) {
      const address = senders.addressOf(i, random);
      const { kind, prefix } = networkOf(address, stated);
      if (kind !== 'ipv4' && kind !== 'ipv6') continue;
      rows.set(formatPrefix(Prefix.covering(address, prefix.length - width)), prefix.length);
      if (rows.size === senders.count) return rows;
    }
  }
  return rows;
}
