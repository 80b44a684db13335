import { expect, it } from 'vitest';
import { FunctionsOnTable } from '../../bench/aws/functions-on-table.ts';
import type { RecordedMessage } from '../../bench/world/recorded-mail.ts';
import { mustAddress } from '../support/records.ts';

it('counts what the API and the roll-up consume, apart, as the table reports it', async () => {
  const functions = await FunctionsOnTable.open();
  const message: RecordedMessage = {
    at: Date.now(),
    address: mustAddress('2a00:1450:8319:fe42::1'),
    verdict: 'spam',
  };
  await functions.lookup('192.0.2.1');
  const first = await functions.spentOn(async () => {
    await functions.report([message], 'trusted');
  });
  expect(first.api).toEqual({ reads: 0, writes: 1 });
  // What the reporter said, six rungs, a lane of the base rate, and the note of a group of wide blocks.
  expect(first.rollup.writes).toBe(9);
  // One strongly consistent read of each tally; of a reporter's with its marker of forgetting, and that again as it is new.
  expect(first.rollup.reads).toBe(8 + 2);
  expect(first.deliveries).toBe(8);
  const again = await functions.spentOn(async () => {
    await functions.report([message], 'trusted');
  });
  // The end site hears a trusted reporter in full, and tells the block above nothing new.
  expect(again.rollup.writes).toBe(2);
  const lookup = await functions.spentOn(() => functions.lookup('2a00:1450:8319:fe42::2'));
  expect(lookup).toMatchObject({ rollup: { reads: 0, writes: 0 }, deliveries: 0, api: { writes: 0 } });
  // Half a unit of each of six tallies.
  expect(lookup.api.reads).toBeGreaterThanOrEqual(3);
  expect(lookup.logBytes).toBeGreaterThan(100);
  await functions.close();
});
