/**
 * The schema of the policy file. Every field may be left out; `infra/policy.schema.json` is generated from here.
 */
import * as z from 'zod/mini';
import { ACTIONS, type Limits, type PolicyBook, ROLLOUT_STAGES, type Thresholds } from './policy-book.ts';

/** Beyond what any mail server counts in; keeps every number in 31 bits for the adapters. */
const MOST = 2_147_483_647;

/** A field for every one of the book, so that a new one does not compile until the file has it. */
type Complete<Book> = Record<keyof Book, z.ZodMiniType>;

const count = (description: string, least = 0, most = MOST) =>
  z.optional(
    z
      .int(`a whole number from ${least} to ${most} is expected`)
      .check(
        z.minimum(least, `a whole number from ${least} to ${most} is expected`),
        z.maximum(most, `a whole number from ${least} to ${most} is expected`),
        z.meta({ description }),
      ),
  );

const amount = (description: string, most: number) =>
  z.optional(
    z
      .number(`a number from 0 to ${most} is expected`)
      .check(
        z.minimum(0, `a number from 0 to ${most} is expected`),
        z.maximum(most, `a number from 0 to ${most} is expected`),
        z.meta({ description }),
      ),
  );

const probability = (description: string) => amount(description, 1);
const reports = (description: string) => amount(description, 1_000_000);

const group = <Shape extends z.core.$ZodLooseShape>(description: string, shape: Shape) =>
  z.strictObject(shape, 'a group of fields is expected').check(z.meta({ description }));

const limits = (description: string) =>
  group(description, {
    concurrentConnections: count('Connections open at the same time.'),
    tarpitSeconds: count('Seconds to wait before each answer.', 0, 3600),
    pipelining: z.optional(
      z
        .boolean('true or false is expected')
        .check(z.meta({ description: 'Whether to offer PIPELINING (RFC 2920).' })),
    ),
    recipientsPerMessage: count('Recipients of one message.'),
    bytesPerSecond: count('Bytes a second, over one connection.', 1),
    messagesPerConnection: count('Messages over one connection.'),
    errorsPerConnection: count('Protocol errors and refused recipients before the connection is closed.'),
    messagesPerMinute: count('Messages a minute.'),
    recipientsPerMinute: count('Recipients a minute.'),
    messagesPerHour: count('Messages an hour.'),
    recipientsPerHour: count('Recipients an hour.'),
    retryAfterSeconds: count('Seconds after which a client that was put off should try again.', 1),
  } satisfies Complete<Limits>);

const thresholds = group('Where a reputation turns into a decision.', {
  deferSpam: probability('tempfail from this probability of spam on: deferring is cheap and reversible.'),
  deferObservations: reports(
    'Weighted reports on the subject itself that a deferral needs, unless its neighbourhood tells.',
  ),
  neighbourhoodSpam: probability('The neighbourhood tells when its probability of spam is at least this,'),
  neighbourhoodObservations: reports('from at least this many distinct children.'),
  rejectSpam: probability('reject needs this probability of spam,'),
  rejectLow: probability('and the optimistic end of the interval at this or worse;'),
  rejectMonth: probability(
    'and the last 30 days alone at this or worse, so that a good sender that was taken over is deferred, not refused;',
  ),
  rejectLowIpv6: probability(
    'over IPv6 a refusal is temporary until the optimistic end is at this or worse.',
  ),
  goodHigh: probability('good needs the pessimistic end of the interval at this or better.'),
  unknownObservations: reports(
    'unknown below this many weighted reports, when the neighbourhood says nothing either.',
  ),
} satisfies Complete<Thresholds>);

const seconds = (what: string) => count(`Seconds an answer of class ${what} may be cached.`, 0, 86_400);

export const policyFileSchema = group(
  'What follows from a reputation. What is left out has the built-in value.',
  {
    $schema: z.optional(
      z.string('a text is expected').check(z.meta({ description: 'For editors; not used.' })),
    ),
    rollout: z.optional(
      z.enum(ROLLOUT_STAGES, `one of ${ROLLOUT_STAGES.join(', ')} is expected`).check(
        z.meta({
          description:
            'The stage of the IPv6 roll-out. open: all may send. allow-listed: only senders on the allow list; the rest is asked to come back over IPv4 (451). closed: nobody.',
        }),
      ),
    ),
    thresholds: z.optional(thresholds),
    limits: z.optional(
      group('The limits of each class of service.', {
        good: z.optional(limits('A sender known for wanted mail.')),
        mixed: z.optional(limits('A sender that sends both, or whose neighbours do.')),
        bad: z.optional(limits('A sender known for unwanted mail.')),
        unknown: z.optional(limits('A sender about which there is too little to say.')),
        local: z.optional(limits("Loopback and private space: the operator's own side of the network.")),
      }),
    ),
    verifiedUnknown: z.optional(limits('An unknown sender whose fcrdns passes, and spf or dkim too.')),
    failedUnknown: z.optional(
      z.enum(ACTIONS, `one of ${ACTIONS.join(', ')} is expected`).check(
        z.meta({
          description:
            'What an unknown sender over IPv6 gets whose fcrdns and spf fail, and whose dkim does not pass.',
        }),
      ),
    ),
    cacheSeconds: z.optional(
      group('How long an answer may be cached.', {
        good: seconds('good'),
        mixed: seconds('mixed'),
        bad: seconds('bad'),
        unknown: seconds('unknown'),
        local: seconds('local'),
      }),
    ),
    maxRetryAfterSeconds: count(
      'The longest retryAfterSeconds; it doubles with the evidence up to here.',
      1,
      604_800,
    ),
    lookupUrl: z.optional(
      z.nullable(
        z.string('a text is expected').check(
          z.regex(
            /^https?:\/\/[!-~]{1,200}$/,
            'an http or https URL of at most 200 printable ASCII characters is expected',
          ),
          z.meta({
            description:
              'Start of the link in SMTP replies; the address is appended. null: no link, unless PUBLIC_URL names one.',
          }),
        ),
      ),
    ),
  } satisfies Complete<PolicyBook & { $schema: string }>,
);

export type PolicyFile = z.infer<typeof policyFileSchema>;

/** The schema as a JSON Schema document (draft 2020-12), for editors and for `infra/policy.schema.json`. */
export function policyJsonSchema(): Record<string, unknown> {
  return { title: 'Prefixwise policy file', ...z.toJSONSchema(policyFileSchema, { io: 'input' }) };
}
