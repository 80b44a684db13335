/**
 * An address in a body. Apart from `address.ts`, so that a lookup does not wait for the library of schemas.
 */
import * as z from 'zod/mini';
import { type Address, parseAddress } from '../../net/address.ts';

/** The schema of an address in a body: a text that the one parser takes. */
export const addressSchema = z.pipe(
  z.string('a text is expected').check(
    z.meta({
      description: 'An IPv4 or IPv6 address in any legal spelling, without zone, brackets or port.',
      examples: ['2001:db8::25', '192.0.2.25'],
    }),
  ),
  z.transform((text: string, context): Address => {
    const parsed = parseAddress(text);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.error.detail, input: text });
    return z.NEVER;
  }),
);
