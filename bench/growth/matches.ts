/**
 * What a match costs as the published rows grow: made-up blocks of IPv6, half of them inside another.
 */
import { AllocationRows } from '../../lib/allocation/rows.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { Address } from '../../lib/net/address.ts';
import { Prefix } from '../../lib/net/prefix.ts';
import { diceOf, randomAddress, syntheticRow } from '../../test/allocation/synthetic-rows.ts';
import { nanosecondsAtHand } from '../measure/at-hand.ts';

/** Matches of one round. */
const MATCHES = 200_000;
const DAYS = 3_000;

/** A table of so many rows, ready to be asked. */
export interface RowsSize {
  readonly rows: number;
  /** Memory of ranges and index. */
  readonly bytes: number;
  /** Nanoseconds of processor time a match, over the addresses of one round. */
  readonly ask: () => number;
}

export function rowsOf(count: number): RowsSize {
  const dice = diceOf(42);
  const rows = new AllocationRows();
  // From the columns: ten million rows as objects would not fit.
  const blockOf = (row: number): Prefix | undefined => {
    const blocks = rows.of(6);
    const length = rows.statements.at(blocks.statement(row))?.blockLength;
    return length === undefined ? undefined : Prefix.covering(blocks.start(row, 6), length);
  };
  for (let i = 0; i < count; i++) rows.add(syntheticRow(dice, 6, i, blockOf, DAYS));
  // Three in four inside a row, the others anywhere.
  const words = new Uint32Array(4 * MATCHES);
  for (let i = 0; i < MATCHES; i++) {
    const { w0, w1, w2, w3 } = randomAddress(dice, 6, i % 4 === 0 ? undefined : blockOf(dice() % count));
    words.set([w0, w1, w2, w3], 4 * i);
  }
  const table = AllocationTable.from(rows);
  return { rows: count, bytes: table.ranges(6).bytes, ask: () => nanosecondsOf(table, words) };
}

function nanosecondsOf(table: AllocationTable, words: Uint32Array): number {
  const places: Address[] = [];
  let found = 0;
  const { ns } = nanosecondsAtHand({
    count: MATCHES,
    put: (question, place) => {
      const at = 4 * question;
      places[place] = Address.v6(words[at] ?? 0, words[at + 1] ?? 0, words[at + 2] ?? 0, words[at + 3] ?? 0);
    },
    answer: (place) => {
      const address = places[place];
      if (address === undefined) return Number.NaN;
      const allocation = table.match(address);
      if (allocation === undefined) return -1;
      found++;
      return allocation.endSiteLength;
    },
  });
  if (found < MATCHES / 2) throw new Error('most addresses are inside a row');
  return ns;
}
