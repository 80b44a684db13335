/** Tables and numbers of the reports, as plain text. */
import Table from 'cli-table3';
import type { Spread } from './statistics.ts';

/** Columns separated by space, numbers to the right: readable in a terminal and in a note. */
export function plainTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: BORDERLESS,
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** `12,345`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** `0.83 (0.79-0.88)`: the median and the range of the rounds. */
export function withRange({ median, least, most }: Spread, show: (value: number) => string): string {
  return `${show(median)} (${show(least)}-${show(most)})`;
}

export function decimals(places: number): (value: number) => string {
  return (value) => value.toFixed(places);
}

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
