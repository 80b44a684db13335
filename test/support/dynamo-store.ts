/**
 * DynamoDB stores for tests: on the emulator or in plain memory, with their roll-up.
 */
import { randomUUID } from 'node:crypto';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler, type RollupReport } from '../../lib/store/dynamodb/rollup/handler.ts';
import { DynamoStore } from '../../lib/store/dynamodb/store.ts';
import type { Table } from '../../lib/store/dynamodb/table.ts';
import type { Store } from '../../lib/store/port.ts';
import type { Emulator } from './dynalite.ts';
import { MemoryTable } from './memory-table.ts';
import { Pump, StreamLog } from './stream-log.ts';

/** A table, and what brings its roll-up up to date. */
export interface PumpedTable {
  readonly table: Table;
  readonly pump: { untilQuiet(): Promise<void> };
}

export interface OpenTable<T extends Table = Table> {
  readonly table: T;
  readonly log: StreamLog;
  readonly pump: Pump;
  /** What the roll-up said of its deliveries. */
  readonly reports: readonly RollupReport[];
}

/** A fresh table on the emulator. */
export async function openEmulated(emulator: Emulator, now: () => number): Promise<OpenTable> {
  const tableName = `prefixwise-${randomUUID()}`;
  const log = await emulator.createTable(tableName);
  return withRollup(new DynamoTable({ tableName, endpoint: emulator.endpoint }), log, now);
}

/** A fresh table in memory. */
export function openInMemory(now: () => number): OpenTable<MemoryTable> {
  const log = new StreamLog();
  return withRollup(new MemoryTable(log), log, now);
}

function withRollup<T extends Table>(table: T, log: StreamLog, now: () => number): OpenTable<T> {
  const reports: RollupReport[] = [];
  const handler = createRollupHandler({ table, now, onReport: (report) => reports.push(report) });
  return { table, log, pump: new Pump(log, handler), reports };
}

/** Far beyond what a slow test machine needs. */
const READ_TIMEOUT_MS = 20_000;

export function storeOn(table: Table): DynamoStore {
  return new DynamoStore(table, { readTimeoutMs: READ_TIMEOUT_MS });
}

/**
 * The store on a table, with the roll-up up to date whenever tallies are read: so it can be held to the contract of stores
 * that are never behind. Retractions are rolled up together before the next read, as a test takes back a hundred singly.
 */
export function promptStore({ table, pump }: PumpedTable): Store {
  const store = storeOn(table);
  const afterwards = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    await pump.untilQuiet();
    await store.refreshRoots();
    return result;
  };
  const own: Partial<Store> = {
    readTallies: async (rungs) => {
      await pump.untilQuiet();
      return store.readTallies(rungs);
    },
    recordVerdicts: (records, now) => afterwards(store.recordVerdicts(records, now)),
    retractSince: (reporterId, since, now) => afterwards(store.retractSince(reporterId, since, now)),
    forget: (subject, audit) => afterwards(store.forget(subject, audit)),
    // The table stays open for the store that is opened again.
    close: () => Promise.resolve(),
  };
  return new Proxy(store, {
    get: (target: DynamoStore, name) => {
      const member: unknown = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
