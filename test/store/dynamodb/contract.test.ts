import { afterAll, beforeAll } from 'vitest';
import { type Emulator, startEmulator } from '../../support/dynalite.ts';
import { type OpenTable, openEmulated, openInMemory, promptStore } from '../../support/dynamo-store.ts';
import { NOW } from '../../support/records.ts';
import { describeStateContract } from '../../support/state-contract.ts';
import { describeStoreContract, type OpenStore } from '../../support/store-contract.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

describeStoreContract('the DynamoDB store', async () => onTable(await openEmulated(emulator, () => NOW)));

describeStoreContract('the DynamoDB store on a table in memory', async () => {
  let clock = NOW;
  const open = openInMemory(() => clock);
  return {
    ...onTable(open),
    elapse: async (now) => {
      clock = now;
      open.table.expire(now);
      await open.pump.untilQuiet();
    },
  };
});

describeStateContract('the DynamoDB store', async () => onTable(await openEmulated(emulator, () => NOW)));
describeStateContract('the DynamoDB store on a table in memory', async () =>
  onTable(openInMemory(() => NOW)),
);

function onTable(open: OpenTable): OpenStore {
  return {
    store: promptStore(open),
    reopen: async () => promptStore(open),
    cleanUp: async () => open.table.close(),
  };
}
