/**
 * The whole state in plain memory.
 */

import { isRootKey } from '../../reputation/rung.ts';
import { EMPTY_TALLY, isEmpty } from '../../reputation/tally.ts';
import { decodeTally, encodeTally } from '../codec/tally.ts';
import { decodeVerdict, encodeVerdict } from '../codec/verdict.ts';
import { isReporterKey, plainId, subjectKeyOf } from '../impulse.ts';
import { RootSums } from '../level-above.ts';
import { FORGOTTEN_KEPT_MS, VERDICT_RETENTION_MS } from '../port.ts';
import {
  LoadConflict,
  type LoadMark,
  type StateEntry,
  type StateExport,
  type StateIntake,
  type StateStore,
} from '../state.ts';
import { type Kept, verdictKey } from './kept.ts';

export class MemoryState implements StateStore {
  readonly #kept: Kept;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  isEmpty(): Promise<boolean> {
    const { audit, load: _, ...maps } = this.#kept;
    return Promise.resolve(audit.length === 0 && Object.values(maps).every(({ size }) => size === 0));
  }

  exportState(now: number): StateExport {
    const entries = entriesOf(this.#kept, now);
    return { total: entries.length, entries: later(entries), remarks: () => [] };
  }

  loadMark(): Promise<LoadMark | null> {
    return Promise.resolve(this.#kept.load);
  }

  async intake(mark: LoadMark): Promise<StateIntake> {
    const { load } = this.#kept;
    if (load?.load !== mark.load) {
      if (!(await this.isEmpty())) throw new LoadConflict('the store is not empty');
      this.#kept.load = mark;
    }
    return new MemoryIntake(this.#kept, mark.taken);
  }
}

class MemoryIntake implements StateIntake {
  readonly #kept: Kept;
  readonly #roots: RootSums;

  constructor(kept: Kept, taken: number) {
    this.#kept = kept;
    this.#roots = new RootSums(taken);
  }

  skip(entries: readonly StateEntry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'tally') this.#roots.take(entry.key, decodeTally(entry.body));
    }
  }

  apply(entries: readonly StateEntry[], mark: LoadMark): Promise<void> {
    for (const entry of entries) put(this.#kept, entry);
    this.skip(entries);
    this.#kept.load = mark;
    return Promise.resolve();
  }

  finish(mark: LoadMark): Promise<void> {
    for (const [key, tally] of this.#roots.sums()) if (!isEmpty(tally)) this.#kept.tallies.set(key, tally);
    this.#kept.load = mark;
    return Promise.resolve();
  }
}

function put(
  { tallies, verdicts, forgotten, records, revisions, audit, blobs }: Kept,
  entry: StateEntry,
): void {
  switch (entry.kind) {
    case 'record': {
      const ofKind = records.get(entry.of) ?? new Map();
      records.set(entry.of, ofKind.set(entry.key, entry.value));
      return;
    }
    case 'revision':
      return void revisions.set(entry.of, entry.revision);
    case 'audit':
      return void audit.push(entry.entry);
    case 'blob':
      return void blobs.set(entry.key, entry.bytes);
    case 'forgotten':
      return void forgotten.set(entry.subject, entry.at);
    case 'verdict': {
      const { voice, receivedAt, ...verdict } = decodeVerdict(entry.body);
      const record = { ...verdict, id: entry.id, reporter: { id: entry.reporter, ...voice } };
      return void verdicts.set(verdictKey(entry.reporter, entry.id), { record, receivedAt });
    }
    case 'tally': {
      const tally = decodeTally(entry.body);
      if (!isEmpty(tally)) tallies.set(entry.key, tally);
      if (entry.forgotten >= 0) forgotten.set(entry.key, entry.forgotten);
      return;
    }
  }
}

function entriesOf(kept: Kept, now: number): readonly StateEntry[] {
  const { tallies, verdicts, forgotten, records, revisions, audit, blobs } = kept;
  const until = (key: string): number => {
    const at = forgotten.get(key) ?? -1;
    return at + FORGOTTEN_KEPT_MS <= now ? -1 : at;
  };
  const entries: StateEntry[] = [];
  for (const [of, ofKind] of records) {
    for (const [key, value] of ofKind) entries.push({ kind: 'record', of, key, value });
  }
  for (const entry of audit) entries.push({ kind: 'audit', entry });
  for (const [key, bytes] of blobs) entries.push({ kind: 'blob', key, bytes });
  for (const [key] of forgotten) {
    const at = until(key);
    if (at < 0) continue;
    if (!isReporterKey(key)) entries.push({ kind: 'forgotten', subject: key, at });
    else if (!tallies.has(key))
      entries.push({ kind: 'tally', key, body: encodeTally(EMPTY_TALLY), forgotten: at });
  }
  for (const { record, receivedAt } of verdicts.values()) {
    if (receivedAt + VERDICT_RETENTION_MS <= now) continue;
    const [reporter, id] = [plainId(record.reporter.id), plainId(record.id)];
    entries.push({ kind: 'verdict', reporter, id, body: encodeVerdict(record, receivedAt) });
  }
  for (const [key, tally] of tallies) {
    if (isRootKey(key)) continue;
    const at = isReporterKey(key) ? Math.max(until(key), until(subjectKeyOf(key))) : -1;
    entries.push({ kind: 'tally', key, body: encodeTally(tally), forgotten: at });
  }
  for (const [of, revision] of revisions) entries.push({ kind: 'revision', of, revision });
  return entries;
}

async function* later<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
