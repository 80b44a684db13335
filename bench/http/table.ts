/**
 * What the heats came to, as text.
 */
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import type { Heat } from './heats.ts';
import type { Turn } from './race.ts';
import type { StreamRace, StreamTurn } from './stream/race.ts';

type Column<T> = readonly [head: string, cell: (turns: readonly T[], reference: readonly T[]) => string];

export function heatTable({ items, contestants }: Heat, turns: readonly (readonly Turn[])[]): string {
  const columns: readonly Column<Turn>[] = [
    [`${items}/s`, spread((turn) => turn.perSecond, whole)],
    ['ratio', ratio((turn) => turn.perSecond)],
    ['CPU us', median((turn) => turn.cpuPerRequest, 1)],
    ['ratio', ratio((turn) => turn.cpuPerRequest)],
    ['p50 ms', median((turn) => turn.p50, 2)],
    ['p99 ms', median((turn) => turn.p99, 2)],
    ['ratio', ratio((turn) => turn.p99)],
    ['p99.9 ms', median((turn) => turn.p999, 2)],
    ['RSS MB', most((turn) => turn.rss)],
  ];
  return tableOf(
    contestants.map(({ name }) => name),
    turns,
    columns,
  );
}

export function streamTable({ contestants }: StreamRace): string {
  const columns: readonly Column<StreamTurn>[] = [
    ['verdicts/s', spread((turn) => turn.perSecond, whole)],
    ['ratio', ratio((turn) => turn.perSecond)],
    ['seconds', median((turn) => turn.seconds, 1)],
    ['CPU us each', median((turn) => turn.cpuPerVerdict, 1)],
    ['most MB', most((turn) => turn.peak)],
    ['lookup p50 ms', median((turn) => turn.meanwhile.kept.p50, 2)],
    ['p99', median((turn) => turn.meanwhile.kept.p99, 2)],
    ['p99.9', median((turn) => turn.meanwhile.kept.p999, 2)],
    ['at rest p50', median((turn) => turn.rest.kept.p50, 2)],
    ['p99', median((turn) => turn.rest.kept.p99, 2)],
    ['connecting anew p50', median((turn) => turn.meanwhile.anew.p50, 2)],
    ['p99', median((turn) => turn.meanwhile.anew.p99, 2)],
  ];
  return tableOf(
    contestants.map(({ name }) => name),
    contestants.map(({ turns }) => turns),
    columns,
  );
}

function tableOf<T>(
  names: readonly string[],
  turns: readonly (readonly T[])[],
  columns: readonly Column<T>[],
): string {
  const reference = turns[0] ?? [];
  return plainTable(
    ['', ...columns.map(([head]) => head)],
    names.map((name, at) => [name, ...columns.map(([, cell]) => cell(turns[at] ?? [], reference))]),
  );
}

function spread<T>(of: (turn: T) => number, show: (value: number) => string): Column<T>[1] {
  return (turns) => withRange(spreadOf(turns.map(of)), show);
}

function median<T>(of: (turn: T) => number, places: number): Column<T>[1] {
  return (turns) => decimals(places)(spreadOf(turns.map(of)).median);
}

function most<T>(bytes: (turn: T) => number): Column<T>[1] {
  return (turns) => whole(Math.max(...turns.map(bytes)) / 1e6);
}

/** In times of the first contestant. */
function ratio<T>(of: (turn: T) => number): Column<T>[1] {
  return (turns, reference) =>
    turns === reference ? '' : withRange(ratiosOf(turns.map(of), reference.map(of)), decimals(2));
}
