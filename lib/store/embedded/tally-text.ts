/**
 * A tally as it is written down, as a text of its bytes. What waits for a checkpoint, some ten thousand tallies, is kept so:
 * decoded each is a dozen objects and twenty times as large, and the garbage collector copies all that is new twice before it
 * leaves it alone.
 */
import type { RungKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, isEmpty, type Tally } from '../../reputation/tally.ts';
import { decodeTally, tallyAsText } from '../codec/tally.ts';

/** Of a tally that is to be removed. */
export const NO_TALLY = '';

export function tallyText(tally: Tally): string {
  return isEmpty(tally) ? NO_TALLY : tallyAsText(tally);
}

/** Throws a RangeError when the text is of no tally. */
export function tallyOfText(text: string): Tally {
  return text === NO_TALLY ? EMPTY_TALLY : decodeTally(Buffer.from(text, 'latin1'));
}

/** Tallies from a key up to but without another, in order: of those texts, the later before the earlier. */
export function talliesWithin(
  texts: readonly ReadonlyMap<RungKey, string>[],
  start: RungKey,
  end: RungKey,
): readonly (readonly [RungKey, Tally])[] {
  const found = new Map<RungKey, string>();
  for (const some of texts)
    for (const [key, text] of some) if (key >= start && key < end) found.set(key, text);
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, text]) => [key, tallyOfText(text)] as const);
}
