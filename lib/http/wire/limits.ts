/**
 * The limits of a class of service, as JSON text.
 */
import type { Limits } from '../../policy/policy-book.ts';
import { type JsonWriter, Phrase } from './json-writer.ts';

interface Known {
  readonly limits: Limits;
  /** Everything before the number of seconds, which grows with the evidence. */
  readonly opening: Phrase;
}

/** More than one policy book has; a book that is edited makes new ones. */
const MOST_KNOWN = 16;
const KNOWN: Known[] = [];

export function writeLimits(limits: Limits, out: JsonWriter): void {
  out.phrase(openingOf(limits)).number(limits.retryAfterSeconds).plain('}');
}

/** A handful of limits are in all answers, and a table of so few is quickest walked through. */
function openingOf(limits: Limits): Phrase {
  for (const known of KNOWN) if (isAlike(known.limits, limits)) return known.opening;
  const opening = new Phrase(openingText(limits));
  if (KNOWN.length === MOST_KNOWN) KNOWN.length = 0;
  KNOWN.push({ limits, opening });
  return opening;
}

/** Whether they differ in the time to try again at most. */
function isAlike(a: Limits, b: Limits): boolean {
  if (a === b) return true;
  return (
    a.concurrentConnections === b.concurrentConnections &&
    a.tarpitSeconds === b.tarpitSeconds &&
    a.pipelining === b.pipelining &&
    a.recipientsPerMessage === b.recipientsPerMessage &&
    a.bytesPerSecond === b.bytesPerSecond &&
    a.messagesPerConnection === b.messagesPerConnection &&
    a.errorsPerConnection === b.errorsPerConnection &&
    a.messagesPerMinute === b.messagesPerMinute &&
    a.recipientsPerMinute === b.recipientsPerMinute &&
    a.messagesPerHour === b.messagesPerHour &&
    a.recipientsPerHour === b.recipientsPerHour
  );
}

function openingText(limits: Limits): string {
  const text = JSON.stringify({
    concurrentConnections: limits.concurrentConnections,
    tarpitSeconds: limits.tarpitSeconds,
    pipelining: limits.pipelining,
    recipientsPerMessage: limits.recipientsPerMessage,
    bytesPerSecond: limits.bytesPerSecond,
    messagesPerConnection: limits.messagesPerConnection,
    errorsPerConnection: limits.errorsPerConnection,
    messagesPerMinute: limits.messagesPerMinute,
    recipientsPerMinute: limits.recipientsPerMinute,
    messagesPerHour: limits.messagesPerHour,
    recipientsPerHour: limits.recipientsPerHour,
  });
  return `${text.slice(0, -1)},"retryAfterSeconds":`;
}
