/**
 * What the service answers, as far as a mail server acts on it. Everything else in an answer is left out, so that a cache of
 * thousands stays small; the reasons in full are at `GET /v1/lookup/{address}`.
 */
import * as z from 'zod/mini';
import type { Result } from '../result.ts';
import { failWith, type Trouble } from './trouble.ts';

const limitsSchema = z.object({
  concurrentConnections: z.number(),
  tarpitSeconds: z.number(),
  pipelining: z.boolean(),
  recipientsPerMessage: z.number(),
  bytesPerSecond: z.number(),
  messagesPerConnection: z.number(),
  errorsPerConnection: z.number(),
  messagesPerMinute: z.number(),
  recipientsPerMinute: z.number(),
  messagesPerHour: z.number(),
  recipientsPerHour: z.number(),
  retryAfterSeconds: z.number(),
});

const replySchema = z.object({ code: z.int(), enhanced: z.string(), text: z.string() });

const classSchema = z.enum(['good', 'mixed', 'bad', 'unknown', 'local']);

const networkSchema = z.object({
  /** `ipv6`, `6to4`, ...: what the address is. */
  kind: z.string(),
  /** What one end site holds, in canonical text. */
  prefix: z.string(),
  /** `default`, `published` or `operator`. */
  source: z.string(),
  ipv4: z.nullable(z.string()),
  shared: z.boolean(),
});

const answerSchema = z.object({
  network: networkSchema,
  /** Null when the address is not rateable, or the answer degraded. */
  reputation: z.nullable(
    z.object({
      subject: z.string(),
      spam: z.number(),
      interval: z.tuple([z.number(), z.number()]),
      observations: z.number(),
    }),
  ),
  listing: z.nullable(z.object({ list: z.enum(['allow', 'block']), prefix: z.string(), reason: z.string() })),
  policy: z.object({
    class: classSchema,
    action: z.enum(['accept', 'throttle', 'tempfail', 'reject']),
    /** What to say when refusing, deferring, or when a limit is reached; null for `accept`. */
    reply: z.nullable(replySchema),
    limits: limitsSchema,
    reason: z.string(),
  }),
  /** RFC 3339, by the service's clock. */
  expires: z.string(),
  degraded: z.boolean(),
});

const rulingSchema = z.object({
  decision: z.enum(['allow', 'defer', 'refuse']),
  limit: z.nullable(z.object({ name: z.string(), value: z.number() })),
  remaining: z.nullable(z.number()),
  retryAfterSeconds: z.number(),
  class: classSchema,
  reply: z.nullable(replySchema),
});

const accountSchema = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.array(z.object({ index: z.int(), detail: z.string() })),
  rejectedBeyond: z.optional(z.int()),
});

export type Answer = z.output<typeof answerSchema>;
export type Network = z.output<typeof networkSchema>;
export type Limits = z.output<typeof limitsSchema>;
export type Reply = z.output<typeof replySchema>;
export type ServiceClass = z.output<typeof classSchema>;
export type Ruling = z.output<typeof rulingSchema>;
export type Account = z.output<typeof accountSchema>;

/** Narrows the JSON of an answer. */
export type Reader<T> = (json: unknown) => Result<T, Trouble>;

export const readAnswer: Reader<Answer> = reader(answerSchema);
export const readNetwork: Reader<Network> = reader(networkSchema);
export const readRuling: Reader<Ruling> = reader(rulingSchema);
export const readAccount: Reader<Account> = reader(accountSchema);

function reader<T extends z.ZodMiniType>(schema: T): Reader<z.output<T>> {
  return (json) => {
    const parsed = z.safeParse(schema, json);
    if (parsed.success) return { ok: true, value: parsed.data };
    const [issue] = parsed.error.issues;
    const field = issue?.path.map(String).join('.') || 'the answer';
    return failWith('not-understood', `${field}: ${issue?.message ?? 'not what was expected'}`);
  };
}
