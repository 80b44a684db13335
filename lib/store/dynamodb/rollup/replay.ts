/**
 * Replaying dead letters, once what made them dead is mended.
 */
import type { Table } from '../table.ts';
import { type Change, parseChange } from './change.ts';
import { deadLetters } from './dead-letters.ts';
import { shardName } from './marks.ts';
import { type RollupClock, rollUp } from './rollup.ts';

export interface ReplayOutcome {
  readonly applied: number;
  /** Letters that still cannot be applied, with the reason; they stay. */
  readonly left: readonly { readonly place: string; readonly reason: string }[];
}

/**
 * Applies every dead letter and removes those that could be. Each counts as a shard of its own: replaying one twice, as
 * after a crash, counts once, and the marks of the shard it came from are not in its way.
 */
export async function replayDeadLetters(table: Table, clock: RollupClock): Promise<ReplayOutcome> {
  let applied = 0;
  const left: { place: string; reason: string }[] = [];
  for await (const { key, record, only } of deadLetters(table)) {
    const change = parseChange(record, shardName(`dead ${key.sk}`));
    const outcome = change.ok ? await rollUp([{ ...change.value, only }], table, clock, stillDead) : null;
    if (outcome?.failedFrom === null) {
      await table.delete(key);
      applied++;
    } else {
      left.push({ place: key.sk, reason: change.ok ? messageOf(outcome?.failure) : change.error });
    }
  }
  return { applied, left };
}

/** A letter that is dead still stays the letter it is. */
function stillDead(_change: Change, reason: unknown): Promise<void> {
  return Promise.reject(reason);
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
