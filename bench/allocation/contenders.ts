/** Ways to find the statement at an address, each with what it costs to keep. All of them give the same number. */
import { Reader } from 'maxmind';
import { ALLOCATION_ORIGINS, type Allocation } from '../../lib/allocation/allocation.ts';
import { cidrsOf } from '../../lib/allocation/ranges.ts';
import type { AllocationTable, StatedRange } from '../../lib/allocation/table.ts';
import { type Address, parseAddress } from '../../lib/net/address.ts';
import type { Questions } from '../measure/at-hand.ts';
import { MmdbWriter } from './mmdb.ts';
import type { Queries } from './queries.ts';

/** What matters of a match, as one number, so that contenders compare; -1 for none. */
export type Fingerprint = number;

/** What a contender costs to keep. */
interface Kept {
  readonly name: string;
  /** Memory or file that a look-up needs. */
  readonly bytes: number;
  readonly buildMs: number;
}

/** Answers every query with the fingerprint of what it finds. */
export type Contender = Kept & Questions;

/** One that is asked for addresses which are parsed already. */
export function askedByAddress(
  kept: Kept,
  queries: Queries,
  find: (address: Address) => Fingerprint,
): Contender {
  return asked(kept, queries.length, (question) => queries.at(question), find);
}

function askedByText(kept: Kept, queries: Queries, find: (text: string) => Fingerprint): Contender {
  return asked(kept, queries.length, (question) => queries.textAt(question), find);
}

/** One that is asked whatever the questions are made into before the clock runs. */
export function asked<T>(
  kept: Kept,
  count: number,
  make: (question: number) => T,
  find: (question: T) => Fingerprint,
): Contender {
  const places: T[] = [];
  return {
    ...kept,
    count,
    put: (question, place) => {
      places[place] = make(question);
    },
    answer: (place) => {
      const question = places[place];
      return question === undefined ? Number.NaN : find(question);
    },
  };
}

export function fingerprintOf(allocation: Allocation | undefined): Fingerprint {
  if (allocation === undefined) return -1;
  return fingerprint(allocation.prefix.length, allocation.endSiteLength, allocation.origin);
}

/** `AllocationTable.match`, from a parsed address as in a look-up. */
export function ours(table: AllocationTable, queries: Queries, buildMs: number): Contender {
  const kept = {
    name: 'AllocationTable, parsed address',
    bytes: table.ranges(queries.family).bytes,
    buildMs,
  };
  return askedByAddress(kept, queries, (address) => fingerprintOf(table.match(address)));
}

/** The search alone, down to a number as the sorted columns give it: no allocation is made, no prefix masked. */
export function searchAlone(table: AllocationTable, queries: Queries, buildMs: number): Contender {
  const ranges = table.ranges(queries.family);
  const prints = printsOf(table);
  const kept = { name: 'AllocationTable, search alone', bytes: ranges.bytes, buildMs };
  return askedByAddress(kept, queries, (address) => prints[ranges.saidAt(address)] ?? -1);
}

/** The fingerprint of every statement, by its number. */
export function printsOf(table: AllocationTable): Int32Array {
  const prints = new Int32Array(2 ** 20).fill(-1);
  for (const { number, statement } of table.stated()) {
    prints[number] = fingerprint(statement.blockLength, statement.endSiteLength, statement.origin);
  }
  return prints;
}

/** The same from text, as maxmind is asked. */
export function oursFromText(table: AllocationTable, queries: Queries, buildMs: number): Contender {
  const kept = { name: 'AllocationTable, text', bytes: table.ranges(queries.family).bytes, buildMs };
  return askedByText(kept, queries, (text) => {
    const address = parseAddress(text);
    return address.ok ? fingerprintOf(table.match(address.value)) : -1;
  });
}

/** What one writes first: the sorted starts in four columns, and a binary search over all of them. */
export function sortedArray(ranges: readonly StatedRange[], queries: Queries): Contender {
  const started = performance.now();
  const count = ranges.length;
  const starts = [0, 1, 2, 3].map(() => new Uint32Array(count));
  const ends = [0, 1, 2, 3].map(() => new Uint32Array(count));
  const [s0 = starts[0], s1, s2, s3] = starts;
  const [e0, e1, e2, e3] = ends;
  if (!s0 || !s1 || !s2 || !s3 || !e0 || !e1 || !e2 || !e3) throw new Error('four columns each');
  const found = new Int32Array(count);
  ranges.forEach(({ first, last, statement }, i) => {
    [s0[i], s1[i], s2[i], s3[i]] = [first.w0, first.w1, first.w2, first.w3];
    [e0[i], e1[i], e2[i], e3[i]] = [last.w0, last.w1, last.w2, last.w3];
    found[i] = fingerprint(statement.blockLength, statement.endSiteLength, statement.origin);
  });
  const order = (w0: Uint32Array, w1: Uint32Array, w2: Uint32Array, w3: Uint32Array, i: number, a: Address) =>
    (w0[i] ?? 0) - a.w0 || (w1[i] ?? 0) - a.w1 || (w2[i] ?? 0) - a.w2 || (w3[i] ?? 0) - a.w3;
  const buildMs = performance.now() - started;
  const kept = { name: 'sorted columns, binary search', bytes: 36 * count, buildMs };
  return askedByAddress(kept, queries, (address) => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (order(s0, s1, s2, s3, middle, address) <= 0) low = middle + 1;
      else high = middle;
    }
    const at = low - 1;
    return at >= 0 && order(e0, e1, e2, e3, at, address) >= 0 ? (found[at] ?? -1) : -1;
  });
}

/** The reader of the npm package `maxmind` on a file of the same ranges. */
export function maxmind(ranges: readonly StatedRange[], queries: Queries): Contender {
  const started = performance.now();
  const writer = new MmdbWriter(queries.family);
  for (const range of ranges) {
    const { blockLength, endSiteLength, origin } = range.statement;
    const record = { found: fingerprint(blockLength, endSiteLength, origin) };
    for (const block of cidrsOf(range)) writer.add(block, record);
  }
  const file = writer.finish();
  const buildMs = performance.now() - started;
  const reader = new Reader(file);
  return askedByText({ name: 'maxmind 5.0.7, text', bytes: file.length, buildMs }, queries, (text) => {
    const record: unknown = reader.get(text);
    return typeof record === 'object' && record !== null && 'found' in record ? Number(record.found) : -1;
  });
}

export function fingerprint(
  blockLength: number,
  endSiteLength: number,
  origin: Allocation['origin'],
): Fingerprint {
  return (blockLength * 129 + endSiteLength) * ALLOCATION_ORIGINS.length + ALLOCATION_ORIGINS.indexOf(origin);
}
