/**
 * The published allocations of a warm process: all of them in memory, matched by a search over flat columns.
 */
import type { Address, Family } from '../net/address.ts';
import { firstAddress, lastAddress, type Prefix } from '../net/prefix.ts';
import type { Allocation, Allocations } from './allocation.ts';
import type { DisjointRanges } from './disjoint-ranges.ts';
import { flatten } from './flatten.ts';
import type { AddressRange } from './ranges.ts';
import { AllocationRows } from './rows.ts';
import { type Statement, Statements } from './statement.ts';

/** A range of addresses with one statement. */
export interface StatedRange extends AddressRange {
  /** The statement's number in its table: one for all ranges in which it holds. */
  readonly number: number;
  readonly statement: Statement;
}

/** An immutable table; a refresh builds a new one. */
export class AllocationTable implements Allocations {
  static readonly empty = AllocationTable.from(new AllocationRows());

  /** How many allocations went in, the hidden and the doubled ones included. */
  readonly allocations: number;
  private readonly ipv4: DisjointRanges;
  private readonly ipv6: DisjointRanges;
  private readonly statements: Statements;

  constructor(
    ipv4: DisjointRanges,
    ipv6: DisjointRanges,
    statements: readonly (Statement | undefined)[],
    allocations: number,
  ) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    this.statements = new Statements(statements);
    this.allocations = allocations;
  }

  /** Flattens the rows; they may be dropped afterwards. About a second for a million. */
  static from(rows: AllocationRows): AllocationTable {
    return new AllocationTable(flatten(rows, 4), flatten(rows, 6), rows.statements.all(), rows.count);
  }

  /** As `from`, for allocations at hand. */
  static of(allocations: Iterable<Allocation>): AllocationTable {
    const rows = new AllocationRows();
    for (const allocation of allocations) rows.add(allocation);
    return AllocationTable.from(rows);
  }

  match(address: Address): Allocation | undefined {
    return this.statements.allocationAt(this.ranges(address.family).saidAt(address), address);
  }

  /** Whether the table says one thing of a part of the prefix and another, or nothing, of the rest. */
  divides(prefix: Prefix): boolean {
    const ranges = this.ranges(prefix.family);
    return ranges.find(firstAddress(prefix)) !== ranges.find(lastAddress(prefix));
  }

  ranges(family: Family): DisjointRanges {
    return family === 4 ? this.ipv4 : this.ipv6;
  }

  /** The statement with this number in the family's ranges; undefined for "nothing". */
  statement(number: number): Statement | undefined {
    return this.statements.at(number);
  }

  /** Every range that something is said about, IPv4 first, in address order. */
  *stated(): Generator<StatedRange> {
    for (const ranges of [this.ipv4, this.ipv6]) {
      for (let at = 0; at < ranges.count; at++) {
        const number = ranges.statement(at);
        const statement = this.statements.at(number);
        if (statement !== undefined)
          yield { first: ranges.start(at), last: ranges.last(at), number, statement };
      }
    }
  }
}
