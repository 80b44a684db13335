/**
 * What a form of our pages sends.
 */
import type { Context } from 'hono';
import { ok, type Result } from '../../result.ts';
import { mediaTypeOf, readBody } from '../body.ts';
import { MAX_FORM_BODY } from '../limits.ts';
import type { Failure } from '../problem.ts';

/** Reads the fields of a form that was sent with POST. */
export async function readForm(c: Context): Promise<Result<URLSearchParams, Failure>> {
  const type = mediaTypeOf(c, ['application/x-www-form-urlencoded']);
  if (!type.ok) return type;
  const body = await readBody(c, MAX_FORM_BODY);
  return body.ok ? ok(new URLSearchParams(Buffer.from(body.value).toString('utf8'))) : body;
}
