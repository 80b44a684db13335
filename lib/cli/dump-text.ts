/**
 * What `dump` and `load` say at their end.
 */
import type { DumpEnd } from '../dump/format.ts';
import { count } from './import-progress.ts';

/** What people call each kind of entry. */
const NAMES: Readonly<Record<string, string>> = {
  verdict: 'verdicts',
  tally: 'tallies',
  record: 'operator records',
  audit: 'audit entries',
  blob: 'blocks of published tables',
};

export function dumpText(end: DumpEnd, place: string): string {
  return `dumped from ${place}: ${countsText(end)}\n`;
}

export function loadText(end: DumpEnd, place: string): string {
  return `loaded into ${place}: ${countsText(end)}\n`;
}

export function checkText(end: DumpEnd): string {
  return `the dump is whole: ${countsText(end)}\n`;
}

function countsText({ entries }: DumpEnd): string {
  return Object.entries(NAMES)
    .map(([kind, name]) => `${count(entries[kind] ?? 0)} ${name}`)
    .join(', ');
}
