/**
 * The answers about list entries as schemas, for the OpenAPI document; tests hold every answer against them.
 */
import * as z from 'zod/mini';
import { LISTS } from '../../lists/list-entry.ts';

const time = (description: string) =>
  z.string().check(z.meta({ description: `${description} RFC 3339, UTC.`, format: 'date-time' }));

export const listEntrySchema = z.object({
  list: z.enum(LISTS),
  prefix: z.string().check(z.meta({ description: 'The block, in canonical text (RFC 5952).' })),
  reason: z.string(),
  expires: z.nullable(time('When it ends; null for never.')),
  author: z.string().check(z.meta({ description: 'Who entered it.' })),
  at: time('When it was entered or last changed.'),
  source: z
    .nullable(z.string())
    .check(z.meta({ description: 'The imported file it comes from; null when it was entered by hand.' })),
});

export const listEntriesSchema = z.object({
  entries: z.array(listEntrySchema),
  next: z
    .nullable(z.string())
    .check(z.meta({ description: 'What to send as `after` for the next part; null at the end.' })),
});
