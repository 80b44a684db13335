/**
 * The landmarks of one family, from everything an answer can depend on: evidence, allocations, lists, special space; and
 * for IPv6 those of IPv4 as they show there.
 */
import { cidrsOf } from '../allocation/ranges.ts';
import type { AllocationTable } from '../allocation/table.ts';
import { rungLengthsOf } from '../lookup/children.ts';
import { Address, bitsOf, compareAddress, type Family } from '../net/address.ts';
import { comparePrefix, covers, firstAddress, lastAddress, Prefix } from '../net/prefix.ts';
import { blocksOf } from '../net/special.ts';
import { type Face, facesOf, imageIn, isScattered } from './face.ts';
import { type Landmark, type Landmarks, merged } from './landmark.ts';
import type { ExportState } from './state.ts';

/** Rungs read at a time, from each run of one length. */
const PAGE = 1000;

/** All landmarks of a family in table order, a block before the blocks in it. Several may be of one block. */
export function landmarksOf(family: Family, state: ExportState): Landmarks {
  const own = runsIn(wholeOf(family), state);
  if (family === 4 || !state.withFaces) return merged(own);
  return merged([...own, ...facesOf(state.tables.operator).map((face) => shown(face, state))]);
}

export function wholeOf(family: Family): Prefix {
  return Prefix.covering(family === 4 ? Address.v4(0) : Address.v6(0, 0, 0, 0), 0);
}

async function* shown(face: Face, state: ExportState): AsyncGenerator<Landmark> {
  for await (const landmark of merged(runsIn(face.of, state))) {
    const prefix = imageIn(face, landmark.prefix);
    // What IPv4 lists must not hold is an address like any other here.
    yield landmark.what === 'unlistable' ? { prefix, what: 'edge' } : { ...landmark, prefix };
  }
}

/** The runs of landmarks inside a block, and of those around it. */
function runsIn(within: Prefix, state: ExportState): readonly Landmarks[] {
  const { operator, published } = state.tables;
  return [
    edges(within, state),
    stated(operator, within),
    stated(published, within),
    ...subjectLengths(within.family, state).map((length) => rungs(within, length, state)),
  ];
}

async function* rungs(within: Prefix, length: number, { store }: ExportState): AsyncGenerator<Landmark> {
  let after: string | undefined;
  do {
    const page = await store.listRungs(within, length, { after, limit: PAGE });
    for (const rung of page.items) yield { prefix: rung.prefix, what: 'rung', rung };
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** Special-purpose space, list entries, and where nothing is ever listed. */
async function* edges(within: Prefix, { entries }: ExportState): AsyncGenerator<Landmark> {
  const { family } = within;
  const special = blocksOf(family);
  const all: Landmark[] = [
    ...special.map(({ prefix }): Landmark => ({ prefix, what: 'edge' })),
    ...entries.map(({ prefix }): Landmark => ({ prefix, what: 'edge' })),
    ...special.filter(isUnlistable).map(({ prefix }): Landmark => ({ prefix, what: 'unlistable' })),
  ];
  yield* all
    .filter(({ prefix }) => touches(within, prefix))
    .sort((a, b) => comparePrefix(a.prefix, b.prefix));
}

/**
 * RFC 5782 section 5: 127.0.0.1 and ::FFFF:7F00:1 must not be listed, and the blocks they are in hold the test entries. In
 * Teredo space no block is one host's.
 */
function isUnlistable({ name, decodedAs }: ReturnType<typeof blocksOf>[number]): boolean {
  return name === 'loopback' || decodedAs === 'ipv4-mapped' || decodedAs === 'teredo';
}

/** A table's statements, as the blocks in which they hold. */
async function* stated(table: AllocationTable, within: Prefix): AsyncGenerator<Landmark> {
  const ranges = table.ranges(within.family);
  const last = lastAddress(within);
  for (let at = Math.max(0, ranges.find(firstAddress(within))); at < ranges.count; at++) {
    const first = ranges.start(at);
    if (compareAddress(first, last) > 0) return;
    const statement = table.statement(ranges.statement(at));
    if (statement === undefined) continue;
    const what = isScattered(statement) ? 'unlistable' : 'allocation';
    const blocks = cidrsOf({ first, last: ranges.last(at) });
    for (const prefix of blocks) if (touches(within, prefix)) yield { prefix, what };
  }
}

function touches(within: Prefix, prefix: Prefix): boolean {
  return covers(within, prefix) || covers(prefix, within);
}

/** Every length at which a lookup may look for evidence: default and stated end sites, and the rungs above them. */
function subjectLengths(family: Family, { tables }: ExportState): readonly number[] {
  const lengths = new Set([
    ...rungLengthsOf(family),
    ...statedLengths(tables.operator, family),
    ...statedLengths(tables.published, family),
  ]);
  return [...lengths].sort((a, b) => a - b);
}

function* statedLengths(table: AllocationTable, family: Family): Generator<number> {
  const ranges = table.ranges(family);
  const numbers = new Set<number>();
  for (let at = 0; at < ranges.count; at++) numbers.add(ranges.statement(at));
  for (const number of numbers) {
    const statement = table.statement(number);
    if (statement === undefined) continue;
    const { mechanism, endSiteLength, blockLength, ipv4MaskLength } = statement;
    yield mechanism === '6rd' ? Math.min(bitsOf(family), blockLength + 32 - ipv4MaskLength) : endSiteLength;
  }
}
