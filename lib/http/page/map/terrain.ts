/**
 * The ground a map is drawn from: what is known inside a block, folded into at most 256 cells.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Allocations, askedOf } from '../../../allocation/allocation.ts';
import { type Child, type ChildrenSources, childrenOf, rungLengthsOf } from '../../../lookup/children.ts';
import { bitsOf } from '../../../net/address.ts';
import { covers, firstAddress, Prefix } from '../../../net/prefix.ts';
import { MAX_CHILDREN } from '../../limits.ts';
import { bitsAt, childAt } from '../bits.ts';

/** What is known of one cell. */
export interface Cell {
  readonly prefix: Prefix;
  /** How many sub-prefixes of `readLength` speak for it, */
  readonly known: number;
  /** and how many of these are more likely unwanted than not. */
  readonly unwanted: number;
  /** Their mean, none counting for more than one report. */
  readonly spam: number;
  /** Their observations together. */
  readonly observations: number;
}

export interface Terrain {
  /** The block as asked for. */
  readonly asked: Prefix;
  /** The block that is drawn: the one asked for, or the next wider one that ends on a hex digit. */
  readonly frame: Prefix;
  readonly cellLength: number;
  /** Length of the sub-prefixes that were read. */
  readonly readLength: number;
  /** In address order; null where nothing is known. */
  readonly cells: readonly (Cell | null)[];
  /** False when there was more to read than one map may. */
  readonly complete: boolean;
}

export interface TerrainSources extends ChildrenSources {
  readonly allocations: Allocations;
}

/** Sub-prefixes read for one map: all /48 in a /36, all /24 in a /12. */
const MAX_READ = 4096;
/** Two hex digits: 16 by 16 cells. */
const CELL_BITS = 8;
/** From here on a sub-prefix counts as unwanted: more likely than not. */
const UNWANTED = 0.5;

/** Reads what is known inside a block at time `now` (epoch milliseconds). Rejects when the store does. */
export async function terrainOf(asked: Prefix, sources: TerrainSources, now: number): Promise<Terrain> {
  const frame = frameOf(asked);
  const readLength = readLengthOf(frame);
  const cellLength = Math.min(frame.length + CELL_BITS, readLength);
  const inside = covers(frame, asked) && asked.length < readLength ? asked : frame;
  const children: Child[] = [];
  let complete = true;
  const extra = await askedOf(sources.allocations, (state) => siteLengths(asked, frame, readLength, state));
  for (const length of [readLength, ...extra]) {
    const read = await readAll(inside, length, MAX_READ - children.length, sources, now);
    children.push(...read.items);
    complete &&= read.complete;
  }
  return { asked, frame, cellLength, readLength, cells: fold(children, frame, cellLength), complete };
}

/** The block itself when it ends on a hex digit, else the next wider one; a single address has the last sixteen around it. */
export function frameOf(asked: Prefix): Prefix {
  const widest = Math.min(asked.length, bitsOf(asked.family) - 4);
  return Prefix.covering(asked, widest - (widest % 4));
}

/** Where evidence about the inside of a block is found: two digits down or more, but not beyond the usual end site. */
function readLengthOf(frame: Prefix): number {
  const lengths = rungLengthsOf(frame.family);
  const site = frame.family === 6 && frame.length < 64 ? 64 : bitsOf(frame.family);
  return lengths.find((length) => length >= frame.length + CELL_BITS && length <= site) ?? site;
}

/** Published end sites of the block that are wider than what is read anyhow: their evidence stands nowhere else. */
function siteLengths(asked: Prefix, frame: Prefix, readLength: number, allocations: Allocations): number[] {
  const length = allocations.match(firstAddress(asked))?.endSiteLength ?? readLength;
  return length > Math.max(frame.length, asked.length) && length < readLength ? [length] : [];
}

async function readAll(
  within: Prefix,
  length: number,
  most: number,
  sources: ChildrenSources,
  now: number,
): Promise<{ readonly items: readonly Child[]; readonly complete: boolean }> {
  const items: Child[] = [];
  let after: string | undefined;
  do {
    const limit = Math.min(MAX_CHILDREN, most - items.length);
    if (limit <= 0) return { items, complete: false };
    const page = await childrenOf({ within, length, after, limit }, sources, now);
    // Cursors come from the store itself here.
    if (!page.ok) throw new Error(page.error);
    items.push(...page.value.items);
    after = page.value.next ?? undefined;
    // An embedded store answers at once: lookups in between must not wait for the whole map.
    await nextTurn();
  } while (after !== undefined);
  return { items, complete: true };
}

interface Sum {
  known: number;
  unwanted: number;
  weight: number;
  spam: number;
  observations: number;
}

function fold(children: readonly Child[], frame: Prefix, cellLength: number): (Cell | null)[] {
  const sums: (Sum | undefined)[] = [];
  for (const child of children) {
    const { prefix } = child;
    const first = bitsAt(prefix, frame.length, cellLength);
    // An end site wider than a cell shows in all that it covers.
    const last = prefix.length >= cellLength ? first : first + 2 ** (cellLength - prefix.length) - 1;
    for (let place = first; place <= last; place++) sums[place] = plus(sums[place], child);
  }
  return Array.from({ length: 2 ** (cellLength - frame.length) }, (_, place) => {
    const sum = sums[place];
    if (sum === undefined) return null;
    const { known, unwanted, weight, spam, observations } = sum;
    return { prefix: childAt(frame, cellLength, place), known, unwanted, spam: spam / weight, observations };
  });
}

function plus(sum: Sum | undefined, { spam, observations }: Child): Sum {
  const before = sum ?? { known: 0, unwanted: 0, weight: 0, spam: 0, observations: 0 };
  const weight = Math.max(0.01, Math.min(1, observations));
  return {
    known: before.known + 1,
    unwanted: before.unwanted + (spam > UNWANTED ? 1 : 0),
    weight: before.weight + weight,
    spam: before.spam + weight * spam,
    observations: before.observations + observations,
  };
}
