/**
 * What the service promises of its speed, and how far each round of figures keeps it.
 */
import * as z from 'zod/mini';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';

export interface TargetVerdict {
  readonly name: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
}

const numbers = z.array(z.number());

const httpSchema = z.object({
  heats: z.array(
    z.object({
      name: z.string(),
      contestants: z.array(
        z.object({
          name: z.string(),
          turns: z.array(z.object({ perSecond: z.number(), p99: z.number() })),
        }),
      ),
    }),
  ),
});
const engineSchema = z.object({ rounds: z.record(z.string(), numbers) });
const growthSchema = z.object({
  sizes: z.array(
    z.object({
      senders: z.number(),
      space: z.object({ reputation: z.number() }),
      repeating: numbers,
      fresh: numbers,
    }),
  ),
});
const intakeSchema = z.object({
  batches: z.array(
    z.object({ batch: z.number(), contestants: z.array(z.object({ perSecond: numbers, cpu: numbers })) }),
  ),
});
const allocationSchema = z.object({
  datasets: z.array(z.object({ name: z.string(), rows: z.number(), matchNs: z.number() })),
});

/** Judges the figures there are; a benchmark that has not run is passed over. */
export function judge(figures: Readonly<Record<string, unknown>>): readonly TargetVerdict[] {
  return [
    ...judged(httpSchema, figures['http'], httpTargets),
    ...judged(engineSchema, figures['engine'], engineTargets),
    ...judged(allocationSchema, figures['allocation'], allocationTargets),
    ...judged(growthSchema, figures['growth'], growthTargets),
    ...judged(intakeSchema, figures['intake'], intakeTargets),
  ];
}

function judged<T>(
  schema: z.ZodMiniType<T>,
  figures: unknown,
  targets: (figures: T) => readonly TargetVerdict[],
): readonly TargetVerdict[] {
  return figures === null || figures === undefined ? [] : targets(z.parse(schema, figures));
}

function httpTargets({ heats }: z.infer<typeof httpSchema>): readonly TargetVerdict[] {
  type Figure = 'perSecond' | 'p99';
  const rounds = (heat: string, who: string, figure: Figure): number[] => {
    const contestants = heats.find(({ name }) => name === heat)?.contestants ?? [];
    const found = contestants.find(({ name }) => name.startsWith(who));
    return (found?.turns ?? []).map((turn) => turn[figure]);
  };
  const against = (heat: string, one: string, other: string, figure: Figure = 'perSecond'): number =>
    ratiosOf(rounds(heat, one, figure), rounds(heat, other, figure)).median;
  return [
    atLeast('lookups of bare Hono, senders repeat', 0.8, against('lookup', 'senders', 'bare')),
    atLeast('lookups of bare Hono, every sender another', 0.6, against('lookup', 'every', 'bare')),
    atMost('p99 in times of bare Hono', 1.3, against('lookup', 'senders', 'bare', 'p99')),
    atLeast(
      "lookups of CrowdSec's LAPI at 1,000",
      8,
      against('lookup, others', 'ours', 'CrowdSec LAPI, 1,000'),
    ),
    atLeast(
      "lookups of CrowdSec's LAPI at 100,000",
      200,
      against('lookup, others', 'ours', 'CrowdSec LAPI, 100'),
    ),
    atMost('bulk in times of serialising', 3, 1 / against('bulk lookup', '1,000', 'bare')),
  ].filter(({ measured }) => measured !== 'NaN');
}

function engineTargets({ rounds }: z.infer<typeof engineSchema>): readonly TargetVerdict[] {
  const median = (step: string): number => spreadOf(rounds[step] ?? [Number.NaN]).median;
  return [
    atMost('ns from text to policy, known subjects', 2000, median('from text to policy, known subjects')),
    atMost('ns from text to policy, concluded anew', 2000, median('from text to policy, tallies in memory')),
  ];
}

function allocationTargets({ datasets }: z.infer<typeof allocationSchema>): readonly TargetVerdict[] {
  return datasets
    .filter(({ rows }) => rows >= 1_000_000)
    .map(({ name, matchNs }) => atMost(`ns a match, ${name}`, 300, matchNs));
}

function growthTargets({ sizes }: z.infer<typeof growthSchema>): readonly TargetVerdict[] {
  const largest = sizes.at(-1);
  const base = sizes[1];
  if (largest === undefined || base === undefined || largest === base) return [];
  const growth = ratiosOf(largest.fresh, base.fresh).median;
  return [
    atMost(`a lookup at ${largest.senders} subjects in times of one at ${base.senders}`, 1.3, growth),
    atMost(
      'bytes of reputation a subject, reporters and all',
      200,
      largest.space.reputation / largest.senders,
    ),
  ];
}

function intakeTargets({ batches }: z.infer<typeof intakeSchema>): readonly TargetVerdict[] {
  const [bare, ours] = batches.find(({ batch }) => batch === 1000)?.contestants ?? [];
  if (bare === undefined || ours === undefined) return [];
  return [
    atMost('CPU of a verdict in times of a bare record', 4, ratiosOf(ours.cpu, bare.cpu).median),
    atLeast('durable verdicts a second, batches of 1,000', 30_000, spreadOf(ours.perSecond).median),
  ];
}

function atLeast(name: string, target: number, measured: number): TargetVerdict {
  return { name, target: `at least ${target}`, measured: shown(measured), met: measured >= target };
}

function atMost(name: string, target: number, measured: number): TargetVerdict {
  return { name, target: `at most ${target}`, measured: shown(measured), met: measured <= target };
}

function shown(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));
}
