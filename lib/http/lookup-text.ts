/**
 * A lookup as it is sent: the text of its answer, given again where it still holds.
 */
import { Buffer } from 'node:buffer';
import type { LookupAnswer, Told } from '../lookup/answer.ts';
import { type LookupSources, lookup, type Question } from '../lookup/lookup.ts';
import type { RecentAnswers } from '../lookup/recent-answers.ts';
import { textFromTime, textUntilTime } from './wire/lookup.ts';

/** What answers are drawn from, and what was answered lately; left out where nothing is kept. */
export interface TextSources extends LookupSources {
  readonly recent?: RecentAnswers | undefined;
}

/** An answer as it is sent. */
export interface SentAnswer {
  readonly told: Told;
  readonly text: string;
  /** Of the text as UTF-8. */
  readonly bytes: number;
  /** Until when it holds, epoch milliseconds, and whether there was no evidence to be had. */
  readonly expires: number;
  readonly degraded: boolean;
}

/** As `lookup`, in text. */
export function lookupAsText(
  question: Question,
  sources: TextSources,
  now: number,
): SentAnswer | Promise<SentAnswer> {
  const again = sources.recent?.find(question, sources, now) ?? null;
  if (again !== null) return sent(again.told, again.text, again.bytes, again.expires);
  const answer = lookup(question, sources, now);
  return answer instanceof Promise
    ? answer.then((came) => firstSent(came, sources, now))
    : firstSent(answer, sources, now);
}

/** Written for the first time, and kept where that can be told for how long it holds; of an answer that came later it cannot. */
function firstSent(answer: LookupAnswer, { recent, book }: TextSources, now: number): SentAnswer {
  const text = textUntilTime(answer);
  const bytes = Buffer.byteLength(text);
  recent?.keep(answer, text, bytes, book, now);
  return sent(answer, text, bytes, answer.expires);
}

function sent(told: Told, text: string, bytes: number, expires: number): SentAnswer {
  const { degraded } = told;
  const rest = textFromTime(expires, degraded);
  return { told, text: text + rest, bytes: bytes + rest.length, expires, degraded };
}
