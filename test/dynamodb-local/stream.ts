/**
 * A table's stream on DynamoDB Local, handed to the roll-up record by record as Lambda would. Spoken to in plain HTTP, as
 * the client for streams would be a dependency for this alone.
 */
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { emulatorTable } from '../../infra/emulator-table.ts';
import type { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import type { Table } from '../../lib/store/dynamodb/table.ts';
import { PATIENT } from '../support/stream-log.ts';

interface WireRecord {
  readonly dynamodb: {
    readonly Keys: { readonly pk: { readonly S: string } };
    readonly NewImage?: { readonly mark?: { readonly S: string } };
    readonly SequenceNumber: string;
  };
}
interface WireShard {
  readonly ShardId: string;
  readonly SequenceNumberRange: { readonly EndingSequenceNumber?: string };
}

/** Where a buoy floats: among the counters of admission, which the roll-up and a dump leave alone. */
const BUOY = 'qbuoy';
/** Records of one delivery. */
const BATCH = 200;

/** Creates the table of `infra/dynamodb.yml`, stream and all; answers with the stream's name. */
export async function createTable(endpoint: string, tableName: string): Promise<string> {
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  const { TableDescription } = await client.send(new CreateTableCommand(emulatorTable(tableName, true)));
  client.destroy();
  const stream = TableDescription?.LatestStreamArn;
  if (stream === undefined) throw new Error('the table has no stream');
  return stream;
}

export class StreamPump {
  readonly #endpoint: string;
  readonly #stream: string;
  readonly #table: Table;
  readonly #handler: ReturnType<typeof createRollupHandler>;
  /** Where to read on in each shard; null at the end of a closed one. */
  readonly #iterators = new Map<string, string | null>();
  #pumping: Promise<void> = Promise.resolve();

  constructor(
    endpoint: string,
    stream: string,
    table: Table,
    handler: ReturnType<typeof createRollupHandler>,
  ) {
    this.#endpoint = endpoint;
    this.#stream = stream;
    this.#table = table;
    this.#handler = handler;
  }

  /** Resolves when the roll-up has seen everything that was written before, and asks for nothing more. */
  untilQuiet(): Promise<void> {
    this.#pumping = this.#pumping.then(async () => {
      while ((await this.#toBuoy()) > 0);
    });
    return this.#pumping;
  }

  /** Writes a buoy and delivers until it comes by: it says how many other records came before. */
  async #toBuoy(): Promise<number> {
    const mark = randomUUID();
    await this.#table.put({ Item: { pk: { S: BUOY }, sk: { S: '-' }, mark: { S: mark } } });
    for (let others = 0; ; ) {
      for (const shard of await this.#shards()) {
        const records = await this.#deliver(shard);
        others += records.filter(({ dynamodb }) => dynamodb.Keys.pk.S !== BUOY).length;
        if (records.some(({ dynamodb }) => dynamodb.NewImage?.mark?.S === mark)) return others;
      }
    }
  }

  /** Parents first. A buoy floats in the open shard alone, so there must be no other. */
  async #shards(): Promise<readonly string[]> {
    const { StreamDescription } = await this.#call<{ StreamDescription: { Shards: readonly WireShard[] } }>(
      'DescribeStream',
      { StreamArn: this.#stream },
    );
    const { Shards } = StreamDescription;
    const open = Shards.filter(({ SequenceNumberRange: { EndingSequenceNumber } }) => !EndingSequenceNumber);
    if (open.length > 1)
      throw new Error('the stream has several open shards: a buoy cannot tell when it is quiet');
    return Shards.map(({ ShardId }) => ShardId);
  }

  /** One batch of a shard. */
  async #deliver(shard: string): Promise<readonly WireRecord[]> {
    const known = this.#iterators.get(shard);
    if (known === null) return [];
    const iterator = known ?? (await this.#startOf(shard));
    const { Records, NextShardIterator = null } = await this.#call<{
      Records: readonly WireRecord[];
      NextShardIterator?: string;
    }>('GetRecords', { ShardIterator: iterator, Limit: BATCH });
    if (Records.length > 0) {
      const { batchItemFailures } = await this.#handler({ Records, shardId: shard }, PATIENT);
      const [failed] = batchItemFailures;
      if (failed !== undefined) throw new Error(`the roll-up failed at ${failed.itemIdentifier}`);
    }
    this.#iterators.set(shard, NextShardIterator);
    return Records;
  }

  async #startOf(shard: string): Promise<string> {
    const place = { StreamArn: this.#stream, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' };
    const { ShardIterator } = await this.#call<{ ShardIterator: string }>('GetShardIterator', place);
    return ShardIterator;
  }

  async #call<T>(operation: string, input: object): Promise<T> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDBStreams_20120810.${operation}`,
        // Not checked, but it says whose tables are meant.
        authorization:
          'AWS4-HMAC-SHA256 Credential=emulator/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none',
      },
      body: JSON.stringify(input),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`${operation}: ${response.status} ${answer}`);
    return JSON.parse(answer);
  }
}
