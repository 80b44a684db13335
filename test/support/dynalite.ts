/**
 * An in-process DynamoDB with what it lacks: a stream. Every change of an item is taken down where the emulator stores it,
 * under its lock on the item, with the image before and after, just as a table's stream shows them.
 */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { emulatorTable } from '../../infra/emulator-table.ts';
import { StreamLog, type WireItem } from './stream-log.ts';

/** The parts of the emulator's insides that are used. */
interface ItemDb {
  get(key: string, done: (error: unknown, item?: WireItem) => void): void;
  put(key: string, item: WireItem, done: (error: unknown) => void): void;
  del(key: string, done: (error: unknown) => void): void;
}
interface Storage {
  getItemDb(table: string): ItemDb;
}
interface Inner {
  create(options: object): Storage;
}

const require = createRequire(import.meta.url);

export interface Emulator {
  readonly endpoint: string;
  /** Creates the table of `infra/dynamodb.yml`; what happens to it is taken down in the log. */
  createTable(tableName: string): Promise<StreamLog>;
  close(): Promise<void>;
}

/** Starts an emulator on a free port; with a `path` it keeps its data there. */
export async function startEmulator({ path }: { path?: string } = {}): Promise<Emulator> {
  const logs = new Map<string, StreamLog>();
  const server = startDynalite({ createTableMs: 0, ...(path === undefined ? {} : { path }) }, logs);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the emulator does not listen');
  const endpoint = `http://127.0.0.1:${address.port}`;
  return {
    endpoint,
    createTable: async (tableName) => {
      const log = new StreamLog();
      logs.set(tableName, log);
      await createTable(endpoint, tableName);
      return log;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function startDynalite(options: object, logs: ReadonlyMap<string, StreamLog>): Server {
  const inner: Inner = require('dynalite/db');
  const dynalite: (options: object) => Server = require('dynalite');
  const { create } = inner;
  inner.create = (given) => recorded(create(given), logs);
  const server = dynalite(options);
  inner.create = create;
  return server;
}

/** The storage, with every write of an item told to the log of its table. */
function recorded(storage: Storage, logs: ReadonlyMap<string, StreamLog>): Storage {
  const known = new Map<ItemDb, ItemDb>();
  const { getItemDb } = storage;
  storage.getItemDb = (table) => {
    const db = getItemDb(table);
    const log = logs.get(table);
    if (log === undefined) return db;
    const before = known.get(db);
    if (before !== undefined) return before;
    const wrapped = recordedItems(db, log);
    known.set(db, wrapped);
    return wrapped;
  };
  return storage;
}

function recordedItems(db: ItemDb, log: StreamLog): ItemDb {
  const around = (
    key: string,
    after: WireItem | null,
    write: (done: (error: unknown) => void) => void,
    done: (error: unknown) => void,
  ): void => {
    db.get(key, (_error, before) => {
      write((error) => {
        if (!error) log.append(plain(before), plain(after));
        done(error);
      });
    });
  };
  return {
    ...db,
    put: (key, item, done) => around(key, item, (written) => db.put(key, item, written), done),
    del: (key, done) => around(key, null, (written) => db.del(key, written), done),
  };
}

/** The emulator's own objects have no prototype, which makes them unlike any other. */
function plain(item: WireItem | null | undefined): WireItem | null {
  return item ? structuredClone({ ...item }) : null;
}

async function createTable(endpoint: string, tableName: string): Promise<void> {
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  await client.send(new CreateTableCommand(emulatorTable(tableName)));
  client.destroy();
}
