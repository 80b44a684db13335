/**
 * Runs one judge over one traffic, message by message: first the answer, then the verdict; and measures the answers.
 */
import { type ReplayResult, ReplaySummary } from '../../lib/replay/summary.ts';
import type { Judge } from './judges/judge.ts';
import { FABRICATED, type TrafficEvent, truthOf } from './traffic.ts';

export interface Measured {
  /** Everything but invented reports. */
  readonly all: ReplayResult;
  /** Only events that belong to no group: what the general targets for lost mail are about. */
  readonly ungrouped: ReplayResult;
  readonly groups: ReadonlyMap<string, ReplayResult>;
}

/** `delay` (ms): how long after the message its verdict arrives; 0: before the next message. */
export function measure(judge: Judge, events: readonly TrafficEvent[], delay = 0): Measured {
  const all = new ReplaySummary();
  const ungrouped = new ReplaySummary();
  const groups = new Map<string, ReplaySummary>();
  let learnt = 0;
  const learnUntil = (time: number): void => {
    for (let next = events[learnt]; next !== undefined && next.at + delay <= time; next = events[++learnt]) {
      judge.learn(next, next.at + delay);
    }
  };
  for (const [index, event] of events.entries()) {
    if (delay > 0) learnUntil(event.at);
    if (event.group !== FABRICATED) {
      const judgement = { ...judge.answer(event), truth: truthOf(event) };
      all.add(judgement);
      summaryOf(event, ungrouped, groups).add(judgement);
    }
    if (delay === 0) {
      learnt = index + 1;
      judge.learn(event, event.at);
    }
  }
  return {
    all: all.result(),
    ungrouped: ungrouped.result(),
    groups: new Map([...groups].map(([name, summary]) => [name, summary.result()])),
  };
}

function summaryOf(
  event: TrafficEvent,
  ungrouped: ReplaySummary,
  groups: Map<string, ReplaySummary>,
): ReplaySummary {
  if (event.group === undefined) return ungrouped;
  const known = groups.get(event.group);
  if (known !== undefined) return known;
  const created = new ReplaySummary();
  groups.set(event.group, created);
  return created;
}
