/**
 * The answer about administrative acts as a schema, for the OpenAPI document; tests hold every answer against it.
 */
import * as z from 'zod/mini';

export const auditSchema = z.object({
  audit: z.array(
    z.object({
      at: z.string().check(z.meta({ description: 'When. RFC 3339, UTC.', format: 'date-time' })),
      actor: z.string().check(z.meta({ description: 'Who: a key, `local` or `cli`.' })),
      act: z.string().check(z.meta({ description: 'What.', examples: ['list.block.put'] })),
      target: z.string().check(z.meta({ description: 'What it was done to.' })),
      reason: z.nullable(z.string()).check(z.meta({ description: 'Why, when it was said.' })),
      detail: z
        .unknown()
        .check(z.meta({ description: 'What else is worth knowing, such as the former value.' })),
    }),
  ),
  next: z
    .nullable(z.string())
    .check(z.meta({ description: 'What to send as `after` for the next part; null at the end.' })),
});
