/**
 * The ruling on an event as a schema, for the OpenAPI document; tests hold every answer against it.
 */
import * as z from 'zod/mini';
import { DECISIONS } from '../../admission/admission.ts';
import { ACTIONS, SERVICE_CLASSES } from '../../policy/policy-book.ts';
import { EVENTS, LIMIT_NAMES } from '../../quota/counters.ts';
import { replySchema } from './answers.ts';
import { described, prefix, whole } from './fields.ts';

export const admissionSchema = z.object({
  address: z.string(),
  prefix: prefix('Whose allowance this is, unless an account was given: all of it shares one.'),
  event: z.enum(EVENTS),
  decision: described(
    z.enum(DECISIONS),
    'allow: go ahead, it is counted. defer: not now, it is not counted. refuse: the policy says reject.',
  ),
  limit: described(
    z.nullable(z.object({ name: z.enum(LIMIT_NAMES), value: whole('What the class allows.') })),
    'The limit in the way; of an event that is allowed, the nearest one. Null when the policy itself decided, or degraded.',
  ),
  remaining: described(
    z.nullable(z.int().check(z.minimum(0))),
    'How many more like events that limit allows now. Null when degraded.',
  ),
  retryAfterSeconds: whole('When to try again; 0 when allowed.'),
  class: described(z.enum(SERVICE_CLASSES), 'The class of service.'),
  action: described(z.enum(ACTIONS), 'What the policy says of the sender.'),
  reply: described(z.nullable(replySchema), 'What to say to the client; null when allowed.'),
  reason: described(z.string(), 'Why the sender is in this class.'),
  degraded: described(
    z.boolean(),
    'The store did not answer in time: the event is allowed, unless a list entry says otherwise.',
  ),
});
