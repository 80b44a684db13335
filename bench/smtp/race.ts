/**
 * Ways to do the same thing, turn about: how long the mail server waits.
 */
import { decimals, plainTable, withRange } from '../measure/print.ts';
import { tellProgress } from '../measure/progress.ts';
import { quantileOf, ratiosOf, spreadOf } from '../measure/statistics.ts';

/** One of them; `act` is told how often it was called before. */
export interface Way {
  readonly name: string;
  readonly act: (i: number) => Promise<unknown>;
}

/** What they came to, in milliseconds, round by round. */
export interface Waits {
  readonly name: string;
  readonly median: number[];
  readonly p99: number[];
}

export interface Pace {
  readonly rounds: number;
  /** Calls of each in one round. */
  readonly calls: number;
}

/** A round before the others warms everybody up. */
export async function race(title: string, ways: readonly Way[], { rounds, calls }: Pace): Promise<Waits[]> {
  const waits = ways.map(({ name }): Waits => ({ name, median: [], p99: [] }));
  for (let round = -1; round < rounds; round++) {
    tellProgress(`${title}: round ${Math.max(0, round + 1)} of ${rounds}`);
    for (const [at, { act }] of ways.entries()) {
      const times: number[] = [];
      for (let i = 0; i < calls; i++) {
        const start = performance.now();
        await act((round + 1) * calls + i);
        times.push(performance.now() - start);
      }
      if (round < 0) continue;
      waits[at]?.median.push(spreadOf(times).median);
      waits[at]?.p99.push(quantileOf(times, 0.99));
    }
  }
  tellProgress('');
  return waits;
}

/** Milliseconds, what is added to the first of them, and in times of the first. */
export function waitsTable(title: string, waits: readonly Waits[]): string {
  const reference = waits[0];
  return plainTable(
    [title, 'median ms', 'more than the first', 'in times of it', 'p99 ms'],
    waits.map(({ name, median, p99 }, at) => {
      const added = median.map((wait, round) => wait - (reference?.median[round] ?? Number.NaN));
      return [
        name,
        withRange(spreadOf(median), decimals(3)),
        at === 0 ? '' : withRange(spreadOf(added), decimals(3)),
        at === 0 ? '' : withRange(ratiosOf(median, reference?.median ?? []), decimals(2)),
        withRange(spreadOf(p99), decimals(2)),
      ];
    }),
  );
}
