/**
 * The sweep of tallies: those that nobody reported on for long go, and others lose the buckets that are past their time, even
 * when nothing is ever written to them again.
 *
 * Tallies are looked at outside the write lock; only what is to change is looked at again inside it, a few at a time.
 */
import { setImmediate } from 'node:timers/promises';
import { pruned, SERIES_NAMES, type Tally } from '../../reputation/tally.ts';
import { decodeNumber } from '../codec/bytes.ts';
import { decodeTally, encodeTally } from '../codec/tally.ts';
import { FORGOTTEN_KEPT_MS } from '../port.ts';
import { isPastItsLife } from '../tally-life.ts';
import type { Bytes } from './databases.ts';
import type { EvidenceWrites } from './evidence-writes.ts';
import type { TallyCache } from './tally-cache.ts';

/** Tallies looked at before others have their turn: some milliseconds' worth. */
const STEP = 500;

interface Parts {
  readonly tallies: Bytes;
  readonly forgotten: Bytes;
  readonly evidence: EvidenceWrites;
  readonly cache: TallyCache;
}

/** Removes what tells that subjects were forgotten, once no verdict is left that it covers (`now`: epoch milliseconds). */
async function sweepForgotten({ forgotten, evidence }: Parts, now: number): Promise<void> {
  const isOver = (until: Uint8Array): boolean => decodeNumber(until) + FORGOTTEN_KEPT_MS <= now;
  const over: Buffer[] = [];
  for (const { key, value } of forgotten.getRange()) if (isOver(value)) over.push(Buffer.from(key));
  if (over.length === 0) return;
  await evidence.change(() => {
    for (const key of over) {
      const until = forgotten.getBinaryFast(key);
      if (until !== undefined && isOver(until)) forgotten.removeSync(key);
    }
  });
}

/** Sweeps at `now` (epoch milliseconds) by a life of `months`; resolves to how many tallies were changed or dropped. */
export async function sweepTallies(parts: Parts, now: number, months: number): Promise<number> {
  const { tallies, evidence, cache } = parts;
  let changed = 0;
  let start: Buffer | undefined;
  do {
    const { due, next } = look(tallies, start, now, months);
    if (due.length > 0)
      await evidence.change(() => {
        for (const key of due) {
          const bytes = tallies.getBinaryFast(key);
          const swept = bytes === undefined ? undefined : after(decodeTally(bytes), now, months);
          if (swept === undefined) continue;
          cache.drop(key.toString('latin1'));
          if (swept === null) tallies.removeSync(key);
          else tallies.putSync(key, encodeTally(swept));
          changed++;
        }
      });
    start = next;
    await setImmediate();
  } while (start !== undefined);
  await sweepForgotten(parts, now);
  return changed;
}

function look(
  tallies: Bytes,
  start: Buffer | undefined,
  now: number,
  months: number,
): { readonly due: readonly Buffer[]; readonly next: Buffer | undefined } {
  const due: Buffer[] = [];
  let last: Buffer | undefined;
  let seen = 0;
  for (const { key, value } of tallies.getRange(
    start === undefined ? { limit: STEP } : { start, limit: STEP },
  )) {
    last = Buffer.from(key);
    seen++;
    if (after(decodeTally(value), now, months) !== undefined) due.push(last);
  }
  return { due, next: last === undefined || seen < STEP ? undefined : Buffer.concat([last, Buffer.of(0)]) };
}

/** What becomes of a tally: null when it goes, undefined when it stays as it is. */
function after(tally: Tally, now: number, months: number): Tally | null | undefined {
  if (isPastItsLife(tally, now, months)) return null;
  const kept = pruned(tally, now);
  const same = SERIES_NAMES.every((series) => kept[series] === tally[series]) && kept.hosts === tally.hosts;
  return same ? undefined : kept;
}
