/**
 * The tally item: a tally, and what keeps its writers from counting anything twice or losing one another's work.
 *
 * | attribute   |   | what                                                                                  |
 * |-------------|---|---------------------------------------------------------------------------------------|
 * | `tally`     | B | see codec/tally.ts                                                                    |
 * | `version`   | N | grows by one with every write; a write names the version it was made from             |
 * | `marks`     | B | how far each shard of the stream is applied (see marks.ts)                            |
 * | `time`      | N | of the newest change in it, epoch milliseconds; what had expired by then is dropped   |
 * | `forgotten` | N | on reporters' tallies: verdicts received up to then count no more                     |
 * | `via`       | S | the load that brought it; its stream records then mean no news                        |
 * | `expires`   | N | epoch seconds                                                                         |
 */
import { EMPTY_TALLY, isEmpty, type Tally } from '../../../reputation/tally.ts';
import { decodeTally, encodeTally } from '../../codec/tally.ts';
import { VERDICT_RETENTION_MS } from '../../port.ts';
import { tallyLife } from '../../tally-life.ts';
import { bytes, bytesIn, expiry, type Item, keyAttributes, number, numberIn, present } from '../item.ts';
import type { TableKey } from '../keys.ts';
import type { PutInput } from '../table.ts';
import { decodeMarks, encodeMarks, type Mark } from './marks.ts';

/** A tally as its writers see it. */
export interface TallyState {
  readonly tally: Tally;
  /** 0 when there is no item yet. */
  readonly version: number;
  readonly marks: readonly Mark[];
  readonly time: number;
  /** -1 when nothing was forgotten. */
  readonly forgotten: number;
}

export const NO_TALLY: TallyState = { tally: EMPTY_TALLY, version: 0, marks: [], time: 0, forgotten: -1 };

const DAY = 24 * 3_600_000;
/** An empty tally keeps its marks, and its memory of being forgotten, for as long as a verdict can be taken back. */
const EMPTY_KEPT_MS = VERDICT_RETENTION_MS + 2 * DAY;

/** Throws a RangeError when the item is no tally. */
export function tallyState(item: Item): TallyState {
  const marks = bytesIn(item, 'marks');
  return {
    tally: decodeTally(present(bytesIn(item, 'tally'), 'tally')),
    version: present(numberIn(item, 'version'), 'version'),
    marks: marks === undefined ? [] : decodeMarks(marks),
    time: present(numberIn(item, 'time'), 'time'),
    forgotten: numberIn(item, 'forgotten') ?? -1,
  };
}

/** The item of a state. It may expire when nothing changes it for `months` after `changedAt` (epoch milliseconds). */
export function tallyItem(key: TableKey, state: TallyState, changedAt: number, months: number): Item {
  const { tally, version, marks, time, forgotten } = state;
  return {
    ...keyAttributes(key),
    tally: bytes(encodeTally(tally)),
    version: number(version),
    marks: bytes(encodeMarks(marks)),
    time: number(time),
    ...(forgotten < 0 ? {} : { forgotten: number(forgotten) }),
    expires: expiry(changedAt + (isEmpty(tally) ? EMPTY_KEPT_MS : tallyLife(months))),
  };
}

/** Writes the state that follows `from`, unless somebody else wrote in between. */
export function putTally(
  key: TableKey,
  from: TallyState,
  to: Omit<TallyState, 'version'>,
  now: number,
  months: number,
): PutInput {
  const Item = tallyItem(key, { ...to, version: from.version + 1 }, now, months);
  if (from.version === 0) return { Item, ConditionExpression: 'attribute_not_exists(pk)' };
  return {
    Item,
    ConditionExpression: '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': number(from.version) },
  };
}
