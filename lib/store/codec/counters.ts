/**
 * Counters as text: small, and the same on every store. The time from which they are as good as none comes first, so that
 * a sweep need not read the rest.
 */
import { type Counters, emptyAt } from '../../quota/counters.ts';

/** Times of the rates, then each session's fields, in the order written here. */
type Stored = readonly [
  emptyAt: number,
  tats: readonly [
    messagesPerMinute: number,
    messagesPerHour: number,
    recipientsPerMinute: number,
    recipientsPerHour: number,
  ],
  sessions: readonly (readonly [
    id: string,
    until: number,
    messages: number,
    recipients: number,
    errors: number,
  ])[],
];

export function encodeCounters(counters: Counters): string {
  const { tats, sessions } = counters;
  const stored: Stored = [
    emptyAt(counters),
    [tats.messagesPerMinute, tats.messagesPerHour, tats.recipientsPerMinute, tats.recipientsPerHour],
    sessions.map(({ id, until, messages, recipients, errors }) => [id, until, messages, recipients, errors]),
  ];
  return JSON.stringify(stored);
}

/** Throws a SyntaxError when the text is damaged. */
export function decodeCounters(text: string): Counters {
  const [, rates, sessions]: Stored = JSON.parse(text);
  const [messagesPerMinute, messagesPerHour, recipientsPerMinute, recipientsPerHour] = rates;
  return {
    tats: { messagesPerMinute, messagesPerHour, recipientsPerMinute, recipientsPerHour },
    sessions: sessions.map(([id, until, messages, recipients, errors]) => ({
      id,
      until,
      messages,
      recipients,
      errors,
    })),
  };
}

/** The time in an encoded text from which it is as good as none: epoch milliseconds. */
export function emptyAtOf(text: string): number {
  return Number.parseInt(text.slice(1), 10);
}
