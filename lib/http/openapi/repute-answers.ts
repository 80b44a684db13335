/**
 * Reputons as schemas (RFC 7071 section 3, RFC 7073), for the OpenAPI document; tests hold every answer against them.
 */
import * as z from 'zod/mini';
import { ACTIONS, SERVICE_CLASSES } from '../../policy/policy-book.ts';
import { ASSERTIONS } from '../wire/reputon.ts';
import { described, prefix, whole } from './fields.ts';

/** Of at most three decimals: said in words, as no binary fraction is a multiple of 0.001 to a strict validator. */
const share = (description: string) => described(z.number().check(z.minimum(0), z.maximum(1)), description);

export const reputonsSchema = z.object({
  application: z.literal('email-id'),
  reputons: z
    .array(
      z.object({
        rater: described(z.string(), 'The host of PUBLIC_URL.'),
        assertion: z.enum(ASSERTIONS),
        rated: described(z.string(), 'The address that was asked about.'),
        rating: share(
          'How far the assertion holds: 0 not at all, 1 fully. Says nothing where sample-size is 0.',
        ),
        confidence: share('1 less the width of the 90 % interval.'),
        'sample-size': whole(
          'Reports on the subject, in decayed weight, rounded up; 0 when there is no data.',
        ),
        generated: whole('When: epoch seconds.'),
        expires: whole('Until when it holds: epoch seconds, the same time as the Expires header.'),
        sources: whole('Distinct reporters.'),
        'email-id-identity': z.enum(['ipv4', 'ipv6']),
        'email-id-prefix': prefix('The range that the rating holds for.'),
        'email-id-class': z.enum(SERVICE_CLASSES),
        'email-id-action': z.enum(ACTIONS),
      }),
    )
    .check(z.minLength(1)),
});
