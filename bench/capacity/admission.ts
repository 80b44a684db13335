/**
 * How many events a second one sender's counters hold. They are one item, and every writer names the state it wrote from: so
 * before a partition's units the writers are in each other's way. Real time, containers that have one event at a time, a
 * table in memory whose calls take as long as DynamoDB's.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { type EventKind, NO_COUNTERS, type QuotaLimits, take } from '../../lib/quota/counters.ts';
import { rungKey } from '../../lib/reputation/rung.ts';
import { encodeCounters } from '../../lib/store/codec/counters.ts';
import { DynamoCounters } from '../../lib/store/dynamodb/counters.ts';
import { MemoryTable } from '../../test/support/memory-table.ts';
import { StreamLog } from '../../test/support/stream-log.ts';
import type { Random } from '../accuracy/random.ts';
import { PARTITION } from './model.ts';
import { writeUnits } from './units.ts';
import type { Sender } from './world.ts';

export interface Contention {
  /** Events a second that were asked for. */
  readonly rate: number;
  /** Shares of them: ruled on within the budget; later, or not at all, and so let in. */
  readonly inTime: number;
  readonly letIn: number;
  /** Calls to the table for an event. */
  readonly calls: number;
}

/** Half of what a call takes: milliseconds. */
const ONE_WAY_MS = 2;
/** The budget of a lookup. */
const BUDGET_MS = 50;
const SECONDS = 2;
/** What an operator may write: nothing is over it. */
const UNLIMITED: QuotaLimits = {
  ...DEFAULT_POLICY_BOOK.limits.good,
  messagesPerConnection: 1_000_000,
  messagesPerMinute: 1_000_000,
  messagesPerHour: 1_000_000,
};

/** Messages of one sender, so many a second, to so many containers. */
export async function contentionOf(
  sender: Sender,
  rate: number,
  containers: number,
  random: Random,
): Promise<Contention> {
  const table = new MemoryTable(new StreamLog());
  let calls = 0;
  table.weather = {
    before: () => {
      calls++;
      return delay(ONE_WAY_MS);
    },
    after: () => delay(ONE_WAY_MS),
  };
  const idle = Array.from({ length: containers }, () => new DynamoCounters(table));
  const key = rungKey(sender.ladder.subject);
  const times: Promise<number>[] = [];
  const from = performance.now();
  for (let asked = 0; asked < rate * SECONDS; ) {
    const due = Math.floor(((performance.now() - from) / 1000) * rate);
    for (; asked < due; asked++) {
      const counters =
        idle.splice(random.int(0, Math.max(0, idle.length - 1)), 1)[0] ?? new DynamoCounters(table);
      times.push(timeOf(counters, key).finally(() => idle.push(counters)));
    }
    await delay(1);
  }
  const taken = await Promise.all(times);
  const inTime = taken.filter((time) => time <= BUDGET_MS).length / taken.length;
  return { rate, inTime, letIn: 1 - inTime, calls: calls / taken.length };
}

/** Milliseconds until an event was ruled on; endless when it was not. */
async function timeOf(counters: DynamoCounters, key: string): Promise<number> {
  const from = performance.now();
  const event = { kind: 'message', count: 1, session: '' } as const;
  try {
    await counters.take(key, event, UNLIMITED, Date.now());
    return performance.now() - from;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Events a second that the units of a partition would do for, when so many sessions of the sender are open. */
export function eventsByUnits(sessions: number): number {
  let counters = NO_COUNTERS;
  const limits = { ...UNLIMITED, concurrentConnections: sessions };
  const kind: EventKind = 'connect';
  for (let i = 0; i < sessions; i++) {
    const session = String(i).padStart(16, 's');
    counters = take(counters, { kind, count: 1, session }, limits, 0).counters;
  }
  return PARTITION.writes / writeUnits(0, encodeCounters(counters).length + KEY_AND_MARK);
}

/** Bytes of the item beside the counters. */
const KEY_AND_MARK = 80;
