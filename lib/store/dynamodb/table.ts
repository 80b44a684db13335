/**
 * The few calls this store makes of its table. A condition that does not hold is an answer, not an error; everything else
 * that goes wrong rejects.
 */
import type {
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './item.ts';
import type { TableKey } from './keys.ts';

/** What a conditional write found: `written`, or that its condition does not hold. */
export type Written = 'written' | 'refused';

export type Swap = { readonly written: true } | { readonly written: false; readonly item: Item | undefined };

/** What is asked for, without the table's name. */
export type PutInput = Omit<PutItemCommandInput, 'TableName'>;
export type UpdateInput = Omit<UpdateItemCommandInput, 'TableName'>;
export type QueryInput = Omit<QueryCommandInput, 'TableName'>;
export type ScanInput = Pick<ScanCommandInput, 'ExclusiveStartKey' | 'Limit'>;
export type PlaceInQuery = QueryCommandOutput['LastEvaluatedKey'];

export interface GetOptions {
  /** Strongly consistent, at twice the price. */
  readonly consistent?: boolean;
}

export interface BatchGetOptions extends GetOptions {
  /** Names of the attributes wanted; all when left out. */
  readonly attributes?: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface Table {
  get(key: TableKey, options?: GetOptions): Promise<Item | undefined>;
  /** One BatchGetItem; keys that DynamoDB left for later come back as such. At most 100 keys, none twice. */
  batchGet(
    keys: readonly TableKey[],
    options: BatchGetOptions,
  ): Promise<{ readonly items: readonly Item[]; readonly unprocessed: readonly TableKey[] }>;
  put(input: PutInput): Promise<Written>;
  /** Updates an item; resolves to the attributes asked for by `ReturnValues`. */
  update(input: UpdateInput): Promise<Item | 'refused'>;
  /** An update that shows, when its condition does not hold, the item that is in its way; undefined when there is none. */
  swap(input: UpdateInput): Promise<Swap>;
  delete(key: TableKey): Promise<void>;
  /** One page of a query, and where the next begins. */
  query(input: QueryInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }>;
  /** One page of all items there are, strongly consistent item by item, and where the next begins. */
  scan(input: ScanInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }>;
  close(): void;
}

/** All items of a query, page after page. */
export async function* queryAll(table: Table, input: QueryInput): AsyncGenerator<Item> {
  let start: PlaceInQuery;
  do {
    const { items, next } = await table.query({ ...input, ExclusiveStartKey: start });
    yield* items;
    start = next;
  } while (start !== undefined);
}
