/**
 * Addresses at the door: the one parser, with failures as the wire words them.
 */
import * as z from 'zod/mini';
import { type Address, parseAddress } from '../../net/address.ts';
import { fail, type Result } from '../../result.ts';
import type { Failure } from '../problem.ts';

/** Parses the `address` of a path. */
export function parseWireAddress(text: string): Result<Address, Failure> {
  const parsed = parseAddress(text);
  return parsed.ok ? parsed : fail(addressFailure(parsed.error.detail));
}

export function addressFailure(detail: string): Failure {
  return { kind: 'bad-address', detail: `address: ${detail}` };
}

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
