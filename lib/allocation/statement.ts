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

/** What statements have in common whatever their lengths and dates: a few for each source, so they stay in cache. */
type Kind = Omit<Statement, 'blockLength' | 'endSiteLength' | 'date'>;

/** Words of a statement: two of its date, one of its lengths, one of its kind. */
const STRIDE = 4;

/**
 * Statements by number, packed for matching: a quarter of a cache line each, as a date may be any row's own and objects of
 * so many lie all over the memory. What is left of them is shared.
 */
export class Statements {
  private readonly words: Uint32Array;
  /** The same memory, of which the date is every second number. */
  private readonly dates: Float64Array;
  private readonly kinds: readonly (Kind | undefined)[];

  /** Takes statements in the order of their numbers; the first place is `NOTHING_SAID`. */
  constructor(list: readonly (Statement | undefined)[]) {
    const kinds = new StatementList();
    this.words = new Uint32Array(STRIDE * list.length);
    this.dates = new Float64Array(this.words.buffer);
    list.forEach((s, number) => {
      if (s === undefined) return;
      const at = STRIDE * number;
      this.dates[at / 2] = s.date;
      this.words[at + 2] = s.blockLength * 256 + s.endSiteLength;
      this.words[at + 3] = kinds.numberOf({ ...s, blockLength: 0, endSiteLength: 0, date: 0 });
    });
    this.kinds = kinds.all();
  }

  /** Numbers given, `NOTHING_SAID` included. */
  get size(): number {
    return this.words.length / STRIDE;
  }

  at(number: number): Statement | undefined {
    const kind = this.kindOf(number);
    if (kind === undefined) return undefined;
    const lengths = this.lengthsOf(number);
    return { ...kind, date: this.dateOf(number), blockLength: lengths >>> 8, endSiteLength: lengths & 255 };
  }

  /** The allocation that a statement is about an address inside its block; undefined for `NOTHING_SAID`. */
  allocationAt(number: number, address: Address): Allocation | undefined {
    const kind = this.kindOf(number);
    if (kind === undefined) return undefined;
    const lengths = this.lengthsOf(number);
    return {
      prefix: Prefix.covering(address, lengths >>> 8),
      origin: kind.origin,
      endSiteLength: lengths & 255,
      endSites: kind.endSites,
      mechanism: kind.mechanism,
      ipv4MaskLength: kind.ipv4MaskLength,
      ipv4Prefix: kind.ipv4Prefix,
      date: this.dateOf(number),
      reference: kind.reference,
    };
  }

  private kindOf(number: number): Kind | undefined {
    return this.kinds[this.words[STRIDE * number + 3] ?? NOTHING_SAID];
  }

  private lengthsOf(number: number): number {
    return this.words[STRIDE * number + 2] ?? 0;
  }

  private dateOf(number: number): number {
    return this.dates[(STRIDE / 2) * number] ?? 0;
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
