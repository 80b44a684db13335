/**
 * A JSON body in one go: the right type, not too large, and JSON.
 */
import type { Context } from 'hono';
import type { Result } from '../result.ts';
import { mediaTypeOf, readBody } from './body.ts';
import { parseJson } from './json.ts';
import type { Failure } from './problem.ts';

/** Reads a JSON body of at most `limit` bytes. */
export async function readJsonBody(c: Context, limit: number): Promise<Result<unknown, Failure>> {
  const type = mediaTypeOf(c, ['application/json']);
  if (!type.ok) return type;
  const body = await readBody(c, limit);
  return body.ok ? parseJson(body.value) : body;
}
