/**
 * The answers of the API as schemas, for the OpenAPI document; tests hold every answer against them.
 */
import * as z from 'zod/mini';
import { ALLOCATION_ORIGINS } from '../../allocation/allocation.ts';
import { ACTIONS, SERVICE_CLASSES } from '../../policy/policy-book.ts';
import { SERIES_NAMES } from '../../reputation/tally.ts';

export const described = <T extends z.ZodMiniType>(schema: T, description: string): T => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

export const prefix = (description: string) =>
  described(z.string(), `${description} In canonical text (RFC 5952).`);
const time = (description: string) =>
  z
    .string()
    .register(z.globalRegistry, { description: `${description} RFC 3339, UTC.`, format: 'date-time' });
const probability = (description: string) =>
  z.number().check(z.minimum(0), z.maximum(1), z.meta({ description }));
const weight = (description: string) => z.number().check(z.minimum(0), z.meta({ description }));
export const whole = (description: string) => z.int().check(z.minimum(0), z.meta({ description }));

const KINDS = [
  'ipv4',
  'ipv6',
  '6to4',
  'teredo',
  'nat64',
  '6rd',
  'isatap',
  'ipv4-mapped',
  'ipv4-translated',
  'ipv4-compatible',
  'special',
] as const;

const allocationSchema = z.object({
  prefix: prefix('The block the statement is about.'),
  origin: described(z.enum(ALLOCATION_ORIGINS), 'Who says so.'),
  endSiteLength: whole('Length of the prefix one end site holds.'),
  endSites: described(
    z.int().check(z.minimum(1)),
    'How many sites share one end-site prefix; 1 when not shared.',
  ),
  reference: described(z.string(), "URL, file or registry object it was read from, or the operator's note."),
  date: time('When the statement was made or read.'),
});

export const networkSchema = z.object({
  kind: described(z.enum(KINDS), 'What the address is.'),
  prefix: prefix('What one end site holds: the answer holds for all of it.'),
  source: described(z.enum(['default', 'published', 'operator']), 'Where the prefix comes from.'),
  ipv4: described(
    z.nullable(z.string()),
    'The IPv4 address inside a translated, tunnelled or mapped address; null when there is none.',
  ),
  shared: described(z.boolean(), 'Whether several sites share the prefix (CGN, RFC 9977 section 3.2).'),
  special: described(
    z.optional(z.nullable(z.string())),
    "Kind `special` only: the special-purpose registry's name of the block.",
  ),
  allocation: z.optional(allocationSchema),
});

const linkSchema = z
  .object({
    series: described(z.enum(SERIES_NAMES), 'Which buckets of time carry the evidence of this link.'),
    halfLifeSeconds: weight('Time in which the weight of a bucket halves, counted from its end.'),
    strength: weight('Pseudo-counts given to the prior.'),
    prior: probability('What the link before concluded; of the first link: the base rate.'),
    bad: weight('Decayed weight of unwanted mail.'),
    good: weight('Decayed weight of wanted mail.'),
    posterior: probability('What this link concludes.'),
  })
  .check(z.meta({ description: 'posterior = (strength * prior + bad) / (strength + bad + good).' }));

export const levelSchema = z.object({
  prefix: prefix('The subject, or a wider prefix that covers it.'),
  spam: probability('What this level concludes, given the wider ones.'),
  observations: weight(
    'Decayed weight over 30 days: reports on the subject, distinct children on a wider prefix.',
  ),
  links: described(
    z.array(linkSchema),
    'The sum, link by link, from slow to fast. A link without evidence, which hands its prior on, is left out.',
  ),
});

const turnSchema = z.object({
  towards: described(z.enum(['bad', 'good']), 'Taken over, or cleaned.'),
  probability: probability('How likely the subject has turned.'),
  run: whole('How many of the newest verdicts speak for it.'),
  spam: probability('The probability of spam once the turn is weighed in.'),
});

export const reputationSchema = z.object({
  subject: prefix('The identity the evidence is kept under.'),
  spam: probability('Probability that mail from here is unwanted.'),
  interval: described(
    z.tuple([z.number(), z.number()]),
    'Where that probability lies with 90 % certainty: low, high.',
  ),
  observations: weight('Decayed weight of the reports on the subject over 30 days; 0 when there are none.'),
  reporters: whole('Distinct reporters in the current or the last month.'),
  lastSeen: z.nullable(time('When the newest evidence is from; null when there is none.')),
  baseRate: probability('Share of unwanted mail in all mail seen here: where the chain starts.'),
  evidence: described(z.array(levelSchema), 'From the subject to its widest ancestor.'),
  host: z.optional(linkSchema),
  turn: z.optional(turnSchema),
});

const listingSchema = z.object({
  list: z.enum(['allow', 'block']),
  prefix: prefix("The entry's prefix."),
  reason: z.string(),
  expires: z.nullable(time('When the entry ends; null for never.')),
});

const limitsSchema = z.object({
  concurrentConnections: whole('Connections open at the same time.'),
  tarpitSeconds: whole('Seconds to wait before each answer.'),
  pipelining: described(z.boolean(), 'Whether to offer PIPELINING (RFC 2920).'),
  recipientsPerMessage: whole('Recipients of one message.'),
  bytesPerSecond: whole('Bytes a second, over one connection.'),
  messagesPerConnection: whole('Messages over one connection.'),
  errorsPerConnection: whole('Protocol errors and refused recipients before the connection is closed.'),
  messagesPerMinute: whole('Messages a minute.'),
  recipientsPerMinute: whole('Recipients a minute.'),
  messagesPerHour: whole('Messages an hour.'),
  recipientsPerHour: whole('Recipients an hour.'),
  retryAfterSeconds: whole('Seconds after which a client that was put off should try again.'),
});

export const replySchema = z.object({ code: z.int(), enhanced: z.string(), text: z.string() });

const policySchema = z.object({
  class: described(z.enum(SERVICE_CLASSES), 'The class of service.'),
  action: described(z.enum(ACTIONS), 'What to do with the connection.'),
  reply: described(
    z.nullable(replySchema),
    'SMTP reply when refusing, deferring, or when a limit is reached; null for `accept`.',
  ),
  limits: limitsSchema,
  reason: described(z.string(), 'What decided, in one sentence.'),
});

export const lookupAnswerSchema = z.object({
  address: described(z.string(), 'The address in canonical text.'),
  network: networkSchema,
  reputation: described(
    z.nullable(reputationSchema),
    'null when the address is not rateable, or the answer degraded.',
  ),
  listing: described(z.nullable(listingSchema), 'The list entry that decided; null when there is none.'),
  policy: policySchema,
  expires: time('Until when the answer holds for every address of `network.prefix`.'),
  degraded: described(
    z.boolean(),
    'True when the store did not answer within the time budget: the policy is then open.',
  ),
});

export const problemSchema = z.object({
  type: described(z.string(), 'A stable URI reference, `/problems/KIND`.'),
  title: z.string(),
  status: z.int(),
  detail: described(
    z.string(),
    'What went wrong this time; starts with the name of the field at fault, if one is.',
  ),
  instance: described(
    z.optional(z.string()),
    'The request, as in the X-Request-Id header; left out for items of a batch.',
  ),
});

export const bulkAnswerSchema = z.object({
  results: described(
    z.array(z.union([lookupAnswerSchema, problemSchema])),
    'In the order asked; a problem stands in the place of what is no address.',
  ),
});

export const accountSchema = z.object({
  accepted: whole('Verdicts taken now; they are durable.'),
  duplicates: whole('Verdicts whose id was known: they changed nothing.'),
  rejected: described(
    z.array(
      z.object({
        index: whole('Place in the request, from 0; for NDJSON the line, blank ones counted.'),
        status: z.int(),
        title: z.string(),
        detail: z.string(),
      }),
    ),
    'What was not taken, and why. The rest was.',
  ),
  rejectedBeyond: z.optional(whole('How many more were refused than are named.')),
});

export const historySchema = z.object({
  subject: described(z.nullable(z.string()), 'null when the address is not rateable.'),
  days: described(
    z.array(
      z.object({
        date: described(z.string(), 'A UTC day.'),
        spam: weight('Weighted reports of unwanted mail.'),
        ham: weight('Weighted reports of wanted mail.'),
      }),
    ),
    'One entry a day in order, today last; a day without reports has zeros.',
  ),
});

export const childrenSchema = z.object({
  prefix: prefix('The block.'),
  length: whole('Length of its children.'),
  children: described(
    z.array(
      z.object({
        prefix: prefix('A sub-prefix of which something is known.'),
        subject: described(
          z.boolean(),
          'Whether verdicts are kept under the prefix itself; else it is a wider block and speaks for the subjects in it.',
        ),
        spam: probability(
          'What a lookup of the subject says; of a wider block, what a stranger inside it is told.',
        ),
        interval: described(
          z.tuple([z.number(), z.number()]),
          'Where that probability lies with 90 % certainty: low, high.',
        ),
        observations: weight(
          'Decayed weight over 30 days: reports on a subject, distinct children of a wider block.',
        ),
        lastSeen: z.nullable(time('When the newest verdict is from; null for a wider block.')),
      }),
    ),
    'In address order.',
  ),
  next: described(z.nullable(z.string()), 'What to send as `after` for the next part; null at the end.'),
});

export const statusSchema = z.object({ status: z.enum(['ok', 'ready']) });

export const problemTypeSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  advice: z.string(),
});
