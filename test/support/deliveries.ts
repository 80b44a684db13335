/**
 * Deliveries of a stream as bad as they may legally be: at least once, a shard's records in order the first time, a parent
 * before its children; and beyond that late, again, overlapping, side by side, and cut off in the middle.
 */
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import type { Table } from '../../lib/store/dynamodb/table.ts';
import { PATIENT, type Shard, type StreamLog } from './stream-log.ts';

/** One delivery: of which shard, how far back it starts, how many records it has. All are taken modulo what there is. */
export interface Delivery {
  readonly shard: number;
  readonly back: number;
  readonly size: number;
}

export class Deliveries {
  readonly #log: StreamLog;
  readonly #handler: ReturnType<typeof createRollupHandler>;
  /** How many records of a shard were delivered with success. */
  readonly #done = new Map<string, number>();
  buried = 0;
  repeated = 0;

  constructor(log: StreamLog, table: Table, now: () => number) {
    this.#log = log;
    this.#handler = createRollupHandler({
      table,
      now,
      onReport: ({ buried, repeated }) => {
        this.buried += buried;
        this.repeated += repeated;
      },
    });
  }

  /** Delivers once; what fails is delivered again some other time. */
  async deliver({ shard, back, size }: Delivery): Promise<void> {
    const open = this.#log.shards.filter((candidate) => this.#mayBegin(candidate));
    const chosen = open[shard % open.length];
    if (chosen === undefined) return;
    const { id, records } = chosen;
    const done = this.#doneOf(chosen);
    const from = Math.max(0, done - back);
    const batch = records.slice(from, from + size);
    if (batch.length === 0) return;
    const answer = await this.#handler({ Records: batch, shardId: id }, PATIENT).catch(() => null);
    if (answer === null) return;
    const failed = answer.batchItemFailures[0]?.itemIdentifier;
    const good = batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failed);
    const reached = from + (good < 0 ? batch.length : good);
    this.#done.set(id, Math.max(this.#doneOf(chosen), reached));
  }

  /** Delivers until everything, and everything that follows from it, was delivered with success. */
  async drain(): Promise<void> {
    for (let round = 0; round < 10_000; round++) {
      const behind = this.#log.shards.find((shard) => this.#doneOf(shard) < shard.records.length);
      if (behind === undefined) return;
      const open = this.#log.shards.filter((candidate) => this.#mayBegin(candidate));
      for (const shard of open.keys()) await this.deliver({ shard, back: round % 3, size: 25 });
    }
    throw new Error('the roll-up does not come to an end');
  }

  #mayBegin({ parent }: Shard): boolean {
    const before = this.#log.shards.find(({ id }) => id === parent);
    if (before === undefined) return true;
    return this.#doneOf(before) === before.records.length && this.#mayBegin(before);
  }

  #doneOf({ id }: Shard): number {
    return this.#done.get(id) ?? 0;
  }
}
