/**
 * Seconds of a day on AWS: mail is looked up, verdicts are taken, and the roll-up is delivered what the stream tells, shard
 * by shard, side by side. The keys, the items and their sizes, the roll-up with its batches, marks and repeated writes are
 * the real ones; the table is in memory and the clock is the model's.
 */
import { readFileSync } from 'node:fs';
import { SERIES } from '../../lib/reputation/tally.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { HEARD } from '../../lib/store/dynamodb/rollup/lift.ts';
import { DynamoVerdicts } from '../../lib/store/dynamodb/verdicts.ts';
import { PATIENT, type Shard, StreamLog, type StreamRecord } from '../../test/support/stream-log.ts';
import { arrivals } from './curve.ts';
import { historyOf } from './history.ts';
import { MeteredTable, type Usage } from './metered-table.ts';
import type { World } from './world.ts';

export interface DayOptions {
  readonly world: World;
  /** Shards of the stream, which are the partitions of the table. */
  readonly shards: number;
  /** Lookups and verdicts a second in the mean. */
  readonly lookups: number;
  readonly verdicts: number;
  /** Generations of shards in the day before; as many as leave marks when left out. */
  readonly generations?: number;
}

/** What became of some seconds. */
export interface Span {
  /** Of every second, what each item was asked for, by `pk sk`. */
  readonly seconds: readonly ReadonlyMap<string, Usage>[];
  readonly deliveries: number;
  /** Records of the stream. */
  readonly records: number;
  /** Deliveries of which something must come again. */
  readonly failures: number;
}

/** Steps of the model's clock: what is delivered within one of them happens at once, as a delivery takes so long. */
const STEP_MS = 20;
/**
 * A shard is asked again so soon. Lambda documents a base rate of four polls a second and goes on at once where there is more;
 * a delivery itself takes some tens of milliseconds.
 */
const POLL_MS = 100;
/** A shard is closed and another goes on in its place after some four hours; marks of the last day are kept. */
const SHARD_MS = 4 * 3_600_000;
/** So many of them in that time. In each, a second's verdicts came: every shard has spoken to what hears of all. */
const GENERATIONS = 6;
/** The busiest senders of each kind, which have all the history that a tally can have, as has all above them. */
const ESTABLISHED = 100;

/** The first moment of a quarter-day, day and month of the tallies at once: every sum begins anew. */
export const TURN = 693 * SERIES.months.length;

export class Day {
  readonly #options: DayOptions;
  readonly #log = new StreamLog();
  readonly table = new MeteredTable(this.#log);
  readonly #verdicts = new DynamoVerdicts(this.table);
  readonly #handler: ReturnType<typeof createRollupHandler>;
  readonly #batchSize = batchSize();
  #now: number;
  #said = { deliveries: 0, records: 0, failures: 0 };

  private constructor(options: DayOptions) {
    this.#options = options;
    this.#now = TURN - generationsOf(options) * SHARD_MS;
    while (this.#log.open.length < options.shards) this.#log.split(0);
    this.#handler = createRollupHandler({ table: this.table, now: () => this.#now, onReport: () => {} });
  }

  /** A day whose next moment is `TURN`. */
  static async before(options: DayOptions): Promise<Day> {
    const day = new Day(options);
    for (const item of historyOf(options.world.busiest(ESTABLISHED), day.#now))
      await day.table.put({ Item: item });
    for (let left = generationsOf(options) - 1; left >= 0; left--) {
      await day.#report(options.verdicts);
      while (await day.#deliver(day.#log.open)) day.#now += STEP_MS;
      for (let i = 0; i < options.shards; i++) day.#log.roll(0);
      day.#now = TURN - left * SHARD_MS;
    }
    return day;
  }

  /** Lets so many seconds pass. */
  async pass(seconds: number): Promise<Span> {
    const { world, lookups, verdicts } = this.#options;
    const first = this.table.seconds.length;
    this.#said = { deliveries: 0, records: 0, failures: 0 };
    for (let ms = 0; ms < 1000 * seconds; ms += STEP_MS) {
      if (ms % 1000 === 0) this.table.nextSecond();
      const asked = arrivals((lookups * STEP_MS) / 1000, world.random);
      for (let i = 0; i < asked; i++) this.table.countLookup(world.sender().keys);
      await this.#report(arrivals((verdicts * STEP_MS) / 1000, world.random));
      const turns = POLL_MS / STEP_MS;
      await this.#deliver(this.#log.open.filter((_, i) => i % turns === (ms / STEP_MS) % turns));
      this.#now += STEP_MS;
    }
    return { seconds: this.table.seconds.slice(first), ...this.#said };
  }

  /** The partition in which a partition key lies, as long as none was split. */
  partitionOf(pk: string): string {
    return this.#log.shardOf(pk)?.id ?? '';
  }

  /** Goes on to another time; shards stay as they are. */
  skip(ms: number): void {
    this.#now += ms;
  }

  async #report(count: number): Promise<void> {
    const records = Array.from({ length: count }, () => this.#options.world.verdict(this.#now));
    await this.#verdicts.record(records, this.#now);
  }

  /** A delivery of each shard, side by side; false when none had anything. */
  async #deliver(shards: readonly Shard[]): Promise<boolean> {
    const waiting = shards.filter(({ records }) => records.length > 0);
    await Promise.all(waiting.map((shard) => this.#deliverOne(shard)));
    return waiting.length > 0;
  }

  async #deliverOne({ id, records }: Shard): Promise<void> {
    const batch = records.splice(0, this.#batchSize).filter(isHeard);
    if (batch.length === 0) return;
    const { batchItemFailures } = await this.#handler({ Records: batch, shardId: id }, PATIENT);
    this.#said.deliveries++;
    this.#said.records += batch.length;
    const failed = batchItemFailures[0]?.itemIdentifier;
    if (failed === undefined) return;
    this.#said.failures++;
    records.unshift(...batch.slice(batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failed)));
  }
}

/** Whether the function is called for a record, by the filter of its event source. */
function isHeard({ dynamodb }: StreamRecord): boolean {
  return HEARD.includes(dynamodb.Keys.pk.S.charAt(0));
}

function generationsOf({ generations = GENERATIONS }: DayOptions): number {
  return generations;
}

/** Records of one delivery at most, as deployed. */
function batchSize(): number {
  const deployed = readFileSync(new URL('../../serverless.yml', import.meta.url), 'utf8');
  const [, size] = /batchSize: (\d+)/.exec(deployed) ?? [];
  if (size === undefined) throw new Error('serverless.yml names no batchSize');
  return Number(size);
}
