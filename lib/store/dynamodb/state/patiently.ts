/**
 * Patience with a table that is throttled: a load writes as fast as it is let, and a new table takes some minutes to grow.
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds before another attempt: a random part of a limit that doubles, up to the last of these. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** For how long no attempt may succeed before it is a failure. */
const PATIENCE_MS = 300_000;

/** The names of DynamoDB's ways to say that it is too much. */
const THROTTLED: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

/** Does work, again and again while the table is throttled; everything else that goes wrong rejects at once. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  for (let limit = FIRST_PAUSE_MS; ; limit = Math.min(2 * limit, LONGEST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      const isThrottled = error instanceof Error && THROTTLED.has(error.name);
      if (!isThrottled || performance.now() - begun > PATIENCE_MS) throw error;
      await delay(limit * Math.random());
    }
  }
}
