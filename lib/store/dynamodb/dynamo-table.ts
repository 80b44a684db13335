/**
 * A table on DynamoDB, over one client that keeps its connections. What a call asks is built elsewhere by pure functions;
 * here it is sent, and tried again when DynamoDB is throttled or out of reach for a moment.
 */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type ReturnConsumedCapacity,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, keyAttributes, keyIn } from './item.ts';
import type { TableKey } from './keys.ts';
import type {
  BatchGetOptions,
  GetOptions,
  PlaceInQuery,
  PutInput,
  QueryInput,
  ScanInput,
  Swap,
  Table,
  UpdateInput,
  Written,
} from './table.ts';

export interface TableOptions {
  readonly tableName: string;
  /** Of an emulator, or of a VPC endpoint; none for DynamoDB itself. */
  readonly endpoint?: string | undefined;
  /** None: the environment's (`AWS_REGION`). */
  readonly region?: string | undefined;
  /** Told the units every call consumed; for measurements. */
  readonly onConsumed?: ((operation: string, units: number) => void) | undefined;
  /** Told how often a call had to be sent again before it was answered or given up. */
  readonly onRetried?: ((retries: number) => void) | undefined;
}

/** Milliseconds to reach DynamoDB, */
const CONNECTION_TIMEOUT_MS = 1000;
/** and for one attempt of a call, its answer included. */
const REQUEST_TIMEOUT_MS = 3000;
const MAX_SOCKETS = 64;
/** Attempts of one call, the first included. A write that came through unnoticed is recognised by its token or version. */
const MAX_ATTEMPTS = 4;

/** The client, without a table. */
export function dynamoClient({
  endpoint,
  region,
}: Pick<TableOptions, 'endpoint' | 'region'>): DynamoDBClient {
  return new DynamoDBClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : emulated(endpoint, region)),
    maxAttempts: MAX_ATTEMPTS,
    // Spares a look-up of the account's own host name, which a short-lived function never earns back.
    accountIdEndpointMode: 'disabled',
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: MAX_SOCKETS },
    },
  });
}

export class DynamoTable implements Table {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #onConsumed: TableOptions['onConsumed'];

  constructor({ tableName, endpoint, region, onConsumed, onRetried }: TableOptions) {
    this.#table = tableName;
    this.#onConsumed = onConsumed;
    this.#client = dynamoClient({ endpoint, region });
    if (onRetried !== undefined) this.#watchRetries(onRetried);
  }

  async get(key: TableKey, { consistent = false }: GetOptions = {}): Promise<Item | undefined> {
    const output = await this.#client.send(
      new GetItemCommand({ ...this.#common(), Key: keyAttributes(key), ConsistentRead: consistent }),
    );
    this.#count('GetItem', output.ConsumedCapacity?.CapacityUnits);
    return output.Item;
  }

  async batchGet(
    keys: readonly TableKey[],
    { consistent = false, attributes, signal }: BatchGetOptions,
  ): Promise<{ readonly items: readonly Item[]; readonly unprocessed: readonly TableKey[] }> {
    const request = {
      Keys: keys.map(keyAttributes),
      ConsistentRead: consistent,
      ...(attributes === undefined ? {} : { ProjectionExpression: attributes.join(',') }),
    };
    const { ReturnConsumedCapacity } = this.#common();
    const output = await this.#client.send(
      new BatchGetItemCommand({ RequestItems: { [this.#table]: request }, ReturnConsumedCapacity }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    for (const { CapacityUnits } of output.ConsumedCapacity ?? []) this.#count('BatchGetItem', CapacityUnits);
    return { items: output.Responses?.[this.#table] ?? [], unprocessed: this.#unprocessed(output) };
  }

  async put(input: PutInput): Promise<Written> {
    return this.#conditionally(async () => {
      const output = await this.#client.send(new PutItemCommand({ ...this.#common(), ...input }));
      this.#count('PutItem', output.ConsumedCapacity?.CapacityUnits);
      return 'written' as const;
    });
  }

  async update(input: UpdateInput): Promise<Item | 'refused'> {
    return this.#conditionally(async () => {
      const output = await this.#client.send(new UpdateItemCommand({ ...this.#common(), ...input }));
      this.#count('UpdateItem', output.ConsumedCapacity?.CapacityUnits);
      return output.Attributes ?? {};
    });
  }

  async swap(input: UpdateInput): Promise<Swap> {
    try {
      const output = await this.#client.send(
        new UpdateItemCommand({
          ...this.#common(),
          ...input,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      this.#count('UpdateItem', output.ConsumedCapacity?.CapacityUnits);
      return { written: true };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // Emulators may not know how to show the item.
      const item = error.Item ?? (await this.get(keyIn(input.Key ?? {}), { consistent: true }));
      return { written: false, item };
    }
  }

  async delete(key: TableKey): Promise<void> {
    const output = await this.#client.send(
      new DeleteItemCommand({ ...this.#common(), Key: keyAttributes(key) }),
    );
    this.#count('DeleteItem', output.ConsumedCapacity?.CapacityUnits);
  }

  async query(input: QueryInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }> {
    const output = await this.#client.send(new QueryCommand({ ...this.#common(), ...input }));
    this.#count('Query', output.ConsumedCapacity?.CapacityUnits);
    return { items: output.Items ?? [], next: output.LastEvaluatedKey };
  }

  async scan(input: ScanInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }> {
    const output = await this.#client.send(
      new ScanCommand({ ...this.#common(), ...input, ConsistentRead: true }),
    );
    this.#count('Scan', output.ConsumedCapacity?.CapacityUnits);
    return { items: output.Items ?? [], next: output.LastEvaluatedKey };
  }

  close(): void {
    this.#client.destroy();
  }

  /** The client says with each answer and each failure how many attempts it took. */
  #watchRetries(onRetried: (retries: number) => void): void {
    const tell = (answer: unknown): void => {
      const retries = attemptsIn(answer) - 1;
      if (retries > 0) onRetried(retries);
    };
    this.#client.middlewareStack.add(
      (next) => async (args) => {
        try {
          const result = await next(args);
          tell(result.output);
          return result;
        } catch (error) {
          tell(error);
          throw error;
        }
      },
      { step: 'initialize' },
    );
  }

  #common(): { TableName: string; ReturnConsumedCapacity?: ReturnConsumedCapacity } {
    return this.#onConsumed === undefined
      ? { TableName: this.#table }
      : { TableName: this.#table, ReturnConsumedCapacity: 'TOTAL' };
  }

  #count(operation: string, units: number | undefined): void {
    this.#onConsumed?.(operation, units ?? 0);
  }

  #unprocessed({ UnprocessedKeys }: BatchGetItemCommandOutput): readonly TableKey[] {
    const keys = UnprocessedKeys?.[this.#table]?.Keys ?? [];
    return keys.map(keyIn);
  }

  async #conditionally<T>(write: () => Promise<T>): Promise<T | 'refused'> {
    try {
      return await write();
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'refused';
      throw error;
    }
  }
}

function attemptsIn(answer: unknown): number {
  if (typeof answer !== 'object' || answer === null || !('$metadata' in answer)) return 1;
  const { $metadata: metadata } = answer;
  if (typeof metadata !== 'object' || metadata === null || !('attempts' in metadata)) return 1;
  return Number(metadata.attempts);
}

/** An emulator on this machine asks for no real credentials, and must not be shown any. */
function emulated(endpoint: string, region: string | undefined): object {
  const { hostname } = new URL(endpoint);
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  if (!isLocal) return { endpoint };
  const credentials = { accessKeyId: 'emulator', secretAccessKey: 'emulator' };
  return { endpoint, credentials, region: region ?? 'us-east-1' };
}
