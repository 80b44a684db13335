/**
 * Statements: what allocations say, without the bits of the block they say it about.
 *
 * A table keeps each distinct statement once. The block comes back by masking the address that was asked about to the
 * statement's block length, so neighbouring blocks that say the same need no rows of their own.
 */
import type { Address } from '../net/address.ts';
import { Prefix } from '../net/prefix.ts';
import { ALLOCATION_ORIGINS, type Allocation } from './allocation.ts';

/** An allocation with its block reduced to the length: the bits are those of any address inside it. */
export interface Statement extends Omit<Allocation, 'prefix'> {
  /** Length of the block, 0 to 32 or 128. */
  readonly blockLength: number;
}

/** The number that stands for "nobody says anything here". */
export const NOTHING_SAID = 0;

/** Gives equal statements one number, from 1 on; `NOTHING_SAID` is never given. */
export class StatementList {
  /** For each reference the numbers of its statements by their key. */
  private readonly numbers = new Map<string, Map<number | string, number>>();
  private readonly list: (Statement | undefined)[] = [undefined];

  /** The statement's number, the same for every equal statement. */
  numberOf(statement: Statement): number {
    const own = this.numbers.get(statement.reference) ?? new Map<number | string, number>();
    if (own.size === 0) this.numbers.set(statement.reference, own);
    const key = keyOf(statement);
    const known = own.get(key);
    if (known !== undefined) return known;
    const number = this.list.length;
    this.list.push(statement);
    own.set(key, number);
    return number;
  }

  at(number: number): Statement | undefined {
    return this.list[number];
  }

  /** All statements by number; the first place, `NOTHING_SAID`, is undefined. */
  all(): readonly (Statement | undefined)[] {
    return this.list;
  }
}

export function statementOf(allocation: Allocation): Statement {
  return {
    blockLength: allocation.prefix.length,
    origin: allocation.origin,
    endSiteLength: allocation.endSiteLength,
    endSites: allocation.endSites,
    mechanism: allocation.mechanism,
    ipv4MaskLength: allocation.ipv4MaskLength,
    ipv4Prefix: allocation.ipv4Prefix,
    date: allocation.date,
    reference: allocation.reference,
  };
}

/** What statements have in common whatever their lengths: far fewer than statements, so they stay in cache. */
type Detail = Omit<Statement, 'blockLength' | 'endSiteLength'>;

/** Statements by number, packed for matching: their lengths in one column, the rest shared. */
export class Statements {
  private readonly lengths: Uint16Array;
  private readonly details: readonly (Detail | undefined)[];

  /** Takes statements in the order of their numbers; the first place is `NOTHING_SAID`. */
  constructor(list: readonly (Statement | undefined)[]) {
    const shared = new StatementList();
    this.lengths = Uint16Array.from(list, (s) =>
      s === undefined ? 0 : s.blockLength * 256 + s.endSiteLength,
    );
    this.details = list.map((s) =>
      s === undefined ? undefined : shared.at(shared.numberOf({ ...s, blockLength: 0, endSiteLength: 0 })),
    );
  }

  /** Numbers given, `NOTHING_SAID` included. */
  get size(): number {
    return this.lengths.length;
  }

  at(number: number): Statement | undefined {
    const detail = this.details[number];
    const lengths = this.lengths[number] ?? 0;
    if (detail === undefined) return undefined;
    return { ...detail, blockLength: lengths >>> 8, endSiteLength: lengths & 255 };
  }

  /** The allocation that a statement is about an address inside its block; undefined for `NOTHING_SAID`. */
  allocationAt(number: number, address: Address): Allocation | undefined {
    const detail = this.details[number];
    const lengths = this.lengths[number] ?? 0;
    if (detail === undefined) return undefined;
    return {
      prefix: Prefix.covering(address, lengths >>> 8),
      origin: detail.origin,
      endSiteLength: lengths & 255,
      endSites: detail.endSites,
      mechanism: detail.mechanism,
      ipv4MaskLength: detail.ipv4MaskLength,
      ipv4Prefix: detail.ipv4Prefix,
      date: detail.date,
      reference: detail.reference,
    };
  }
}

/** Dates below this leave room for the rest of a key in a number's 53 bits: until the year 2242. */
const DATE_LIMIT = 2 ** 33;

/** Tells statements of one reference apart. Published ones, a million of them, get by with a number. */
function keyOf(s: Statement): number | string {
  const origin = ALLOCATION_ORIGINS.indexOf(s.origin);
  const isPlain =
    s.endSites === 1 && s.mechanism === 'native' && s.ipv4MaskLength === 0 && s.ipv4Prefix === null;
  if (isPlain && Number.isInteger(s.date) && s.date >= 0 && s.date < DATE_LIMIT) {
    return ((s.date * 256 + s.blockLength) * 256 + s.endSiteLength) * ALLOCATION_ORIGINS.length + origin;
  }
  const ipv4 = s.ipv4Prefix === null ? '' : `${s.ipv4Prefix.w0}/${s.ipv4Prefix.length}`;
  const lengths = `${s.blockLength} ${s.endSiteLength} ${s.endSites}`;
  return `${origin} ${lengths} ${s.date} ${s.mechanism} ${s.ipv4MaskLength} ${ipv4}`;
}
