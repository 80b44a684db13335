/**
 * The sixteen parts of a block: one hex digit further down.
 */

import { formatAddress } from '../../../net/address.ts';
import { covers, firstAddress, type Prefix } from '../../../net/prefix.ts';
import { childAt } from '../bits.ts';
import { mapLink } from './map-link.ts';
import type { Cell, Terrain } from './terrain.ts';

export interface Part {
  /** The hex digit that leads there. */
  readonly digit: string;
  readonly prefix: Prefix;
  readonly cells: readonly (Cell | null)[];
  readonly known: number;
  readonly unwanted: number;
  /** The worst of its cells; null where nothing is known. */
  readonly spam: number | null;
  /** Its own map, or the lookup when it is an end site. */
  readonly href: string;
  /** Outside of the block that was asked for. */
  readonly dimmed: boolean;
}

export function partsOf(terrain: Terrain): readonly Part[] {
  const { frame, cells, asked, readLength } = terrain;
  const size = cells.length / 16;
  const length = frame.length + 4;
  return Array.from({ length: 16 }, (_, i) => {
    const prefix = childAt(frame, length, i);
    const own = cells.slice(i * size, (i + 1) * size);
    const found = own.filter((cell) => cell !== null);
    return {
      digit: i.toString(16),
      prefix,
      cells: own,
      known: found.reduce((sum, cell) => sum + cell.known, 0),
      unwanted: found.reduce((sum, cell) => sum + cell.unwanted, 0),
      spam: found.length === 0 ? null : Math.max(...found.map(({ spam }) => spam)),
      href: length >= readLength ? `/?address=${formatAddress(firstAddress(prefix))}` : mapLink(prefix),
      dimmed: !covers(asked, prefix) && !covers(prefix, asked),
    };
  });
}
