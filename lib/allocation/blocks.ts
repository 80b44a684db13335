/**
 * A whole table as a root and its leaves, and back.
 */
import { equalAddress, type Family } from '../net/address.ts';
import { ok, type Result } from '../result.ts';
import { type BlockRefusal, idOf, refuse } from './block.ts';
import { RangeBuilder } from './disjoint-ranges.ts';
import { decodeLeaf, type Leaf, LeafWriter } from './leaf.ts';
import { encodeRoot, type LeafReference, type Root } from './root.ts';
import { NOTHING_SAID, StatementList } from './statement.ts';
import { AllocationTable } from './table.ts';

/** A leaf as a store keeps it, under its id. */
interface EncodedLeaf extends LeafReference {
  readonly bytes: Uint8Array;
}

export interface EncodedTable {
  readonly root: Uint8Array;
  readonly leaves: readonly EncodedLeaf[];
}

export interface EncodeOptions {
  /** When the table was built: epoch seconds. */
  readonly built: number;
  /** A leaf is closed once it has this many bytes: a cold start fetches the root and one leaf, and this size makes the sum small. */
  readonly leafBytes?: number;
}

const LEAF_BYTES = 8_000;

/** Cuts a table into blocks. Store the leaves first, the root last. */
export function encodeTable(table: AllocationTable, options: EncodeOptions): EncodedTable {
  const limit = options.leafBytes ?? LEAF_BYTES;
  const leaves = [...leavesOf(table, 4, limit), ...leavesOf(table, 6, limit)];
  return { root: encodeRoot({ built: options.built, allocations: table.allocations }, leaves), leaves };
}

/** Puts a table together from a root and the bytes of its leaves, in the order of `root.leaves`. */
export function assembleTable(
  root: Root,
  leaves: Iterable<Uint8Array>,
): Result<AllocationTable, BlockRefusal> {
  const assembler = new TableAssembler(root);
  for (const bytes of leaves) {
    const added = assembler.add(bytes);
    if (!added.ok) return added;
  }
  return assembler.finish();
}

/** As `assembleTable`, a leaf at a time, so that a service can answer requests in between. */
export class TableAssembler {
  private readonly root: Root;
  private readonly statements = new StatementList();
  private readonly builders = { 4: new RangeBuilder(4), 6: new RangeBuilder(6) };
  private added = 0;

  constructor(root: Root) {
    this.root = root;
  }

  /** Takes the next leaf of `root.leaves`; bytes that are not that leaf are refused. */
  add(bytes: Uint8Array): Result<void, BlockRefusal> {
    const reference = this.root.leaves[this.added];
    if (reference === undefined) return refuse('there are more leaves than the root lists');
    const leaf = checkedLeaf(reference, bytes);
    if (!leaf.ok) return leaf;
    append(this.builders[reference.start.family], leaf.value, this.statements);
    this.added++;
    return ok(undefined);
  }

  finish(): Result<AllocationTable, BlockRefusal> {
    const { root, builders, statements } = this;
    if (this.added < root.leaves.length) return refuse('there are fewer leaves than the root lists');
    return ok(
      new AllocationTable(builders[4].build(), builders[6].build(), statements.all(), root.allocations),
    );
  }
}

/** Decodes a leaf and checks that it is the one the root means. */
export function checkedLeaf(reference: LeafReference, bytes: Uint8Array): Result<Leaf, BlockRefusal> {
  if (idOf(bytes) !== reference.id) return refuse('a leaf is not the one its root lists');
  const leaf = decodeLeaf(bytes);
  if (!leaf.ok || equalAddress(leaf.value.start, reference.start)) return leaf;
  return refuse('a leaf begins elsewhere than its root says');
}

function* leavesOf(table: AllocationTable, family: Family, limit: number): Generator<EncodedLeaf> {
  const ranges = table.ranges(family);
  let writer: LeafWriter | undefined;
  for (let at = 0; at < ranges.count; at++) {
    const start = ranges.start(at);
    writer ??= new LeafWriter(start);
    const number = ranges.statement(at);
    writer.add(start, number, table.statement(number));
    if (writer.length >= limit || at === ranges.count - 1) {
      const bytes = writer.finish();
      yield { id: idOf(bytes), start: writer.start, bytes };
      writer = undefined;
    }
  }
}

function append(builder: RangeBuilder, leaf: Leaf, statements: StatementList): void {
  const numbers = Array.from({ length: leaf.statements.size }, (_, i) => {
    const statement = leaf.statements.at(i);
    return statement === undefined ? NOTHING_SAID : statements.numberOf(statement);
  });
  if (leaf.ranges.count === 0 || !equalAddress(leaf.ranges.start(0), leaf.start))
    builder.push(leaf.start, NOTHING_SAID);
  for (let at = 0; at < leaf.ranges.count; at++) {
    builder.push(leaf.ranges.start(at), numbers[leaf.ranges.statement(at)] ?? NOTHING_SAID);
  }
}
