/** From the results of several seeds to one figure with its worst case, and the verdict against a target. */
import { RELIABILITY_BINS, type ReliabilityBin, type ReplayResult } from '../../lib/replay/summary.ts';
import type { Measured } from './measure.ts';
import type { Target } from './targets.ts';

/** A quantity over the seeds; null when it was undefined on each of them. */
export interface Figure {
  readonly median: number | null;
  readonly worst: number | null;
}

/** How one column is read from a run, and which end of it is bad. */
export interface Column {
  readonly title: string;
  readonly percent: boolean;
  readonly worst: 'highest' | 'lowest';
  read(run: Measured): number | null;
  /** The bound of our target, if this column has one. */
  bound(target: Target): number | undefined;
}

/** Leak, lost and so on, then one column of lost mail for every group of the traffic. */
export function columnsOf(groups: readonly string[]): Column[] {
  return [
    highest(
      'leak %',
      (run) => run.all.spamLetIn,
      (target) => target.leak,
    ),
    highest(
      groups.length > 0 ? 'lost % (rest)' : 'lost %',
      (run) => run.ungrouped.goodRefused,
      (target) => target.lost,
    ),
    ...groups.map((group) =>
      highest(
        `lost % (${group})`,
        (run) => run.groups.get(group)?.goodRefused ?? null,
        (target) => target.groups?.[group],
      ),
    ),
    highest('deferred %', (run) => run.all.goodDeferred),
    { title: 'AUC', percent: false, worst: 'lowest', read: (run) => run.all.auc, bound: () => undefined },
    { ...highest('Brier', (run) => run.all.brier), percent: false },
  ];
}

export function figureOf(column: Column, runs: readonly Measured[]): Figure {
  const values = runs.flatMap((run) => column.read(run) ?? []).sort((a, b) => a - b);
  if (values.length === 0) return { median: null, worst: null };
  const middle = values.length / 2;
  const low = values[Math.ceil(middle) - 1] ?? 0;
  const high = values[Math.floor(middle)] ?? 0;
  const worst = column.worst === 'highest' ? values.at(-1) : values[0];
  return { median: (low + high) / 2, worst: worst ?? null };
}

/** Whether the worst seed keeps the bound; undefined where there is no bound. */
export function keeps(column: Column, figure: Figure, target: Target | undefined): boolean | undefined {
  const bound = target === undefined ? undefined : column.bound(target);
  if (bound === undefined) return undefined;
  return figure.worst === null || figure.worst <= bound;
}

/** One reliability table over many runs. */
export function pooledReliability(results: readonly ReplayResult[]): ReliabilityBin[] {
  return Array.from({ length: RELIABILITY_BINS }, (_, index) => {
    const bins = results.flatMap((result) => result.reliability[index] ?? []);
    const count = bins.reduce((sum, bin) => sum + bin.count, 0);
    const mean = (read: (bin: ReliabilityBin) => number | null): number | null =>
      count === 0 ? null : bins.reduce((sum, bin) => sum + (read(bin) ?? 0) * bin.count, 0) / count;
    return {
      from: index / RELIABILITY_BINS,
      to: (index + 1) / RELIABILITY_BINS,
      count,
      predicted: mean((bin) => bin.predicted),
      observed: mean((bin) => bin.observed),
    };
  });
}

function highest(title: string, read: Column['read'], bound: Column['bound'] = () => undefined): Column {
  return { title, percent: true, worst: 'highest', read, bound };
}
