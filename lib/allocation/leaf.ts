/**
 * A leaf: one stretch of one family's ranges, with the statements and references they need, in a few kilobytes.
 *
 * Content after the envelope (block.ts):
 *   1 byte    family, 4 or 6
 *   varint    references; for each its length and UTF-8
 *   varint    statements; for each: block length, end-site length, origin and mechanism as one byte each (places in
 *             their lists), end sites as varint, IPv4 mask length, IPv4 prefix (length + 1, or 0 for none; then a word),
 *             date as varint, place of its reference as varint
 *   varint    ranges; for each: its start (start-code.ts) and its statement as varint, from 1, 0 for none
 * A range ends where the next begins, the last where the next leaf begins.
 */

import { type Address, bitsOf, compareAddress, type Family } from '../net/address.ts';
import { ok, type Result } from '../result.ts';
import { type BlockRefusal, open, refuse, seal } from './block.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { type DisjointRanges, RangeBuilder } from './disjoint-ranges.ts';
import { StartReader, StartWriter } from './start-code.ts';
import { NOTHING_SAID, type Statement, Statements } from './statement.ts';
import { readStatement, writeStatement } from './statement-code.ts';

/** A leaf in memory: statement numbers in `ranges` are places in `statements`. */
export interface Leaf {
  readonly start: Address;
  readonly ranges: DisjointRanges;
  readonly statements: Statements;
}

/** Fills one leaf; the ranges come in address order. */
export class LeafWriter {
  readonly start: Address;
  private readonly references = new ByteWriter();
  private readonly statements = new ByteWriter();
  private readonly ranges = new ByteWriter();
  private readonly starts: StartWriter;
  private readonly places = new Map<string, number>();
  /** By their number in the table, the numbers of statements in this leaf. */
  private readonly numbers = new Map<number, number>();
  private count = 0;

  constructor(start: Address) {
    this.start = start;
    this.starts = new StartWriter(start.family, this.ranges);
  }

  /** Bytes so far, less a few for counts and envelope. */
  get length(): number {
    return this.references.length + this.statements.length + this.ranges.length;
  }

  /** `number` is the statement's in its table, the same for the same statement. */
  add(start: Address, number: number, statement: Statement | undefined): void {
    this.starts.write(start);
    this.ranges.varint(statement === undefined ? NOTHING_SAID : this.placeOf(number, statement));
    this.count++;
  }

  finish(): Uint8Array {
    const head = new ByteWriter();
    head.byte(this.start.family);
    head.varint(this.places.size);
    const statements = new ByteWriter();
    statements.varint(this.numbers.size);
    const ranges = new ByteWriter();
    ranges.varint(this.count);
    return seal('leaf', [head, this.references, statements, this.statements, ranges, this.ranges]);
  }

  private placeOf(number: number, statement: Statement): number {
    const known = this.numbers.get(number);
    if (known !== undefined) return known;
    const place = this.numbers.size + 1;
    this.numbers.set(number, place);
    writeStatement(this.statements, statement, this.placeOfReference(statement.reference));
    return place;
  }

  private placeOfReference(reference: string): number {
    const known = this.places.get(reference);
    if (known !== undefined) return known;
    const place = this.places.size;
    this.places.set(reference, place);
    this.references.text(reference);
    return place;
  }
}

/** Reads a leaf; anything that a `LeafWriter` would not have written is refused. */
export function decodeLeaf(block: Uint8Array): Result<Leaf, BlockRefusal> {
  const opened = open('leaf', block);
  if (!opened.ok) return opened;
  const input = opened.value;
  const family = input.byte();
  if (family !== 4 && family !== 6) return refuse('a leaf is of no known family');
  const references = readList(input, () => input.text());
  const statements = readList(input, () => readStatement(input, references, bitsOf(family)));
  return input.broken ? refuse('a leaf has an impossible statement') : readRanges(input, family, statements);
}

function readRanges(
  input: ByteReader,
  family: Family,
  statements: readonly (Statement | undefined)[],
): Result<Leaf, BlockRefusal> {
  const count = input.varint();
  const starts = new StartReader(family, input);
  const builder = new RangeBuilder(family);
  let first: Address | undefined;
  let before: Address | undefined;
  for (let i = 0; i < count && !input.broken; i++) {
    const start = starts.read();
    const number = input.varint();
    if (before !== undefined && compareAddress(before, start) >= 0)
      return refuse('ranges of a leaf are out of order');
    if (number > statements.length) return refuse('a range of a leaf has a statement that is not there');
    builder.push(start, number);
    first ??= start;
    before = start;
  }
  if (!input.finished || first === undefined) return refuse('a leaf does not end where its ranges do');
  return ok({
    start: first,
    ranges: builder.build(),
    statements: new Statements([undefined, ...statements]),
  });
}

/** As many items as the input says, or as it has. */
function readList<T>(input: ByteReader, read: () => T): T[] {
  const items: T[] = [];
  for (let left = input.varint(); left > 0 && !input.broken; left--) items.push(read());
  return items;
}
