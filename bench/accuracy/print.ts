/** The tables of the accuracy benchmark, as plain text. */
import Table from 'cli-table3';
import type { ReliabilityBin } from '../../lib/replay/summary.ts';
import { type Column, type Figure, figureOf, keeps } from './figures.ts';
import type { Measured } from './measure.ts';
import { OURS } from './ours.ts';
import type { Target } from './targets.ts';

/** Runs of every judge over the seeds, by the judge's name. */
export type RunsByJudge = ReadonlyMap<string, readonly Measured[]>;

/** One row per judge, `median (worst)`; then the bounds, and whether `ours` keeps them on its worst seed. */
export function comparisonTable(
  columns: readonly Column[],
  runs: RunsByJudge,
  target: Target | undefined,
): string {
  const table = plainTable(['', ...columns.map((column) => column.title)]);
  for (const [name, perSeed] of runs) {
    table.push([name, ...columns.map((column) => written(figureOf(column, perSeed), column))]);
  }
  if (target === undefined) return table.toString();
  const bounds = columns.map((column) => column.bound(target));
  table.push([
    'target',
    ...bounds.map((bound) => (bound === undefined ? '' : `<= ${(bound * 100).toFixed(1)}`)),
  ]);
  for (const [name, ours] of runs) {
    if (!name.startsWith(OURS)) continue;
    const kept = columns.map((column) => keeps(column, figureOf(column, ours), target));
    table.push([`${name}: kept`, ...kept.map((keep) => (keep === undefined ? '' : keep ? 'pass' : 'FAIL'))]);
  }
  return table.toString();
}

/** Predicted against observed share of spam, bin by bin. */
export function reliabilityTable(bins: readonly ReliabilityBin[]): string {
  const table = plainTable(['spam', 'messages', 'predicted', 'observed']);
  for (const { from, to, count, predicted, observed } of bins) {
    table.push([
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      String(count),
      decimal(predicted),
      decimal(observed),
    ]);
  }
  return table.toString();
}

/** Columns separated by space, numbers to the right: readable in a terminal and in a note. */
function plainTable(head: string[]): InstanceType<typeof Table> {
  return new Table({
    head,
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: BORDERLESS,
  });
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

function written({ median, worst }: Figure, column: Column): string {
  if (median === null || worst === null) return '-';
  const show = (value: number): string => (column.percent ? (value * 100).toFixed(2) : value.toFixed(3));
  return median === worst ? show(median) : `${show(median)} (${show(worst)})`;
}

function decimal(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}
