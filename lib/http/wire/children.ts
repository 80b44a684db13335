/**
 * The children of a block as JSON text.
 */
import type { Child } from '../../lookup/children.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { decimal } from './number.ts';
import { formatTime } from './time.ts';

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
  return (
    `{"prefix":"${formatPrefix(prefix)}","subject":${isSubject},"spam":${decimal(spam)},` +
    `"interval":[${decimal(interval[0])},${decimal(interval[1])}],"observations":${decimal(observations)},` +
    `"lastSeen":${lastSeen === null ? 'null' : `"${formatTime(lastSeen)}"`}}`
  );
}
