/**
 * Log lines about a failure that comes again and again: a broken store must not fill the disk too.
 */
import { describeError, type Log } from './log.ts';

/** Milliseconds between two lines of one kind. */
const LOG_INTERVAL_MS = 10_000;

/** A function that logs a failure unless it logged one less than ten seconds ago; `unlogged` counts those passed over. */
export function logSeldom(log: Log, event: string, clock: () => number): (error: unknown) => void {
  let nextLine = Number.NEGATIVE_INFINITY;
  let unlogged = 0;
  return (error) => {
    const now = clock();
    if (now < nextLine) {
      unlogged++;
      return;
    }
    log.error(event, { error: describeError(error), unlogged });
    nextLine = now + LOG_INTERVAL_MS;
    unlogged = 0;
  };
}
