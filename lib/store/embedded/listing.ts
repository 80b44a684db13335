/**
 * Listing rungs in address order: one range of keys, in the file and in what is not yet written down.
 */
import type { Prefix } from '../../net/prefix.ts';
import { prefixOfKey, type RungKey, rungRange } from '../../reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../reputation/tally.ts';
import { decodeTally } from '../codec/tally.ts';
import { isReporterKey } from '../impulse.ts';
import type { RungTally } from '../port.ts';
import type { Page } from '../records.ts';
import type { Bytes } from './databases.ts';
import type { Pending } from './pending.ts';

export function listRungs(
  tallies: Bytes,
  pending: Pending,
  within: Prefix,
  length: number,
  { after, limit }: { after?: string | undefined; limit: number },
): Page<RungTally> {
  const { start, end } = rungRange(within, length);
  const items: RungTally[] = [];
  let next: string | null = null;
  for (const [key, tally] of merged(tallies, pending, after ?? start, end)) {
    const prefix = prefixOfKey(key);
    if (key === after || prefix === null) continue;
    if (items.length === limit) break;
    items.push({ prefix, tally });
    next = key;
  }
  return { items, next: items.length < limit ? null : next };
}

/** The tallies of rungs from a key up to but without another, in order: as they are in the file, but for those that differ by now. */
function* merged(
  tallies: Bytes,
  pending: Pending,
  start: RungKey,
  end: RungKey,
): Generator<readonly [RungKey, Tally]> {
  const differing = pending.within(start, end).filter(([key]) => !isReporterKey(key));
  let at = 0;
  const range = { start: Buffer.from(start, 'latin1'), end: Buffer.from(end, 'latin1') };
  for (const { key: bytes, value } of tallies.getRange(range)) {
    const key = bytes.toString('latin1');
    if (isReporterKey(key)) continue;
    let isOld = false;
    for (let newer = differing[at]; newer !== undefined && newer[0] <= key; newer = differing[++at]) {
      if (newer[1] !== EMPTY_TALLY) yield newer;
      isOld = newer[0] === key;
    }
    if (!isOld) yield [key, decodeTally(value)];
  }
  for (const newer of differing.slice(at)) if (newer[1] !== EMPTY_TALLY) yield newer;
}
