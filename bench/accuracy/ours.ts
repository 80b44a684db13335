/**
 * Our engine, as the back-test runs it: nothing here knows more than `replay` does from its command line.
 */
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { PrefixlenReader } from '../../lib/allocation/prefixlen.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { Replay, type ReplayEvent } from '../../lib/replay/replay.ts';
import type { MakeJudge } from './judges/judge.ts';
import { parsed } from './judges/key.ts';
import { START, type TrafficEvent } from './traffic.ts';

/** The name our engine has in the tables; it runs once per reporter mode. */
export const OURS = 'ours';

export const ours: MakeJudge = (traffic) => {
  const replay = new Replay({ allocations: AllocationTable.of(allocationsOf(traffic.published)) });
  let learnt = '';
  return {
    name: OURS,
    // The back-test answers and learns in one step, so the lesson that follows is already taken.
    answer(event) {
      learnt = event.id;
      return replay.step(replayEvent(event));
    },
    learn(event) {
      if (event.id !== learnt) replay.step(replayEvent(event));
    },
  };
};

function replayEvent({ id, at, address, verdict, reporter }: TrafficEvent): ReplayEvent {
  return { id, at, address: parsed(address), verdict, reporter };
}

/** Read as `import` and `replay` read a file; a row that is refused is a generator's mistake. */
function allocationsOf(published: string): Allocation[] {
  const reader = new PrefixlenReader({ reference: 'generated', date: START / 1000 });
  return published.split('\n').flatMap((line) => {
    const row = reader.line(line);
    if (row?.ok === false) throw new Error(`published line ${row.error.line}: ${row.error.reason}`);
    return row === undefined ? [] : [row.value];
  });
}
