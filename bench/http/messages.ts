/**
 * What the processes of the benchmark say to each other.
 */
import * as z from 'zod/mini';
import type { Usage } from './usage.ts';

/** Where a server listens. */
export const startedSchema = z.object({ port: z.int() });

/** A server under load and where it listens. */
export interface Server {
  readonly port: number;
  readonly usage: () => Promise<Usage>;
  readonly stop: () => Promise<void>;
}

/** What the scripts of `requests.ts` are called. */
export const SCRIPTS = [
  'repeating',
  'new',
  'busiest',
  'strangers',
  'bulk',
  'verdict',
  'verdicts',
  'iprepd',
  'crowdsec',
] as const;
export type Script = (typeof SCRIPTS)[number];

/** One slice of load, from a number of senders that stays the same throughout. */
export const sliceSchema = z.object({
  senders: z.int(),
  port: z.int(),
  script: z.enum(SCRIPTS),
  connections: z.int(),
  seconds: z.number(),
});
export type Slice = z.infer<typeof sliceSchema>;

/** What came of it; latencies in milliseconds. */
export const loadSchema = z.object({
  requests: z.int(),
  /** Answers other than 200, and connections that broke. */
  failures: z.int(),
  seconds: z.number(),
  p50: z.number(),
  p99: z.number(),
  p999: z.number(),
});
export type Load = z.infer<typeof loadSchema>;

/** What a server is told to do. */
export const serverOrderSchema = z.discriminatedUnion('order', [
  /** Ours: serve a store's folder on a free port. */
  z.object({ order: z.literal('serve'), folder: z.string() }),
  /** The bare servers: answer these bytes on a free port. */
  z.object({ order: z.literal('answer'), one: z.string(), many: z.string() }),
  /** An answer at hand: keep these bytes for each of so many senders, and answer them on a free port. */
  z.object({ order: z.literal('keep'), senders: z.int(), one: z.string() }),
  /** iprepd's shape: remember this many senders, and answer about them on a free port. */
  z.object({ order: z.literal('remember'), senders: z.int() }),
  z.object({ order: z.literal('usage') }),
]);
