import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler, type RollupReport } from '../../lib/store/dynamodb/rollup/handler.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { type PumpedTable, promptStore, storeOn } from '../support/dynamo-store.ts';
import { NOW, recordOf } from '../support/records.ts';
import { everything } from '../support/schedule.ts';
import { describeStateContract } from '../support/state-contract.ts';
import { describeStoreContract, type OpenStore } from '../support/store-contract.ts';
import { createTable, StreamPump } from './stream.ts';

async function openLocal(): Promise<PumpedTable & { readonly reports: readonly RollupReport[] }> {
  const endpoint = inject('dynamodbLocal');
  const tableName = `prefixwise-${randomUUID()}`;
  const stream = await createTable(endpoint, tableName);
  const table = new DynamoTable({ tableName, endpoint });
  const reports: RollupReport[] = [];
  const handler = createRollupHandler({ table, now: () => NOW, onReport: (report) => reports.push(report) });
  return { table, pump: new StreamPump(endpoint, stream, table, handler), reports };
}

async function asStore(): Promise<OpenStore> {
  const open = await openLocal();
  return {
    store: promptStore(open),
    reopen: async () => promptStore(open),
    cleanUp: async () => open.table.close(),
  };
}

describeStoreContract('the DynamoDB store on DynamoDB Local', asStore);
describeStateContract('the DynamoDB store on DynamoDB Local', asStore);

describe('the roll-up on a real stream', () => {
  it('comes to what the plain in-memory store has, after verdicts came and were taken back', async () => {
    const { table, pump, reports } = await openLocal();
    const store = storeOn(table);
    const reference = new MemoryStore();
    const records = Array.from({ length: 300 }, (_, i) =>
      recordOf(
        i % 4 === 0 ? `198.35.${i % 3}.${i % 50}` : `2a00:1450:83${10 + (i % 5)}:fe${10 + (i % 9)}::1`,
        {
          id: `v${i}`,
          reporter: { id: `r${i % 7}`, trusted: i % 7 === 0 },
          verdict: i % 5 === 0 ? 'ham' : 'spam',
        },
      ),
    );
    for (const each of [store, reference]) {
      await each.recordVerdicts(records.slice(0, 200), NOW);
      await pump.untilQuiet();
      await each.recordVerdicts(records.slice(200), NOW);
      for (let i = 0; i < 300; i += 11) await each.retractVerdict(`r${i % 7}`, `v${i}`, NOW);
    }
    await pump.untilQuiet();
    expect(await everything(store, records)).toEqual(await everything(reference, records));
    expect(reports.reduce((sum, { buried }) => sum + buried, 0)).toBe(0);
    expect(reports.reduce((sum, { writes }) => sum + writes, 0)).toBeGreaterThan(0);
    table.close();
  });
});
