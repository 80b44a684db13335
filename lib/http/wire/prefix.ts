/**
 * Prefixes at the door: the one parser, IPv4-mapped blocks unwrapped, with failures as the wire words them.
 */
import { type Prefix, parsePrefix, unmapped } from '../../net/prefix.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Failure } from '../problem.ts';

/** Parses the `prefix` of a path; a bare address is the block of that one address. */
export function parseWirePrefix(text: string): Result<Prefix, Failure> {
  const parsed = parsePrefix(text);
  if (parsed.ok) return ok(unmapped(parsed.value));
  return fail({ kind: 'bad-parameter', detail: `prefix: ${parsed.error.detail}` });
}
