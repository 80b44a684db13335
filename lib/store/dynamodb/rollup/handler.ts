/**
 * The roll-up as a Lambda function on the table's stream.
 *
 * The event source mapping must have a tumbling window: only then does an event name its shard, by which deliveries are
 * told apart. Nothing is kept in the window's state.
 */
import type { Table } from '../table.ts';
import { type Change, parseChange, sequenceOf } from './change.ts';
import { bury } from './dead-letters.ts';
import { shardName } from './marks.ts';
import { type RollupOutcome, rollUp } from './rollup.ts';

/** The part of Lambda's event that is read. */
export interface StreamEvent {
  readonly Records?: readonly unknown[];
  readonly shardId?: string;
}

/** The part of Lambda's context that is read. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

/** What Lambda takes as an answer: where to start again, and the window's state. */
export interface StreamAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
  readonly state: Readonly<Record<string, never>>;
}

/** What became of one delivery. */
export interface RollupReport extends RollupOutcome {
  readonly records: number;
  /** Milliseconds from the oldest change to the end of its roll-up; 0 without any. */
  readonly lagMs: number;
}

export interface RollupSurroundings {
  readonly table: Table;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 30-day months for which a tally is kept that nobody reports on; as long as there can be when left out. */
  readonly evidenceMonths?: number;
  readonly onReport: (report: RollupReport) => void;
}

/** Time kept back for writes under way and for the answer. */
const RESERVE_MS = 5000;

export function createRollupHandler({ table, now, evidenceMonths, onReport }: RollupSurroundings) {
  return async (event: StreamEvent, context: InvocationContext): Promise<StreamAnswer> => {
    const { shardId, Records: records = [] } = event;
    if (shardId === undefined) {
      throw new Error('the event names no shard: the event source mapping needs a tumbling window');
    }
    const changes: Change[] = [];
    let unreadable = 0;
    for (const record of records) {
      const change = parseChange(record, shardName(shardId));
      if (change.ok) {
        changes.push(change.value);
        continue;
      }
      const place = { shard: shardName(shardId), sequence: sequenceOf(record) ?? 'unknown' };
      await bury(table, { record, place, at: 0 }, change.error, now());
      unreadable++;
    }
    const isLate = (): boolean => context.getRemainingTimeInMillis() < RESERVE_MS;
    const outcome = await rollUp(changes, table, { now, isLate, evidenceMonths });
    const oldest = changes.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
    const lagMs = changes.length === 0 ? 0 : Math.max(0, now() - oldest);
    onReport({ ...outcome, buried: outcome.buried + unreadable, records: records.length, lagMs });
    const { failedFrom } = outcome;
    return {
      batchItemFailures: failedFrom === null ? [] : [{ itemIdentifier: failedFrom }],
      state: {},
    };
  };
}
