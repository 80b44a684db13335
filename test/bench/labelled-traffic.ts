/** Questions the tests ask of generated traffic. */
import { FAMILIES } from '../../bench/accuracy/families.ts';
import { prefixOf } from '../../bench/accuracy/space.ts';
import { type Traffic, type TrafficEvent, truthOf } from '../../bench/accuracy/traffic.ts';
import { formatPrefix, type Prefix } from '../../lib/net/prefix.ts';
import { mustAddress } from '../support/must-address.ts';

export const SEEDS = [1, 2026];

export function trafficOf(name: string, seed = 1): Traffic {
  const family = FAMILIES.find((one) => one.name === name);
  if (family === undefined) throw new Error(`no family ${name}`);
  return family.generate(seed, 'crowd');
}

/** Events by the true end site, as text. */
export function bySite({ events, endSiteOf }: Traffic): Map<string, TrafficEvent[]> {
  const sites = new Map<string, TrafficEvent[]>();
  for (const event of events) {
    const site = formatPrefix(endSiteOf(mustAddress(event.address)));
    const known = sites.get(site);
    if (known === undefined) sites.set(site, [event]);
    else known.push(event);
  }
  return sites;
}

export function isSpam(event: TrafficEvent): boolean {
  return truthOf(event) === 'spam';
}

/** The published lines, read independently of the project's own parser. */
export function publishedBy({ published }: Traffic): { block: Prefix; length: number }[] {
  const lines = published.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [block = '', length = ''] = line.split(',');
    return { block: prefixOf(block), length: Number(length) };
  });
}
