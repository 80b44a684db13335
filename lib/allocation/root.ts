/**
 * The root: which leaf holds which stretch of the address space. One small block a refresh swaps in one write.
 *
 * Content after the envelope (block.ts): when the table was built (epoch seconds) and how many allocations went in, as
 * varints; then for IPv4 and for IPv6 the number of leaves as varint and for each its start (start-code.ts) and its id.
 */
import { type Address, compareAddress, type Family } from '../net/address.ts';
import { ok, type Result } from '../result.ts';
import { type BlockRefusal, ID_BYTES, open, refuse, seal } from './block.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { type DisjointRanges, RangeBuilder } from './disjoint-ranges.ts';
import { StartReader, StartWriter } from './start-code.ts';
import { NOTHING_SAID } from './statement.ts';

/** Where a leaf begins and which content it has. It ends where the family's next leaf begins. */
export interface LeafReference {
  readonly id: string;
  readonly start: Address;
}

export interface RootFacts {
  /** When the table was built: epoch seconds. */
  readonly built: number;
  /** How many allocations went into it. */
  readonly allocations: number;
}

/** A decoded root. */
export class Root implements RootFacts {
  readonly built: number;
  readonly allocations: number;
  /** IPv4 first, then IPv6, in address order. */
  readonly leaves: readonly LeafReference[];
  private readonly ipv4: DisjointRanges;
  private readonly ipv6: DisjointRanges;

  constructor(facts: RootFacts, leaves: readonly LeafReference[]) {
    this.built = facts.built;
    this.allocations = facts.allocations;
    this.leaves = leaves;
    this.ipv4 = stretches(4, leaves);
    this.ipv6 = stretches(6, leaves);
  }

  /** The leaf that would say something about the address; undefined when nothing is said before the first leaf. */
  leafFor(address: Address): LeafReference | undefined {
    const stretch = (address.family === 4 ? this.ipv4 : this.ipv6).saidAt(address);
    return stretch === NOTHING_SAID ? undefined : this.leaves[stretch - 1];
  }
}

export function encodeRoot(facts: RootFacts, leaves: readonly LeafReference[]): Uint8Array {
  const out = new ByteWriter();
  out.varint(facts.built);
  out.varint(facts.allocations);
  for (const family of [4, 6] as const) {
    const own = leaves.filter((leaf) => leaf.start.family === family);
    out.varint(own.length);
    const starts = new StartWriter(family, out);
    for (const leaf of own) {
      starts.write(leaf.start);
      out.bytes(Buffer.from(leaf.id, 'hex'));
    }
  }
  return seal('root', [out]);
}

export function decodeRoot(block: Uint8Array): Result<Root, BlockRefusal> {
  const opened = open('root', block);
  if (!opened.ok) return opened;
  const input = opened.value;
  const facts = { built: input.varint(), allocations: input.varint() };
  const ipv4 = readLeaves(input, 4);
  const ipv6 = readLeaves(input, 6);
  if (!input.finished) return refuse('a root does not end where its leaves do');
  return inOrder(ipv4) && inOrder(ipv6)
    ? ok(new Root(facts, [...ipv4, ...ipv6]))
    : refuse('leaves of a root are out of order');
}

function readLeaves(input: ByteReader, family: Family): LeafReference[] {
  const starts = new StartReader(family, input);
  const leaves: LeafReference[] = [];
  for (let left = input.varint(); left > 0 && !input.broken; left--) {
    leaves.push({ start: starts.read(), id: Buffer.from(input.bytes(ID_BYTES)).toString('hex') });
  }
  return leaves;
}

function inOrder(leaves: readonly LeafReference[]): boolean {
  return leaves.every((leaf, i) => {
    const before = leaves[i - 1];
    return before === undefined || compareAddress(before.start, leaf.start) < 0;
  });
}

/** Ranges whose "statement" is the leaf's place in the list, from 1. */
function stretches(family: Family, leaves: readonly LeafReference[]): DisjointRanges {
  const builder = new RangeBuilder(family);
  leaves.forEach((leaf, i) => {
    if (leaf.start.family === family) builder.push(leaf.start, i + 1);
  });
  return builder.build();
}
