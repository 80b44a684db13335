/**
 * Which special-purpose block an address is in: loopback, private use, documentation and the like, longest match first.
 *
 * The table is our own and dated, because address libraries lag the registries. It is cut once into disjoint ranges,
 * so that a question is one binary search. Blocks of 2000::/3 that no row covers are ordinary unicast.
 */
import { Address, compareAddress, type Family } from './address.ts';
import { comparePrefix, contains, firstAddress, lastAddress, type Prefix, parsePrefix } from './prefix.ts';
import {
  type BlockRow,
  type DecodedKind,
  IPV4_REGISTRY,
  IPV6_REGISTRY,
  STRUCTURAL_BLOCKS,
} from './special-blocks.ts';

/** One block of the registries (RFC 6890, RFC 8190) or of the address architecture. */
export interface SpecialBlock {
  readonly prefix: Prefix;
  /** The registry's name as a slug: `loopback`, `private-use`, `documentation-test-net-1`. */
  readonly name: string;
  /** The RFCs that set the block aside: `RFC 4193, RFC 8190`. */
  readonly rfc: string;
  /** The registry's "Globally Reachable"; null where it says N/A or nothing. */
  readonly globallyReachable: boolean | null;
  /** The mechanism that tells what traffic from the block is, or null when the block's name is all there is to say. */
  readonly decodedAs: DecodedKind | null;
}

/** Disjoint ranges in address order: range i runs from start i to just before start i + 1. */
interface RangeTable {
  readonly w0: Uint32Array;
  readonly w1: Uint32Array;
  readonly w2: Uint32Array;
  readonly w3: Uint32Array;
  readonly blocks: readonly (SpecialBlock | undefined)[];
}

/**
 * The block that makes the address special, or undefined for ordinary unicast and for the blocks that decoders take
 * care of (IPv4-mapped, -translated and -compatible, 6to4, Teredo, the NAT64 well-known prefix).
 * Reachable anycast blocks (AS112, AMT, PCP) are special as well: no mail comes from them.
 */
export function specialOf(address: Address): SpecialBlock | undefined {
  const block = blockOf(address);
  return block === undefined || block.decodedAs === null ? block : undefined;
}

/** The longest row of the table that holds the address, one with a decoder included. */
export function blockOf(address: Address): SpecialBlock | undefined {
  const table = tableOf(address.family);
  return table.blocks[rangeOf(table, address)];
}

/** Every row of the table for a family, those with a decoder included. */
export function blocksOf(family: Family): readonly SpecialBlock[] {
  const rows = [...IPV4_REGISTRY, ...IPV6_REGISTRY, ...STRUCTURAL_BLOCKS];
  return rows.filter(([text]) => text.includes(':') === (family === 6)).map(blockFrom);
}

/** Whether an IPv4 address is ordinary global unicast: in no special block, multicast and reserved space included. */
export function isGlobalUnicastV4(address: Address): boolean {
  return address.family === 4 && blockOf(address) === undefined;
}

const tables = new Map<Family, RangeTable>();

/** Cut when a family is first asked about: a cold start has one question. */
function tableOf(family: Family): RangeTable {
  const known = tables.get(family);
  if (known !== undefined) return known;
  const table = flatten(blocksOf(family), family === 4 ? Address.v4(0) : Address.v6(0, 0, 0, 0));
  tables.set(family, table);
  return table;
}

/** The last range whose start is not beyond the address. */
function rangeOf(table: RangeTable, address: Address): number {
  let low = 0;
  let high = table.blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (startsBeyond(table, middle, address)) high = middle - 1;
    else low = middle;
  }
  return low;
}

function startsBeyond(table: RangeTable, i: number, address: Address): boolean {
  const order =
    (table.w0[i] ?? 0) - address.w0 ||
    (table.w1[i] ?? 0) - address.w1 ||
    (table.w2[i] ?? 0) - address.w2 ||
    (table.w3[i] ?? 0) - address.w3;
  return order > 0;
}

function blockFrom([text, name, rfc, globallyReachable, decodedAs]: BlockRow): SpecialBlock {
  const prefix = parsePrefix(text);
  if (!prefix.ok) throw new Error(`special-purpose table: ${prefix.error.detail}`);
  return { prefix: prefix.value, name, rfc, globallyReachable, decodedAs: decodedAs ?? null };
}

/** Cuts the address space from `zero` on at every edge of a block; each piece belongs to its longest block. */
function flatten(blocks: readonly SpecialBlock[], zero: Address): RangeTable {
  const cuts: { readonly start: Address; block: SpecialBlock | undefined }[] = [];
  const say = (start: Address, block: SpecialBlock | undefined): void => {
    const last = cuts.at(-1);
    if (last !== undefined && compareAddress(last.start, start) === 0) last.block = block;
    else cuts.push({ start, block });
  };
  say(zero, undefined);
  const around: SpecialBlock[] = [];
  const leaveBefore = (start: Address | null): void => {
    for (let inner = around.at(-1); inner !== undefined; inner = around.at(-1)) {
      if (start !== null && contains(inner.prefix, start)) return;
      around.pop();
      const after = successor(lastAddress(inner.prefix));
      if (after !== null) say(after, around.at(-1));
    }
  };
  for (const block of blocks.toSorted((a, b) => comparePrefix(a.prefix, b.prefix))) {
    const start = firstAddress(block.prefix);
    leaveBefore(start);
    say(start, block);
    around.push(block);
  }
  leaveBefore(null);
  return {
    w0: Uint32Array.from(cuts, ({ start }) => start.w0),
    w1: Uint32Array.from(cuts, ({ start }) => start.w1),
    w2: Uint32Array.from(cuts, ({ start }) => start.w2),
    w3: Uint32Array.from(cuts, ({ start }) => start.w3),
    blocks: cuts.map(({ block }) => block),
  };
}

/** The next address of the family, or null after the last one. */
function successor(address: Address): Address | null {
  const { w0, w1, w2, w3 } = address;
  const max = 0xffffffff;
  if (address.family === 4) return w0 === max ? null : Address.v4(w0 + 1);
  if (w3 !== max) return Address.v6(w0, w1, w2, w3 + 1);
  if (w2 !== max) return Address.v6(w0, w1, w2 + 1, 0);
  if (w1 !== max) return Address.v6(w0, w1 + 1, 0, 0);
  return w0 === max ? null : Address.v6(w0 + 1, 0, 0, 0);
}
