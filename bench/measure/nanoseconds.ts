/**
 * Time of a short function, on a machine that is shared.
 */

/** Calls timed together: some tens of microseconds, so that most pass between two interruptions. */
const CHUNK = 64;
/** How often each chunk is timed. */
const VISITS = 25;

/** Takes every result, so that no call can be left out. */
const kept: unknown[] = new Array(1);

/**
 * Nanoseconds a call over all cases: they are walked in chunks, again and again, and each chunk counts with its quickest
 * visit. What others take of the machine slows some visits, not the quickest; and no case is left out.
 */
export function nanosecondsOf<T>(cases: readonly T[], run: (of: T, index: number) => unknown): number {
  const quickest = new Float64Array(Math.ceil(cases.length / CHUNK)).fill(Number.POSITIVE_INFINITY);
  for (let visit = 0; visit < VISITS; visit++) {
    for (const chunk of quickest.keys()) {
      const took = timeOf(cases, chunk * CHUNK, run);
      quickest[chunk] = Math.min(quickest[chunk] ?? took, took);
    }
  }
  return (quickest.reduce((sum, took) => sum + took, 0) * 1e6) / cases.length;
}

function timeOf<T>(cases: readonly T[], from: number, run: (of: T, index: number) => unknown): number {
  const end = Math.min(from + CHUNK, cases.length);
  const start = performance.now();
  for (let index = from; index < end; index++) {
    const of = cases[index];
    if (of !== undefined) kept[0] = run(of, index);
  }
  return performance.now() - start;
}
