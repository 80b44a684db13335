/**
 * Reads tallies and writes them back changed. Nobody else's write is ever lost: each names the version it was made from,
 * and is made anew from the current one when that was overtaken.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { RungKey } from '../../../reputation/rung.ts';
import { type Item, keyIn, numberIn } from '../item.ts';
import { forgottenKey, subjectOf, type TableKey } from '../keys.ts';
import type { Table } from '../table.ts';
import { forgotten } from './advance.ts';
import { NO_TALLY, putTally, type TallyState, tallyState } from './tally-item.ts';

const MAX_KEYS = 100;
/** How often a write is made anew, and the milliseconds to wait before, growing with every attempt. */
const MAX_ATTEMPTS = 12;
const PAUSE_MS = 3;
const UNPROCESSED_ROUNDS = 8;

/** The next state of a tally, or null when it stays as it is. */
export type Step = (from: TallyState) => Omit<TallyState, 'version'> | null;

export class TallyWriter {
  readonly #table: Table;
  readonly #months: number;
  /** Writes that were overtaken by others' and made anew. */
  conflicts = 0;
  writes = 0;

  /** Tallies are kept for `months` after their last change. */
  constructor(table: Table, months: number) {
    this.#table = table;
    this.#months = months;
  }

  /**
   * Reads tallies as they are now. The state of one is had by its key; that throws a RangeError when its item is damaged,
   * and harms no other. Reporters' tallies come without what is forgotten by now: else a verdict that came after the
   * forgetting could be added to what is about to be emptied, and go with it.
   */
  async load(keys: readonly TableKey[]): Promise<(key: TableKey) => TallyState> {
    const markers = keys.map(markerOf).filter((key) => key !== null);
    const found = await this.#read([...keys, ...markers]);
    const items = new Map(found.map((item) => [nameOf(keyIn(item)), item]));
    return (key) => {
      const item = items.get(nameOf(key));
      const state = item === undefined ? NO_TALLY : tallyState(item);
      const marker = markerOf(key);
      const at = marker === null ? NO_TALLY.forgotten : forgottenUntil(items.get(nameOf(marker)));
      return { ...state, ...forgotten(state, at) };
    };
  }

  /** Until when verdicts about subjects are forgotten, by the `pk` of their markers; none for most. */
  async forgottenAt(subjects: readonly RungKey[]): Promise<ReadonlyMap<string, number>> {
    const markers = await this.#read(subjects.map(forgottenKey));
    return new Map(markers.map((item) => [keyIn(item).pk, forgottenUntil(item)]));
  }

  /** Takes a tally one step on from a state that was read a moment ago. Rejects when the table cannot be read or written. */
  write(key: TableKey, read: TallyState, step: Step, now: number): Promise<void> {
    return this.#write(key, read, step, now, async () => (await this.load([key]))(key));
  }

  /** Empties a reporter's tally of what was received up to `at`. As `load` leaves out what is forgotten, it is read as it stands. */
  async forget(key: TableKey, at: number, now: number): Promise<void> {
    const asItStands = async (): Promise<TallyState> => {
      const item = await this.#table.get(key, { consistent: true });
      return item === undefined ? NO_TALLY : tallyState(item);
    };
    const step: Step = (from) => (from.version === 0 ? null : forgotten(from, at));
    await this.#write(key, await asItStands(), step, now, asItStands);
  }

  async #write(
    key: TableKey,
    read: TallyState,
    step: Step,
    now: number,
    readAgain: () => Promise<TallyState>,
  ): Promise<void> {
    let from = read;
    for (let attempt = 1; ; attempt++) {
      const to = step(from);
      if (to === null) return;
      if ((await this.#table.put(putTally(key, from, to, now, this.#months))) === 'written') {
        this.writes++;
        return;
      }
      this.conflicts++;
      if (attempt === MAX_ATTEMPTS)
        throw new Error(`the tally ${nameOf(key)} was overtaken ${attempt} times`);
      await delay(PAUSE_MS * attempt * Math.random());
      from = await readAgain();
    }
  }

  /** Items as they are now (strongly consistent); keys may come twice. */
  async #read(keys: readonly TableKey[]): Promise<readonly Item[]> {
    const found: Item[] = [];
    let wanted: readonly TableKey[] = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    for (let idle = 0; wanted.length > 0; ) {
      const asked = wanted.slice(0, MAX_KEYS);
      const { items, unprocessed } = await this.#table.batchGet(asked, { consistent: true });
      found.push(...items);
      wanted = [...unprocessed, ...wanted.slice(MAX_KEYS)];
      idle = unprocessed.length < asked.length ? 0 : idle + 1;
      if (idle === UNPROCESSED_ROUNDS) throw new Error('the table is throttled: no key of a batch was read');
      if (unprocessed.length > 0) await delay(PAUSE_MS * (1 + idle) * Math.random());
    }
    return found;
  }
}

/** The key of what may forget a reporter's tally; null for other tallies, which follow from these. */
function markerOf(key: TableKey): TableKey | null {
  const subject = key.pk[0] === 'r' || key.pk[0] === 's' ? subjectOf(key) : null;
  return subject === null ? null : forgottenKey(subject);
}

/** What a marker of forgetting says; -1 when there is none. */
function forgottenUntil(marker: Item | undefined): number {
  return (marker && numberIn(marker, 'at')) ?? NO_TALLY.forgotten;
}

/** A key as one text. */
function nameOf({ pk, sk }: TableKey): string {
  return `${pk} ${sk}`;
}
