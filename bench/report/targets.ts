/**
 * What the service promises of its speed, and how far each round of figures keeps it.
 */
import * as z from 'zod/mini';
import { ratiosOf, type Spread, spreadOf } from '../measure/statistics.ts';
import {
  type AllocationFigures,
  allocationSchema,
  type EngineFigures,
  engineSchema,
  type GrowthFigures,
  growthSchema,
  type HttpFigures,
  httpSchema,
  type IntakeFigures,
  intakeSchema,
} from './figures.ts';

export interface TargetVerdict {
  readonly name: string;
  readonly target: string;
  /** The median of the rounds, and their range. */
  readonly measured: string;
  readonly met: boolean;
  /** What bounds it for anybody; empty where nothing is known to. */
  readonly note: string;
}

/** Judges the figures there are; a benchmark that has not run is passed over. */
export function judge(figures: Readonly<Record<string, unknown>>): readonly TargetVerdict[] {
  const { http, engine, allocation, growth, intake } = figures;
  return [
    ...judged(httpSchema, http, lookupTargets),
    ...judged(httpSchema, http, verdictTargets),
    ...judged(intakeSchema, intake, intakeTargets),
    ...judged(engineSchema, engine, engineTargets),
    ...judged(allocationSchema, allocation, allocationTargets),
    ...judged(growthSchema, growth, growthTargets),
  ];
}

function judged<T>(
  schema: z.ZodMiniType<T>,
  figures: unknown,
  targets: (figures: T) => readonly (TargetVerdict | null)[],
): readonly TargetVerdict[] {
  if (figures === null || figures === undefined) return [];
  return targets(z.parse(schema, figures)).filter((verdict) => verdict !== null);
}

function lookupTargets(figures: HttpFigures): readonly (TargetVerdict | null)[] {
  const ofBare = (heat: string, who: string, figure: 'perSecond' | 'p99' = 'perSecond'): Spread =>
    ratiosOf(roundsOf(figures, heat, who, figure), roundsOf(figures, heat, 'bare', figure));
  const rival = (who: string): Spread =>
    ratiosOf(roundsOf(figures, 'lookup, others', 'ours'), roundsOf(figures, 'lookup, others', who));
  const bulk = ratiosOf(
    roundsOf(figures, 'bulk lookup', 'bare'),
    roundsOf(figures, 'bulk lookup', '1,000 lookups'),
  );
  const atHand = (heat: string, who: string): string => {
    const { median } = ofBare(heat, who);
    return Number.isNaN(median) ? '' : `with an answer at hand ${shown(median)}`;
  };
  const [mail, others] = ['lookup, as in real mail', 'lookup, few, new and unknown senders'];
  return [
    atLeast('lookups of bare Hono, as in real mail', 0.8, ofBare(mail, 'ours'), atHand(mail, 'an answer')),
    atLeast(
      'lookups of bare Hono, the thousand busiest senders',
      0.8,
      ofBare(others, 'the thousand busiest'),
      atHand(others, 'an answer at hand, the thousand busiest'),
    ),
    atLeast(
      'lookups of bare Hono, every sender another',
      0.6,
      ofBare(others, 'every sender'),
      atHand(others, 'an answer at hand, every sender'),
    ),
    atMost('p99 in times of bare Hono, as in real mail', 1.3, ofBare(mail, 'ours', 'p99')),
    atMost(
      'p99 in times of bare Hono, the thousand busiest',
      1.3,
      ofBare(others, 'the thousand busiest', 'p99'),
    ),
    atMost('p99 in times of bare Hono, every sender another', 1.3, ofBare(others, 'every sender', 'p99')),
    atLeast("lookups of CrowdSec's LAPI at 1,000", 8, rival('CrowdSec LAPI, 1,000')),
    atLeast("lookups of CrowdSec's LAPI at 100,000", 200, rival('CrowdSec LAPI, 100,000')),
    atMost('bulk in times of serialising', 3, bulk),
  ];
}

function verdictTargets(figures: HttpFigures): readonly (TargetVerdict | null)[] {
  const stream = figures.stream?.contestants.find(({ name }) => name === 'durable')?.turns ?? [];
  return [
    atLeast(
      'durable verdicts a second over HTTP, 1,000 a request',
      30_000,
      spreadOf(roundsOf(figures, 'verdicts, 1,000 a request', 'durable')),
    ),
    atLeast(
      'durable verdicts a second over HTTP, one stream',
      30_000,
      spreadOf(stream.map((turn) => turn.perSecond)),
    ),
  ];
}

function roundsOf(
  { heats }: HttpFigures,
  heat: string,
  who: string,
  figure: 'perSecond' | 'p99' = 'perSecond',
): number[] {
  const contestants = heats.find(({ name }) => name === heat)?.contestants ?? [];
  const found = contestants.find(({ name }) => name.startsWith(who));
  return (found?.turns ?? []).map((turn) => turn[figure]);
}

function engineTargets({ rounds }: EngineFigures): readonly (TargetVerdict | null)[] {
  return [
    atMost(
      'ns from text to policy, known subjects',
      2000,
      spreadOf(rounds['from text to policy, known subjects'] ?? []),
    ),
    atMost(
      'ns from text to policy, concluded anew',
      2000,
      spreadOf(rounds['from text to policy, tallies in memory'] ?? []),
    ),
  ];
}

function allocationTargets({ datasets }: AllocationFigures): readonly (TargetVerdict | null)[] {
  const largest = datasets.find(({ rows }) => rows >= 1_000_000);
  const matchTarget = (what: string, who: string, memory: string, figure: 'ns' | 'waitingNs') => {
    const of = (end: string): Spread =>
      spreadOf(largest?.contenders.find(({ name }) => name.endsWith(end))?.[figure] ?? []);
    const { median } = of(memory);
    return atMost(what, 300, of(who), Number.isNaN(median) ? '' : `only its memory ${shown(median)}`);
  };
  const [search, match] = ['only the memory of a search', 'only the memory of a match'];
  return [
    matchTarget('ns to find the row among 1,000,000', 'search alone', search, 'ns'),
    matchTarget('ns to find it, waiting for the one before', 'search alone', search, 'waitingNs'),
    matchTarget('ns to find it and make the allocation', 'parsed address', match, 'ns'),
    matchTarget('ns to find and make it, waiting', 'parsed address', match, 'waitingNs'),
  ];
}

function growthTargets({ sizes, rows }: GrowthFigures): readonly (TargetVerdict | null)[] {
  const [, base] = sizes;
  const largest = sizes.at(-1);
  if (base === undefined || largest === undefined || largest === base) return [];
  const growth = `at ${count(largest.senders)} subjects in times of ${count(base.senders)}`;
  const bytes = largest.space.reputation / largest.senders;
  return [
    atMost(`a lookup ${growth}, every sender another`, 1.3, ratiosOf(largest.fresh, base.fresh)),
    atMost(`a lookup ${growth}, senders repeat`, 1.3, ratiosOf(largest.repeating, base.repeating)),
    atMost(
      `a match among ${count(rows.at(-1)?.rows ?? 0)} rows in times of ${count(rows[1]?.rows ?? 0)}`,
      1.3,
      ratiosOf(rows.at(-1)?.match ?? [], rows[1]?.match ?? []),
    ),
    atMost('bytes of reputation a subject, reporters and all', 200, spreadOf([bytes])),
  ];
}

function intakeTargets({ batches }: IntakeFigures): readonly (TargetVerdict | null)[] {
  const [bare, ours] = batches.find(({ batch }) => batch === 1000)?.contestants ?? [];
  if (bare === undefined || ours === undefined) return [];
  return [
    atMost('CPU of a verdict in times of a bare record', 4, ratiosOf(ours.cpu, bare.cpu)),
    atLeast('durable verdicts a second in process, batches of 1,000', 30_000, spreadOf(ours.perSecond)),
  ];
}

function atLeast(name: string, target: number, measured: Spread, note = ''): TargetVerdict | null {
  return verdict(name, `at least ${count(target)}`, measured, measured.median >= target, note);
}

function atMost(name: string, target: number, measured: Spread, note = ''): TargetVerdict | null {
  return verdict(name, `at most ${count(target)}`, measured, measured.median <= target, note);
}

/** Null when nothing was measured. */
function verdict(
  name: string,
  target: string,
  { median, least, most }: Spread,
  met: boolean,
  note: string,
): TargetVerdict | null {
  if (Number.isNaN(median)) return null;
  const range = least === most ? '' : ` (${shown(least)}-${shown(most)})`;
  return { name, target, measured: `${shown(median)}${range}`, met, note };
}

function shown(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function count(value: number): string {
  return value.toLocaleString('en');
}
