/**
 * Addresses at the door: the one parser, with failures as the wire words them.
 */
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
