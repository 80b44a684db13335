/**
 * What a match costs where nothing is searched for: each query is handed the place of its range, and only the memory that
 * a match has to look at is looked at, each place once the one before has been read. No order of comparisons is quicker.
 */

import type { Allocation } from '../../lib/allocation/allocation.ts';
import { NOTHING_SAID } from '../../lib/allocation/statement.ts';
import type { AllocationTable } from '../../lib/allocation/table.ts';
import { asked, type Contender, type Fingerprint, fingerprint, printsOf } from './contenders.ts';
import type { Queries } from './queries.ts';

/** Words of a record; the statement's number is the last. */
const STRIDES = { 4: 2, 6: 4 } as const;
const STATEMENT_WORDS = 4;

/** The memory of a search: a slot, a record, and the number it comes to. */
export function memoryOfSearch(table: AllocationTable, queries: Queries): Contender {
  const prints = printsOf(table);
  return touching('only the memory of a search', table, queries, (number) => prints[number] ?? -1);
}

/** The same, and what the statement says: its lengths, and what it shares with others. */
export function memoryOfMatch(table: AllocationTable, queries: Queries): Contender {
  const words = new Uint32Array(STATEMENT_WORDS * 2 ** 20);
  const origins: Allocation['origin'][] = [];
  for (const { number, statement } of table.stated()) {
    const { blockLength, endSiteLength, origin } = statement;
    if (!origins.includes(origin)) origins.push(origin);
    words.set(
      [statement.date, 0, blockLength * 256 + endSiteLength, origins.indexOf(origin)],
      STATEMENT_WORDS * number,
    );
  }
  return touching('only the memory of a match', table, queries, (number) => {
    if (number === NOTHING_SAID) return -1;
    const lengths = words[STATEMENT_WORDS * number + 2] ?? 0;
    const origin = origins[words[STATEMENT_WORDS * number + 3] ?? 0];
    return origin === undefined ? Number.NaN : fingerprint(lengths >>> 8, lengths & 255, origin);
  });
}

function touching(
  name: string,
  table: AllocationTable,
  queries: Queries,
  said: (number: number) => Fingerprint,
): Contender {
  const started = performance.now();
  const ranges = table.ranges(queries.family);
  const stride = STRIDES[queries.family];
  // The first record is for addresses before the first range.
  const records = new Uint32Array((ranges.count + 1) * stride);
  for (let at = 0; at < ranges.count; at++) records[(at + 2) * stride - 1] = ranges.statement(at);
  // About as many as the index has. What is never written would be one page for all.
  const slots = new Uint32Array((ranges.count >>> 1) + 1).fill(1);
  const bytes = records.byteLength + slots.byteLength;
  // Found beforehand: a search beside it would take the caches for its own memory.
  const places = Uint32Array.from({ length: queries.length }, (_, i) => ranges.find(queries.at(i)) + 1);
  const place = (question: number): number => places[question] ?? 0;
  return asked({ name, bytes, buildMs: performance.now() - started }, queries.length, place, (at) => {
    const one = slots[at >>> 1] ?? 0;
    return said(records[(at + one) * stride - 1] ?? 0);
  });
}
