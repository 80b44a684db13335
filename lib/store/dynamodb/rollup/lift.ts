/**
 * What a change of the table asks of the roll-up. Pure: the change says it all, no clock is read.
 *
 *   a verdict came or was taken back  ->  its reporter's tally on the subject changes, that on the account, that of stances
 *   a tally changed                   ->  the tally above changes by what it now contributes more or less
 *   a subject is to be forgotten      ->  its reporters' tallies are emptied, and the rest follows
 */
import { contribution, type Impulse, type LevelAbove } from '../../../reputation/cascade.ts';
import { isRootKey, prefixOfKey, type RungKey } from '../../../reputation/rung.ts';
import { difference, isNothing, pruned, type TallyDelta } from '../../../reputation/tally.ts';
import { impulsesOf, isReporterKey, retractionsOf } from '../../impulse.ts';
import { levelAbove } from '../../level-above.ts';
import { type Item, numberIn, present, textIn } from '../item.ts';
import { cascadeKey, groupNoteOf, rootLaneOf, subjectOf, type TableKey } from '../keys.ts';
import { verdictIn } from '../verdict-commands.ts';
import type { Change } from './change.ts';
import { NO_TALLY, type TallyState, tallyState } from './tally-item.ts';

/** A change to one tally. */
export interface Lift {
  readonly target: RungKey;
  readonly delta: TallyDelta;
  /** When its cause happened, by the clock of who caused it: epoch milliseconds. */
  readonly time: number;
  /** When the verdict behind it was received; null when a tally is behind it. */
  readonly receivedAt: number | null;
  readonly cause: Change;
}

/** What one change asks for. */
export interface Work {
  /** One of a tally; of a verdict one for the subject of its address, one for its account, and one for its stance. */
  readonly lifts?: readonly Lift[];
  /** Forget what reporters said of a subject, up to a time. */
  readonly forget?: { readonly subject: RungKey; readonly at: number };
  /** A reporter's tally was made: forget it too if that was asked for before it could be seen. */
  readonly newReporter?: { readonly key: TableKey; readonly subject: RungKey; readonly forgotten: number };
  /** A first rung of its group may have come up: note the group. */
  readonly note?: TableKey;
}

const NOTHING: Work = {};

/** By the first letter of an item's `pk`. */
const WORK: Readonly<Record<string, (change: Change) => Work>> = {
  v: verdictWork,
  r: tallyWork,
  s: tallyWork,
  t: tallyWork,
  n: tallyWork,
  f: forgetWork,
};

/** First letters of the items whose changes ask for work: what the function must be told of, and need be. */
export const HEARD: readonly string[] = Object.keys(WORK);

/** Throws a RangeError when an item that should be ours cannot be read. */
export function workOf(change: Change): Work {
  // What a load brings is complete in itself: every tally comes with it.
  if (change.expired || (change.after !== null && textIn(change.after, 'via') !== undefined)) return NOTHING;
  return WORK[change.key.pk.charAt(0)]?.(change) ?? NOTHING;
}

function verdictWork(change: Change): Work {
  const { before, after } = change;
  const stood = before !== null && !isGone(before) ? before : null;
  const stands = after !== null && !isGone(after) ? after : null;
  if (stands !== null) {
    // One that still stood had expired, else it would not have been replaced; or it is the same, written again.
    if (stood !== null && textIn(stood, 'token') === textIn(stands, 'token')) return NOTHING;
    const { record, receivedAt } = verdictIn(stands);
    return liftWork(impulsesOf(record), change, receivedAt, receivedAt);
  }
  if (stood === null) return NOTHING;
  const { record, receivedAt } = verdictIn(stood);
  const time = after === null ? change.at : present(numberIn(after, 'gone'), 'gone');
  return liftWork(retractionsOf(record), change, time, receivedAt);
}

function liftWork(impulses: readonly Impulse[], cause: Change, time: number, receivedAt: number): Work {
  const lifts = impulses.map(({ key, delta }): Lift => ({ target: key, delta, time, receivedAt, cause }));
  return { lifts: cause.only === undefined ? lifts : lifts.filter(({ target }) => target === cause.only) };
}

function tallyWork(change: Change): Work {
  const key = cascadeKey(change.key);
  if (key === null) throw new RangeError('a tally under a key that none has');
  const above = laneAbove(key);
  if (above === null) return NOTHING;
  const before = stateOf(change.before);
  const after = change.after === null ? { ...NO_TALLY, time: before.time } : stateOf(change.after);
  const work = change.before === null ? firstWork(change.key, key, after) : NOTHING;
  // Both as they are at one time, so that what merely grew old is no change.
  const was = pruned(before.tally, after.time);
  const rise = difference(
    contribution(pruned(after.tally, after.time), above.saturation),
    contribution(was, above.saturation),
  );
  const isNews = !isNothing(rise) || rise.lastSeen > was.lastSeen || after.forgotten > before.forgotten;
  if (!isNews) return work;
  const lift = { target: above.key, delta: rise, time: after.time, receivedAt: null, cause: change };
  return { ...work, lifts: [lift] };
}

/** What a tally's first appearance asks for. */
function firstWork(tableKey: TableKey, key: RungKey, { forgotten }: TallyState): Work {
  if (isReporterKey(key)) {
    const subject = subjectOf(tableKey);
    if (subject === null) throw new RangeError('a reporter of no subject');
    return { newReporter: { key: tableKey, subject, forgotten } };
  }
  const rung = prefixOfKey(key);
  const note = rung === null ? null : groupNoteOf(rung);
  return note === null ? NOTHING : { note };
}

function forgetWork({ key, after }: Change): Work {
  const subject = subjectOf(key);
  if (after === null || subject === null) return NOTHING;
  return { forget: { subject, at: present(numberIn(after, 'at'), 'at') } };
}

/** The level above a tally, as this store keeps it: a root in lanes. */
function laneAbove(key: RungKey): LevelAbove | null {
  const above = levelAbove(key);
  return above === null || !isRootKey(above.key) ? above : { ...above, key: rootLaneOf(above.key, key) };
}

function stateOf(item: Item | null): TallyState {
  return item === null ? NO_TALLY : tallyState(item);
}

function isGone(item: Item): boolean {
  return numberIn(item, 'gone') !== undefined;
}
