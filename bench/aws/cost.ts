/**
 * What a million calls cost, from the units one takes and prices that an operator edits (prices.json).
 */
import type { Units } from './units.ts';

export interface Prices {
  /** Dollars per million on-demand units of DynamoDB. */
  readonly readUnitsPerMillion: number;
  readonly writeUnitsPerMillion: number;
  /** Dollars per million invocations, and per gigabyte and second. */
  readonly lambdaRequestsPerMillion: number;
  readonly lambdaArm64GigabyteSecond: number;
  readonly lambdaGigabytes: number;
  readonly millisecondsPerCall: number;
}

/** Dollars per million, one call to a function each: the table's part and the function's. */
export function costsOf(units: Omit<Units, 'messages'>, prices: Prices) {
  const { readUnitsPerMillion: read, writeUnitsPerMillion: write } = prices;
  const compute =
    prices.lambdaArm64GigabyteSecond * prices.lambdaGigabytes * prices.millisecondsPerCall * 1000;
  const lambda = prices.lambdaRequestsPerMillion + compute;
  return {
    lookups: { table: units.perLookup * read, lambda },
    verdicts: {
      table: (units.perVerdict + units.rollupWrites) * write + units.rollupReads * read,
      lambda,
    },
  };
}
