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

export const keySchema = z.object({
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

export const keysSchema = z.object({
  keys: z.array(keySchema),
  next: z
    .nullable(z.string())
    .check(z.meta({ description: 'What to send as `after` for the next part; null at the end.' })),
});

export const issuedKeySchema = z.extend(keySchema, { token });

export const revokedKeySchema = z.extend(keySchema, {
  retracted: z.int().check(z.meta({ description: 'How many of its verdicts were taken back.' })),
});
