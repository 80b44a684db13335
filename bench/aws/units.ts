/**
 * What recorded mail costs in read and write units, as the emulator reports them: lookups and verdicts by the API, and the
 * roll-up that follows from the verdicts. One lookup before each verdict, in time order; verdicts go in small batches, as
 * mail servers send them, and the stream is pumped after each.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { networkOf } from '../../lib/allocation/network.ts';
import { parseAddress } from '../../lib/net/address.ts';
import { report } from '../../lib/report/report.ts';
import { rungsOf } from '../../lib/reputation/rung.ts';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { openDynamoStore } from '../../lib/store/dynamodb/store.ts';
import { startEmulator } from '../../test/support/dynalite.ts';
import { Pump } from '../../test/support/stream-log.ts';

export interface Units {
  readonly messages: number;
  /** Read units of one lookup. */
  readonly perLookup: number;
  /** Write units of one verdict, until it is acknowledged. */
  readonly perVerdict: number;
  /** Read and write units of the roll-up, per verdict. */
  readonly rollupReads: number;
  readonly rollupWrites: number;
}

const NONE: Allocations = { match: () => undefined };
const REPORTER = { id: 'mx1', trusted: true };

export async function measureUnits(messages: number, batch: number): Promise<Units> {
  const emulator = await startEmulator();
  const log = await emulator.createTable('units');
  const api = counter();
  const rollup = counter();
  const store = openDynamoStore({ tableName: 'units', endpoint: emulator.endpoint, onConsumed: api.count });
  const table = new DynamoTable({
    tableName: 'units',
    endpoint: emulator.endpoint,
    onConsumed: rollup.count,
  });
  let now = 0;
  const pump = new Pump(log, createRollupHandler({ table, now: () => now, onReport: () => {} }));
  const mail = recordedMail(messages);
  let lookups = 0;
  for (let i = 0; i < mail.length; i += batch) {
    const part = mail.slice(i, i + batch);
    now = part.at(-1)?.at ?? now;
    for (const { address } of part) {
      const { subject } = networkOf(address, NONE);
      if (subject === null) continue;
      await store.readTallies(rungsOf(ladderOf(subject)));
      lookups++;
    }
    const claims = part.map((message, index) => ({
      index,
      claim: { ...message, id: `${i + index}`, count: 1 },
    }));
    await report(claims, REPORTER, { store, allocations: NONE }, now);
    await pump.untilQuiet();
  }
  await store.close();
  table.close();
  await emulator.close();
  return {
    messages: mail.length,
    perLookup: api.of('BatchGetItem') / lookups,
    perVerdict: api.of('PutItem') / mail.length,
    rollupReads: (rollup.of('BatchGetItem') + rollup.of('Query')) / mail.length,
    rollupWrites: rollup.of('PutItem') / mail.length,
  };
}

function counter(): {
  readonly count: (operation: string, units: number) => void;
  of(operation: string): number;
} {
  const sums = new Map<string, number>();
  return {
    count: (operation, units) => void sums.set(operation, (sums.get(operation) ?? 0) + units),
    of: (operation) => sums.get(operation) ?? 0,
  };
}

function recordedMail(messages: number) {
  const file = new URL('../data/mail-stream.csv.gz', import.meta.url);
  const lines = gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split('\n')
    .slice(1, messages + 1);
  return lines.flatMap((line) => {
    const [time = '', text = '', verdict = ''] = line.split(',');
    const address = parseAddress(text);
    if (!address.ok) return [];
    return [
      {
        at: Date.parse(time),
        address: address.value,
        verdict: verdict === 'spam' ? ('spam' as const) : ('ham' as const),
      },
    ];
  });
}
