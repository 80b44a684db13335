/**
 * The answers about keys as schemas, for the OpenAPI document; tests hold every answer against them.
 */
import * as z from 'zod/mini';
import { SCOPES } from '../../keys/key.ts';

const time = (description: string) =>
  z.string().check(z.meta({ description: `${description} RFC 3339, UTC.`, format: 'date-time' }));
const token = z
  .string()
  .check(z.meta({ description: 'The key itself. It is shown now and never again: only a hash is kept.' }));

const keySchema = z.object({
  id: z
    .string()
    .check(
      z.meta({ description: 'Its public name: the reporter of its verdicts, and the actor of its acts.' }),
    ),
  label: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  trusted: z.boolean(),
  trustedHosts: z.array(z.string()),
  created: time('When it was made.'),
  rotated: time('When the secret in force was made.'),
  formerUntil: z.nullable(time('How long the secret before is good; null when there is none.')),
  expires: z.nullable(time('When it ends; null for never.')),
  revoked: z.nullable(time('When it was revoked; null while it is in force.')),
});

const subjects = (description: string) =>
  z
    .number()
    .check(
      z.meta({ description: `${description} Distinct senders over 30 days; older ones fade.`, minimum: 0 }),
    );

/** A key as it is read, with what its word is worth. */
export const weighedKeySchema = z.extend(keySchema, {
  standing: z
    .nullable(
      z.object({
        agreed: subjects('On how many senders it said what the others say.'),
        contradicted: subjects('On how many it alone said the opposite.'),
        weight: z.number().check(
          z.meta({
            description:
              'The most its word weighs on one sender in one span of time, in reports: 1.2, or 0.2 while it contradicts the ' +
              'others on most.',
          }),
        ),
      }),
    )
    .check(
      z.meta({
        description: 'Why its word weighs what it does; null for keys that are trusted or do not report.',
      }),
    ),
});

export const keysSchema = z.object({
  keys: z.array(weighedKeySchema),
  next: z
    .nullable(z.string())
    .check(z.meta({ description: 'What to send as `after` for the next part; null at the end.' })),
});

export const issuedKeySchema = z.extend(keySchema, { token });

export const revokedKeySchema = z.extend(keySchema, {
  retracted: z.int().check(z.meta({ description: 'How many of its verdicts were taken back.' })),
});
