/**
 * What the benchmark and its sender of streams say to each other.
 */
import * as z from 'zod/mini';

/** First lookups alone for a while, then one request with so many verdicts, and lookups meanwhile. */
export const streamOrderSchema = z.object({
  port: z.int(),
  senders: z.int(),
  verdicts: z.int(),
  restSeconds: z.number(),
  /** Keeps the ids of the verdicts apart from those of other streams. */
  run: z.string(),
});
export type StreamOrder = z.infer<typeof streamOrderSchema>;

/** Milliseconds of single lookups. */
const latenciesSchema = z.object({ count: z.int(), p50: z.number(), p99: z.number(), p999: z.number() });
export type Latencies = z.infer<typeof latenciesSchema>;

/** Over connections that are kept, and over a new one each. */
const lookupsSchema = z.object({ kept: latenciesSchema, anew: latenciesSchema });
export type Lookups = z.infer<typeof lookupsSchema>;

export const streamedSchema = z.object({
  /** From the first byte of the stream to its answer. */
  seconds: z.number(),
  rest: lookupsSchema,
  meanwhile: lookupsSchema,
});
export type Streamed = z.infer<typeof streamedSchema>;
