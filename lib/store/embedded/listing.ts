/**
 * Listing rungs in address order: one range of keys.
 */
import type { Prefix } from '../../net/prefix.ts';
import { prefixOfKey, rungRange } from '../../reputation/rung.ts';
import { decodeTally } from '../codec/tally.ts';
import { isReporterKey } from '../impulse.ts';
import type { RungTally } from '../port.ts';
import type { Page } from '../records.ts';
import type { Bytes } from './databases.ts';

export function listRungs(
  tallies: Bytes,
  within: Prefix,
  length: number,
  { after, limit }: { after?: string | undefined; limit: number },
): Page<RungTally> {
  const { start, end } = rungRange(within, length);
  const items: RungTally[] = [];
  let next: string | null = null;
  const range = { start: Buffer.from(after ?? start, 'latin1'), end: Buffer.from(end, 'latin1') };
  for (const { key, value } of tallies.getRange(range)) {
    const text = Buffer.from(key).toString('latin1');
    if (text === after || isReporterKey(text)) continue;
    const prefix = prefixOfKey(text);
    if (prefix === null) continue;
    if (items.length === limit) break;
    items.push({ prefix, tally: decodeTally(value) });
    next = text;
  }
  return { items, next: items.length < limit ? null : next };
}
