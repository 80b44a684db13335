/**
 * The answers of the API as schemas, for the OpenAPI document; tests hold every answer against them.
 */
import * as z from 'zod/mini';
import { ALLOCATION_ORIGINS } from '../../allocation/allocation.ts';
import { DECIDERS } from '../../policy/decide.ts';
import { ACTIONS, SERVICE_CLASSES } from '../../policy/policy-book.ts';
import { described, prefix, probability, time, weight, whole } from './fields.ts';
import { accountReputationSchema, reputationSchema } from './reputation-answers.ts';

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
  decidedBy: described(
    z.enum(DECIDERS),
    'What decided: a list entry, the IPv6 roll-out, or the evidence on the prefix, on the account or on its organisation; ' +
      '`none` in a degraded answer.',
  ),
});

export const lookupAnswerSchema = z.object({
  address: described(z.string(), 'The address in canonical text.'),
  network: networkSchema,
  reputation: described(
    z.nullable(reputationSchema),
    'null when the address is not rateable, or the answer degraded.',
  ),
  account: described(
    z.optional(z.nullable(accountReputationSchema)),
    'The reputation of the account, when `account` or `org` was given; null in a degraded answer.',
  ),
  listing: described(z.nullable(listingSchema), 'The list entry that decided; null when there is none.'),
  policy: policySchema,
  expires: time(
    'Until when the answer holds for every address of `network.prefix`. When `account` or `org` was given it holds for ' +
      'them alone, so it expires at once.',
  ),
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
