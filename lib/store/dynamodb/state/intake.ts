/**
 * A state on its way into a table.
 *
 * Every item is written under a condition: it is new, or the same load wrote it before. So a chunk may be applied twice, and
 * whoever else writes to the table meanwhile is found out. The items carry the load's name (`via`), by which the roll-up
 * knows that they are no news: every tally comes with what it derives from (see rollup/lift.ts). The name goes with the first
 * change, which then is news like any other.
 */
import { prefixOfKey, type RungKey } from '../../../reputation/rung.ts';
import { isEmpty } from '../../../reputation/tally.ts';
import { decodeTally } from '../../codec/tally.ts';
import { isReporterKey } from '../../impulse.ts';
import { RootSums } from '../../level-above.ts';
import { FORGOTTEN_KEPT_MS } from '../../port.ts';
import { LoadConflict, type LoadMark, type StateEntry, type StateIntake } from '../../state.ts';
import { lastMonthOf } from '../../tally-life.ts';
import { concurrently } from '../concurrently.ts';
import { expiry, type Item, keyAttributes, keyIn, number, text } from '../item.ts';
import { forgottenKey, groupNoteOf, revisionKey, rootLaneOf, tallyKey, verdictKey } from '../keys.ts';
import { auditItem, auditPlace, recordItem } from '../records.ts';
import { NO_TALLY, type TallyState, tallyItem } from '../rollup/tally-item.ts';
import { storedVerdictItem } from '../verdict-commands.ts';
import type { StateParts } from './dynamo-state.ts';
import { putLoadMark } from './load-mark.ts';
import { patiently } from './patiently.ts';

type EntryOf<K extends StateEntry['kind']> = Extract<StateEntry, { kind: K }>;

/** Writes under way at a time; a little under the sockets of a client. */
const WRITES_AT_ONCE = 48;

export class DynamoIntake implements StateIntake {
  readonly #parts: StateParts;
  readonly #load: string;
  readonly #taken: number;
  readonly #roots: RootSums;
  readonly #noted = new Set<string>();
  #audited = 0;

  constructor(parts: StateParts, { load, taken }: LoadMark) {
    this.#parts = parts;
    this.#load = load;
    this.#taken = taken;
    this.#roots = new RootSums(taken, rootLaneOf);
  }

  skip(entries: readonly StateEntry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'tally') this.#roots.take(entry.key, decodeTally(entry.body));
      if (entry.kind === 'audit') this.#audited++;
    }
  }

  async apply(entries: readonly StateEntry[], mark: LoadMark): Promise<void> {
    const items = entries.flatMap((entry) => this.#itemsOf(entry));
    await concurrently(items, WRITES_AT_ONCE, (item) => this.#put(item));
    for (const entry of entries) {
      if (entry.kind === 'blob') await patiently(() => this.#parts.blobs.putBlob(entry.key, entry.bytes));
    }
    await patiently(() => putLoadMark(this.#parts.table, mark));
  }

  async finish(mark: LoadMark): Promise<void> {
    const roots = [...this.#roots.sums()].map(([key, tally]) => this.#tallyItem(key, { tally }));
    await concurrently(roots, WRITES_AT_ONCE, (item) => this.#put(item));
    await patiently(() => putLoadMark(this.#parts.table, mark));
  }

  /** The items that stand for an entry; sums up what derives from it. */
  #itemsOf(entry: StateEntry): readonly Item[] {
    switch (entry.kind) {
      case 'record':
        return [recordItem({ kind: entry.of, key: entry.key, value: entry.value })];
      case 'revision':
        return [{ ...keyAttributes(revisionKey(entry.of)), revision: number(entry.revision) }];
      case 'audit':
        // Before whatever is added later under the same time.
        return [auditItem(entry.entry, auditPlace(entry.entry.at, 0, this.#audited++, 'load'))];
      case 'blob':
        return [];
      case 'forgotten':
        return [this.#forgottenItem(entry)];
      case 'verdict': {
        const key = verdictKey(entry.reporter, entry.id);
        return [storedVerdictItem(key, entry.body, this.#load)];
      }
      case 'tally':
        return this.#tallyItems(entry);
    }
  }

  #forgottenItem({ subject, at }: EntryOf<'forgotten'>): Item {
    return {
      ...keyAttributes(forgottenKey(subject)),
      at: number(at),
      expires: expiry(at + FORGOTTEN_KEPT_MS),
    };
  }

  #tallyItems({ key, body, forgotten }: EntryOf<'tally'>): readonly Item[] {
    const tally = decodeTally(body);
    this.#roots.take(key, tally);
    const item = this.#tallyItem(key, { tally, forgotten });
    const rung = isReporterKey(key) || isEmpty(tally) ? null : prefixOfKey(key);
    const note = rung === null ? null : groupNoteOf(rung);
    if (note === null || this.#noted.has(`${note.pk} ${note.sk}`)) return [item];
    this.#noted.add(`${note.pk} ${note.sk}`);
    return [item, keyAttributes(note)];
  }

  /** It goes when it would have gone where it comes from, by the months that hold here. */
  #tallyItem(key: RungKey, known: Pick<TallyState, 'tally'> & Partial<TallyState>): Item {
    const state = { ...NO_TALLY, version: 1, time: this.#taken, ...known };
    const changedAt = lastMonthOf(state.tally) ?? this.#taken;
    return tallyItem(tallyKey(key), state, changedAt, this.#parts.evidenceMonths);
  }

  async #put(item: Item): Promise<void> {
    const written = await patiently(() =>
      this.#parts.table.put({
        Item: { ...item, via: text(this.#load) },
        ConditionExpression: 'attribute_not_exists(pk) OR #via = :via',
        ExpressionAttributeNames: { '#via': 'via' },
        ExpressionAttributeValues: { ':via': text(this.#load) },
      }),
    );
    if (written === 'written') return;
    const { pk, sk } = keyIn(item);
    throw new LoadConflict(`somebody else wrote to the table while it was loaded (item ${pk} ${sk})`);
  }
}
