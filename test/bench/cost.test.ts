import { expect, it } from 'vitest';
import { costOf, storageOf } from '../../bench/aws/cost.ts';
import prices from '../../bench/aws/prices.json' with { type: 'json' };

const price = (dollars: number) => ({ dollars, source: '' });
const PRICES = {
  prices: {
    readUnitsPerMillion: price(0.1),
    writeUnitsPerMillion: price(1),
    lambdaRequestsPerMillion: price(0.2),
    lambdaArm64GigabyteSecond: price(0.00001),
    httpApiPerMillion: price(3),
    logsPerGigabyte: price(0.5),
    streamPerMillion: price(0),
    storagePerGigabyteMonth: price(0.25),
  },
  assumed: {
    lambdaGigabytes: 0.5,
    millisecondsPerCall: 10,
    millisecondsPerDelivery: 40,
    platformLogBytesPerCall: 500,
    storedBytesPerVerdict: 400,
  },
};
const NOTHING = { reads: 0, writes: 0 };

it('costs what the units cost, the time of the functions, the gateway and the logs', () => {
  const units = {
    perCall: 1,
    api: { reads: 3, writes: 1 },
    rollup: { reads: 5, writes: 4 },
    deliveries: 2,
    logBytes: 1500,
  };
  const cost = costOf(units, PRICES);
  expect(cost.table).toBeCloseTo(0.3 + 1);
  // A million calls of 10 ms are 10,000 seconds, at half a gigabyte 5,000 gigabyte seconds.
  expect(cost.function).toBeCloseTo(0.2 + 0.05);
  expect(cost.gateway).toBe(3);
  // 2,000 bytes a million times are two gigabytes.
  expect(cost.logs).toBeCloseTo(1);
  expect(cost.rollupTable).toBeCloseTo(0.5 + 4);
  expect(cost.rollupFunction).toBeCloseTo(2 * (0.2 + 0.2));
  expect(cost.all).toBeCloseTo(1.3 + 0.25 + 3 + 1 + 4.5 + 0.8);
  // 400 bytes a million times.
  expect(storageOf(PRICES)).toBeCloseTo(0.4 * 0.25);
});

it('shares a call between all that it has', () => {
  const units = { perCall: 100, api: NOTHING, rollup: NOTHING, deliveries: 0, logBytes: 0 };
  expect(costOf(units, PRICES)).toMatchObject({ gateway: 0.03, function: 0.0025, logs: 0.0025 });
});

it('says of each price where it was seen and when', () => {
  for (const { dollars, source } of Object.values(prices.prices)) {
    expect(dollars).toBeGreaterThanOrEqual(0);
    expect(source).toMatch(/\b20\d\d\b|a copy without a date/);
  }
});
