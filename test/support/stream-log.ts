/**
 * What a table's stream would hold: shards of records, in the shape Lambda delivers them.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Item, keyIn } from '../../lib/store/dynamodb/item.ts';
import type {
  InvocationContext,
  StreamAnswer,
  StreamEvent,
} from '../../lib/store/dynamodb/rollup/handler.ts';

/** An item as it travels: `{ "pk": { "S": "..." }, "tally": { "B": "base64" } }`. */
export interface WireItem {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
  readonly [name: string]: Readonly<Record<string, string>>;
}

export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventSource: 'aws:dynamodb';
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Pick<WireItem, 'pk' | 'sk'>;
    readonly OldImage?: WireItem;
    readonly NewImage?: WireItem;
    readonly SequenceNumber: string;
    readonly StreamViewType: 'NEW_AND_OLD_IMAGES';
  };
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: string };
}

/** A shard; its parent's records come before its own. */
export interface Shard {
  readonly id: string;
  readonly parent: string | null;
  /** The partition keys it takes, by their hash: from `from` up to but without `to`. */
  readonly from: number;
  readonly to: number;
  readonly records: StreamRecord[];
}

/** An item as it would travel. */
export function wireItem(item: Item): WireItem {
  const { pk, sk } = keyIn(item);
  const attributes = Object.entries(item).map(([name, { S, N, B }]) => [
    name,
    S !== undefined ? { S } : N !== undefined ? { N } : { B: Buffer.from(B ?? []).toString('base64') },
  ]);
  return { pk: { S: pk }, sk: { S: sk }, ...Object.fromEntries(attributes) };
}

export class StreamLog {
  readonly shards: Shard[] = [];
  /** The shards that take records; an item's changes go on in a child of the shard they began in. */
  #open: Shard[] = [];
  #sequence = 1000n;

  /** The shards that take records. */
  get open(): readonly Shard[] {
    return this.#open;
  }

  constructor() {
    this.#open = [this.#newShard(null, 0, HASHES / 2), this.#newShard(null, HASHES / 2, HASHES)];
  }

  append(before: WireItem | null, after: WireItem | null, expired = false): void {
    const item = after ?? before;
    if (item === null || isDeepStrictEqual(before, after)) return;
    const { pk, sk } = item;
    const shard = this.shardOf(pk.S);
    this.#sequence += BigInt(1 + (hashOf(sk.S) % 7));
    shard?.records.push({
      eventID: `event-${this.#sequence}`,
      eventName: before === null ? 'INSERT' : after === null ? 'REMOVE' : 'MODIFY',
      eventSource: 'aws:dynamodb',
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
        Keys: { pk, sk },
        ...(before === null ? {} : { OldImage: structuredClone(before) }),
        ...(after === null ? {} : { NewImage: structuredClone(after) }),
        SequenceNumber: `${this.#sequence}`.padStart(21, '0'),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
      ...(expired
        ? { userIdentity: { type: 'Service' as const, principalId: 'dynamodb.amazonaws.com' } }
        : {}),
    });
  }

  /** The shard that takes the changes under a partition key. */
  shardOf(pk: string): Shard | undefined {
    const hash = hashOf(pk);
    return this.#open.find(({ from, to }) => from <= hash && hash < to);
  }

  /** Closes a shard and opens two in its place, as DynamoDB does when a partition has grown or is busy. */
  split(which: number): void {
    const [shard] = this.#open.splice(which % this.#open.length, 1);
    if (shard === undefined) return;
    const { id, from, to } = shard;
    const middle = Math.floor((from + to) / 2);
    this.#open.push(this.#newShard(id, from, middle), this.#newShard(id, middle, to));
  }

  /** Closes a shard and opens another, as happens to every shard after some hours. */
  roll(which: number): void {
    const [shard] = this.#open.splice(which % this.#open.length, 1);
    if (shard !== undefined) this.#open.push(this.#newShard(shard.id, shard.from, shard.to));
  }

  #newShard(parent: string | null, from: number, to: number): Shard {
    const id = `shardId-${String(this.shards.length).padStart(20, '0')}-emulated`;
    const shard = { id, parent, from, to, records: [] };
    this.shards.push(shard);
    return shard;
  }
}

/** Hands a log's records to the roll-up, shard by shard, until there are no more. */
export class Pump {
  readonly #log: StreamLog;
  readonly #handler: (event: StreamEvent, context: InvocationContext) => Promise<StreamAnswer>;
  readonly #positions = new Map<string, number>();
  #pumping: Promise<void> = Promise.resolve();

  constructor(
    log: StreamLog,
    handler: (event: StreamEvent, context: InvocationContext) => Promise<StreamAnswer>,
  ) {
    this.#log = log;
    this.#handler = handler;
  }

  /** Resolves when the roll-up has seen everything and asks for nothing more. */
  untilQuiet(): Promise<void> {
    this.#pumping = this.#pumping.then(async () => {
      while (await this.#round());
    });
    return this.#pumping;
  }

  /** One batch of every shard; false when there was none. */
  async #round(): Promise<boolean> {
    let moved = false;
    for (const { id, records } of this.#log.shards) {
      const from = this.#positions.get(id) ?? 0;
      const batch = records.slice(from, from + BATCH);
      if (batch.length === 0) continue;
      const answer = await this.#handler({ Records: batch, shardId: id }, PATIENT);
      const failed = answer.batchItemFailures[0]?.itemIdentifier;
      const done = batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failed);
      this.#positions.set(id, from + (done < 0 ? batch.length : done));
      moved = true;
    }
    return moved;
  }
}

const HASHES = 2 ** 32;
/** Records of one delivery. */
const BATCH = 200;
/** An invocation that has all the time it needs. */
export const PATIENT: InvocationContext = { getRemainingTimeInMillis: () => 60_000 };

function hashOf(text: string): number {
  return createHash('md5').update(text).digest().readUInt32BE(0);
}
