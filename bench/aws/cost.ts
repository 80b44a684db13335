/**
 * What a million of each kind of call costs, from the units one takes and prices that an operator edits (prices.json).
 */
import type { Units } from './units.ts';

/** A price in dollars, and where it was seen. */
interface Price {
  readonly dollars: number;
  readonly source: string;
}

export interface Prices {
  readonly prices: Readonly<
    Record<
      | 'readUnitsPerMillion'
      | 'writeUnitsPerMillion'
      | 'lambdaRequestsPerMillion'
      | 'lambdaArm64GigabyteSecond'
      | 'httpApiPerMillion'
      | 'logsPerGigabyte'
      | 'streamPerMillion'
      | 'storagePerGigabyteMonth',
      Price
    >
  >;
  readonly assumed: {
    readonly lambdaGigabytes: number;
    /** Of the api function, waiting for the table included. */
    readonly millisecondsPerCall: number;
    /** Of the roll-up. */
    readonly millisecondsPerDelivery: number;
    /** What Lambda and the gateway log of a call by themselves. */
    readonly platformLogBytesPerCall: number;
    /** Of the verdict, with what its reporter said of the subject, while both are kept. */
    readonly storedBytesPerVerdict: number;
  };
}

/** Dollars per million of what is counted. */
export interface Cost {
  readonly table: number;
  readonly function: number;
  readonly gateway: number;
  readonly logs: number;
  /** Of what follows on the stream: the table's part, and the function's. */
  readonly rollupTable: number;
  readonly rollupFunction: number;
  readonly all: number;
}

export function costOf(
  { perCall, api, rollup, deliveries, logBytes }: Omit<Units, 'kind'>,
  from: Prices,
): Cost {
  const { prices, assumed } = from;
  const units = ({ reads, writes }: Units['api']): number =>
    reads * prices.readUnitsPerMillion.dollars + writes * prices.writeUnitsPerMillion.dollars;
  const runs = (milliseconds: number): number =>
    prices.lambdaRequestsPerMillion.dollars +
    prices.lambdaArm64GigabyteSecond.dollars * assumed.lambdaGigabytes * milliseconds * 1000;
  const parts = {
    table: units(api),
    function: runs(assumed.millisecondsPerCall) / perCall,
    gateway: prices.httpApiPerMillion.dollars / perCall,
    // A million bytes more a million calls is a gigabyte in a thousand.
    logs: ((logBytes + assumed.platformLogBytesPerCall / perCall) / 1000) * prices.logsPerGigabyte.dollars,
    rollupTable: units(rollup),
    rollupFunction: deliveries * (runs(assumed.millisecondsPerDelivery) + prices.streamPerMillion.dollars),
  };
  return { ...parts, all: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** Dollars a month for keeping a million verdicts. */
export function storageOf({ prices, assumed }: Prices): number {
  return (assumed.storedBytesPerVerdict / 1000) * prices.storagePerGigabyteMonth.dollars;
}
