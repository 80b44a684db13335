import { expect, it } from 'vitest';
import { costsOf } from '../../bench/aws/cost.ts';

it('costs what the units cost, and the time of the function', () => {
  const prices = {
    readUnitsPerMillion: 0.1,
    writeUnitsPerMillion: 1,
    lambdaRequestsPerMillion: 0.2,
    lambdaArm64GigabyteSecond: 0.00001,
    lambdaGigabytes: 0.5,
    millisecondsPerCall: 10,
  };
  const costs = costsOf({ perLookup: 3, perVerdict: 1, rollupReads: 5, rollupWrites: 4 }, prices);
  expect(costs.lookups.table).toBeCloseTo(0.3);
  // A million calls of 10 ms are 10,000 seconds, at half a gigabyte 5,000 gigabyte seconds.
  expect(costs.lookups.lambda).toBeCloseTo(0.2 + 0.05);
  expect(costs.verdicts.table).toBeCloseTo(5 + 0.5);
});
