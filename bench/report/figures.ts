/**
 * The shapes of what the benchmarks write, as far as targets are judged by them.
 */
import * as z from 'zod/mini';

const numbers = z.array(z.number());

export const httpSchema = z.object({
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
  stream: z.nullable(
    z.object({
      contestants: z.array(
        z.object({ name: z.string(), turns: z.array(z.object({ perSecond: z.number() })) }),
      ),
    }),
  ),
});
export type HttpFigures = z.infer<typeof httpSchema>;

export const engineSchema = z.object({ rounds: z.record(z.string(), numbers) });
export type EngineFigures = z.infer<typeof engineSchema>;

export const growthSchema = z.object({
  sizes: z.array(
    z.object({
      senders: z.number(),
      space: z.object({ reputation: z.number() }),
      repeating: numbers,
      fresh: numbers,
    }),
  ),
  rows: z.array(z.object({ rows: z.number(), match: numbers })),
});
export type GrowthFigures = z.infer<typeof growthSchema>;

export const intakeSchema = z.object({
  batches: z.array(
    z.object({ batch: z.number(), contestants: z.array(z.object({ perSecond: numbers, cpu: numbers })) }),
  ),
});
export type IntakeFigures = z.infer<typeof intakeSchema>;

export const allocationSchema = z.object({
  datasets: z.array(
    z.object({
      name: z.string(),
      rows: z.number(),
      contenders: z.array(z.object({ name: z.string(), ns: numbers, waitingNs: numbers })),
    }),
  ),
});
export type AllocationFigures = z.infer<typeof allocationSchema>;
