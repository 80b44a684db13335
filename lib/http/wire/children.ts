/**
 * The children of a block as JSON text.
 */
import type { Child } from '../../lookup/children.ts';
import { JsonWriter, Phrase } from './json-writer.ts';

const PREFIX = new Phrase('{"prefix":"');
const SUBJECT = new Phrase('","subject":');
const SPAM = new Phrase(',"spam":');
const INTERVAL = new Phrase(',"interval":[');
const OBSERVATIONS = new Phrase('],"observations":');
const LAST_SEEN = new Phrase(',"lastSeen":');

const out = new JsonWriter();

/** `prefix` in canonical text; `next` is the cursor of the next part, null at the end. */
export function childrenText(
  prefix: string,
  length: number,
  children: readonly Child[],
  next: string | null,
): string {
  return (
    `{"prefix":"${prefix}","length":${length},"children":[${children.map(childText).join(',')}],` +
    `"next":${JSON.stringify(next)}}`
  );
}

function childText({ prefix, isSubject, spam, interval, observations, lastSeen }: Child): string {
  out.clear().phrase(PREFIX).prefix(prefix).phrase(SUBJECT).boolean(isSubject);
  out.phrase(SPAM).decimal(spam).phrase(INTERVAL).decimal(interval[0]).plain(',').decimal(interval[1]);
  out.phrase(OBSERVATIONS).decimal(observations).phrase(LAST_SEEN).time(lastSeen).plain('}');
  return out.finish();
}
