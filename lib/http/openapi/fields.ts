/**
 * Kinds of fields in the schemas of answers, each with its description.
 */
import * as z from 'zod/mini';

export const described = <T extends z.ZodMiniType>(schema: T, description: string): T => {
  z.globalRegistry.add(schema, { description });
  return schema;
};

export const prefix = (description: string) =>
  described(z.string(), `${description} In canonical text (RFC 5952).`);
export const time = (description: string) =>
  z
    .string()
    .register(z.globalRegistry, { description: `${description} RFC 3339, UTC.`, format: 'date-time' });
export const probability = (description: string) =>
  z.number().check(z.minimum(0), z.maximum(1), z.meta({ description }));
export const weight = (description: string) => z.number().check(z.minimum(0), z.meta({ description }));
export const whole = (description: string) => z.int().check(z.minimum(0), z.meta({ description }));
