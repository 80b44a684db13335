/** Lists as tests need them. */
import { readFileSync } from 'node:fs';
import type { ListEntry } from '../../lib/lists/list-entry.ts';
import type { ListAct } from '../../lib/lists/list-records.ts';
import { mustPrefix, NOW } from '../support/records.ts';

export const act = (at = NOW, reason: string | null = null): ListAct => ({ actor: 'cli', at, reason });

export function vector(file: string): Buffer {
  return readFileSync(new URL(`../vectors/lists/${file}`, import.meta.url));
}

/** An entry by hand that never expires, unless told otherwise. */
export function entry(list: ListEntry['list'], prefix: string, changes: Partial<ListEntry> = {}): ListEntry {
  return {
    list,
    prefix: mustPrefix(prefix),
    reason: 'because',
    expires: null,
    author: 'cli',
    at: NOW,
    source: null,
    ...changes,
  };
}

export const never = (error: unknown): void => {
  throw error;
};
