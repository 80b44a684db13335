/**
 * The answers about operator entries as schemas, for the OpenAPI document; tests hold every answer against them.
 */
import * as z from 'zod/mini';
import { operatorEntrySchema } from '../../allocation/operator-entry.ts';

export const entrySchema = z.object({
  prefix: z.string().check(z.meta({ description: 'The block, in canonical text (RFC 5952).' })),
  ...operatorEntrySchema.shape,
  date: z.string().check(z.meta({ description: 'When it was entered. RFC 3339, UTC.', format: 'date-time' })),
});

export const entriesSchema = z.object({
  allocations: z.array(entrySchema),
  next: z
    .nullable(z.string())
    .check(z.meta({ description: 'What to send as `after` for the next part; null at the end.' })),
});
