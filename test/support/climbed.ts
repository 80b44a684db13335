/** What records leave behind on every rung they climb. */
import { expect } from 'vitest';
import { formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { prefixOfKey } from '../../lib/reputation/rung.ts';
import type { Bucket } from '../../lib/reputation/series.ts';
import { SERIES_NAMES, type Tally } from '../../lib/reputation/tally.ts';
import { impulsesOf } from '../../lib/store/impulse.ts';
import { levelAbove } from '../../lib/store/level-above.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { mustPrefix, NOW, recordOf } from './records.ts';
import { slowTally, slowVerdictOf } from './tally-slow.ts';

export const HOST = '2a00:1450:4001:81b::5';
export const MONTH = 692;

export function learned(records: readonly VerdictRecord[]): MemoryStore {
  const store = new MemoryStore();
  store.record(records, NOW);
  return store;
}

export function months(store: MemoryStore, record: VerdictRecord): readonly (readonly Bucket[])[] {
  return climbed([record]).map((key) => [...store.tally(key).months]);
}

/** The keys of all rungs that the records climb, nearest first. */
export function climbed(records: readonly VerdictRecord[]): readonly string[] {
  const keys = records.flatMap((record) => impulsesOf(record).flatMap(({ key }) => keysAbove(key)));
  return [...new Set(keys)];
}

/** The keys of all levels above a tally, nearest first. */
export function keysAbove(key: string): readonly string[] {
  const above = levelAbove(key);
  return above === null ? [] : [above.key, ...keysAbove(above.key)];
}

export function climbOf(text: string): readonly string[] {
  const [host = '', length = ''] = text.split('/');
  const record = recordOf(host);
  const subject = Number(length);
  return climbed([{ ...record, ladder: { subject: coverOf(host, subject), ancestors: [] } }]);
}

function coverOf(host: string, length: number) {
  const bits = host.includes(':') ? 128 : 32;
  const full = mustPrefix(`${host}/${bits}`);
  return Prefix.covering(full, length);
}

/** Every rung of the whole history holds what the twin makes of the verdicts that count. */
export function expectTwin(store: MemoryStore, counted: readonly VerdictRecord[], whole = counted): void {
  const twin = counted.map(slowVerdictOf);
  for (const key of climbed(whole)) {
    expect(plain(store.tally(key)), named(key)).toEqual(plainTwin(twin, key, NOW));
  }
}

/** The three series as plain lists. */
export function plain(tally: Tally) {
  return Object.fromEntries(SERIES_NAMES.map((series) => [series, [...tally[series]]]));
}

export function plainTwin(twin: Parameters<typeof slowTally>[0], key: string, now: number) {
  const tally = slowTally(twin, named(key), now);
  return Object.fromEntries(
    SERIES_NAMES.map((series) => [
      series,
      [...(tally.get(series) ?? [])]
        .map(([index, bucket]) => ({ index, ...bucket }))
        .toSorted((a, b) => a.index - b.index),
    ]),
  );
}

export function named(key: string): string {
  return shown(key) ?? `root ${key.charCodeAt(1)}`;
}

export function shown(key: string): string | null {
  const prefix = prefixOfKey(key);
  return prefix && formatPrefix(prefix);
}
