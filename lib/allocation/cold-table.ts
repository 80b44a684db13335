/**
 * The published allocations of a cold function: the root, and only the leaves that addresses asked for.
 *
 * Fetching is the caller's business, so that this stays pure:
 *   const missing = table.missing(address);
 *   if (missing !== undefined) table.add(missing, await store.leaf(missing.id));
 *   table.match(address);
 */
import type { Address } from '../net/address.ts';
import { firstAddress, lastAddress, type Prefix } from '../net/prefix.ts';
import { ok, type Result } from '../result.ts';
import type { Allocation, Allocations } from './allocation.ts';
import type { BlockRefusal } from './block.ts';
import { checkedLeaf } from './blocks.ts';
import type { Leaf } from './leaf.ts';
import type { LeafReference, Root } from './root.ts';

/** Leaves kept: about 30 MB decoded. The one asked for longest ago goes first. */
const MAX_LEAVES = 1_000;

export class ColdTable implements Allocations {
  private readonly root: Root;
  private readonly leaves = new Map<string, Leaf>();
  private readonly maxLeaves: number;

  constructor(root: Root, maxLeaves = MAX_LEAVES) {
    this.root = root;
    this.maxLeaves = maxLeaves;
  }

  /** The leaf to fetch before `match` can answer; undefined when nothing is missing. */
  missing(address: Address): LeafReference | undefined {
    const reference = this.root.leafFor(address);
    return reference === undefined || this.leaves.has(reference.id) ? undefined : reference;
  }

  /** Takes a fetched leaf in; bytes that are not what the reference means are refused, and the table stays as it was. */
  add(reference: LeafReference, bytes: Uint8Array): Result<void, BlockRefusal> {
    const leaf = checkedLeaf(reference, bytes);
    if (!leaf.ok) return leaf;
    this.keep(reference.id, leaf.value);
    return ok(undefined);
  }

  /** As for any table; where the leaf is missing the answer is that nothing is published. */
  match(address: Address): Allocation | undefined {
    const id = this.root.leafFor(address)?.id;
    const leaf = id === undefined ? undefined : this.leaves.get(id);
    if (id === undefined || leaf === undefined) return undefined;
    this.keep(id, leaf);
    return leaf.statements.allocationAt(leaf.ranges.saidAt(address), address);
  }

  /**
   * Whether the table says one thing of a part of the prefix and another, or nothing, of the rest; undefined when the leaf
   * that knows is missing.
   */
  divides(prefix: Prefix): boolean | undefined {
    const first = firstAddress(prefix);
    const last = lastAddress(prefix);
    const id = this.root.leafFor(first)?.id;
    // A leaf begins where a range does.
    if (id !== this.root.leafFor(last)?.id) return true;
    if (id === undefined) return false;
    const ranges = this.leaves.get(id)?.ranges;
    return ranges && ranges.find(first) !== ranges.find(last);
  }

  /** Puts the leaf at the young end of the map, whose order is its age. */
  private keep(id: string, leaf: Leaf): void {
    this.leaves.delete(id);
    this.leaves.set(id, leaf);
    const [oldest] = this.leaves.keys();
    if (this.leaves.size > this.maxLeaves && oldest !== undefined) this.leaves.delete(oldest);
  }
}
