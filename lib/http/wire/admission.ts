/**
 * An event of an SMTP session on the wire, and the ruling on it.
 */
import * as z from 'zod/mini';
import type { AccountRung } from '../../accounts/account-names.ts';
import { type AdmissionAnswer, type AdmissionRequest, countedPrefix } from '../../admission/admission.ts';
import { formatAddress } from '../../net/address.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { EVENTS } from '../../quota/counters.ts';
import { fail, ok, type Result } from '../../result.ts';
import { MAX_EVENT_COUNT, MAX_NAME, MAX_SESSION } from '../limits.ts';
import type { Failure } from '../problem.ts';
import { addressSchema } from './address-schema.ts';

const fact = (description: string) =>
  z.optional(
    z.enum(['pass', 'fail', 'none'], 'pass, fail or none is expected').check(z.meta({ description })),
  );
const name = (most: number, description: string) =>
  z.optional(
    z
      .string('a text is expected')
      .check(
        z.minLength(1, 'is empty'),
        z.maxLength(most, `at most ${most} characters are expected`),
        z.meta({ description }),
      ),
  );

export const admissionRequestSchema = z.object(
  {
    address: addressSchema,
    account: name(
      MAX_NAME,
      'The authenticated SMTP user: it then has an allowance of its own, wherever it connects from, and is judged beside the prefix as in a lookup.',
    ),
    org: name(MAX_NAME, "The account's parent, as in a lookup."),
    event: z.enum(EVENTS, `one of ${EVENTS.join(', ')} is expected`).check(
      z.meta({
        description:
          'What is about to happen (connect, message, recipient) or has happened (disconnect, error) in the session.',
        examples: ['message'],
      }),
    ),
    count: z.optional(
      z
        .int(`a whole number from 1 to ${MAX_EVENT_COUNT} is expected`)
        .check(
          z.minimum(1, `a whole number from 1 to ${MAX_EVENT_COUNT} is expected`),
          z.maximum(MAX_EVENT_COUNT, `a whole number from 1 to ${MAX_EVENT_COUNT} is expected`),
          z.meta({ description: 'How many at once: all are let in or none. Default: 1.' }),
        ),
    ),
    session: name(
      MAX_SESSION,
      "The mail server's own name for the connection, unique among all mail servers that ask. Without one, what counts per connection is judged by each event alone.",
    ),
    fcrdns: fact('As in a lookup.'),
    spf: fact('As in a lookup.'),
    dkim: fact('As in a lookup.'),
  },
  'a JSON object is expected',
);

/** Parses a request's body. */
export function parseAdmission(body: unknown, accountRung: AccountRung): Result<AdmissionRequest, Failure> {
  const parsed = z.safeParse(admissionRequestSchema, body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = String(issue?.path[0] ?? 'body');
    const detail = `${field}: ${issue?.message ?? 'is not understood'}`;
    return fail({ kind: field === 'address' ? 'bad-address' : 'bad-body', detail });
  }
  const { address, account, org, event, count = 1, session = null, fcrdns, spf, dkim } = parsed.data;
  if ((event === 'connect' || event === 'disconnect') && count !== 1) {
    return fail({ kind: 'bad-body', detail: `count: 1 is expected for ${event}` });
  }
  const question = { address, facts: { fcrdns, spf, dkim }, account: accountRung({ account, org }) };
  return ok({ question, event, count, session });
}

export function admissionText(answer: AdmissionAnswer): string {
  const { event, decision, limit, remaining, retryAfterSeconds, reply, lookup, degraded } = answer;
  const { network, policy } = lookup;
  return JSON.stringify({
    address: formatAddress(network.address),
    prefix: formatPrefix(countedPrefix(network)),
    event,
    decision,
    limit,
    remaining,
    retryAfterSeconds,
    class: policy.class,
    action: policy.action,
    reply,
    reason: policy.reason,
    degraded,
  });
}
