/**
 * `GET /v1/children/{prefix}?length=&after=&limit=`: what is known inside a block, a part at a time.
 */
import type { Context } from 'hono';
import { childrenOf, rungLengthsOf } from '../../lookup/children.ts';
import { bitsOf } from '../../net/address.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { AppDeps } from '../deps.ts';
import { DEFAULT_CHILDREN, MAX_CHILDREN } from '../limits.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { childrenText } from '../wire/children.ts';
import { parseWirePrefix } from '../wire/prefix.ts';

export function children({ store, clock, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const within = parseWirePrefix(c.req.param('prefix') ?? '');
    if (!within.ok) return problemResponse(within.error);
    const part = parsePart(new URL(c.req.url).searchParams, within.value);
    if (!part.ok) return problemResponse(part.error);
    const request = { within: within.value, ...part.value };
    const page = await childrenOf(request, { store }, clock()).catch((error: unknown) => {
      log.error('children-read-failed', { error: describeError(error) });
      return null;
    });
    if (page === null) return unavailable();
    if (!page.ok) return problemResponse(badCursor());
    const next = page.value.next === null ? null : cursorOf(page.value.next);
    const body = childrenText(formatPrefix(within.value), part.value.length, page.value.items, next);
    return jsonResponse(body, 'private, max-age=60');
  };
}

interface Part {
  readonly length: number;
  readonly after: string | undefined;
  readonly limit: number;
}

function parsePart(query: URLSearchParams, within: Prefix): Result<Part, Failure> {
  for (const name of ['length', 'after', 'limit']) {
    if (query.getAll(name).length > 1) return refuse(`${name}: given more than once`);
  }
  const bits = bitsOf(within.family);
  if (within.length === bits) return refuse('prefix: a single address has nothing inside');
  const nextRung = rungLengthsOf(within.family).find((length) => length > within.length) ?? bits;
  const length = wholeNumber(query.get('length'), within.length + 1, bits, nextRung);
  if (length === null) {
    return refuse(`length: a whole number from ${within.length + 1} to ${bits} is expected`);
  }
  const limit = wholeNumber(query.get('limit'), 1, MAX_CHILDREN, DEFAULT_CHILDREN);
  if (limit === null) return refuse(`limit: a whole number from 1 to ${MAX_CHILDREN} is expected`);
  const cursor = query.get('after');
  if (cursor === null) return ok({ length, after: undefined, limit });
  return CURSOR.test(cursor) ? ok({ length, after: placeOf(cursor), limit }) : fail(badCursor());
}

const CURSOR = /^[\w-]{1,100}$/;

/** A store's place in a list may be any bytes; in a URL it is base64url. */
function cursorOf(place: string): string {
  return Buffer.from(place, 'latin1').toString('base64url');
}

function placeOf(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('latin1');
}

function badCursor(): Failure {
  return { kind: 'bad-parameter', detail: 'after: the next of another part of this list is expected' };
}

function wholeNumber(text: string | null, least: number, most: number, fallback: number): number | null {
  if (text === null) return fallback;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : -1;
  return value >= least && value <= most ? value : null;
}

function refuse(detail: string): Result<never, Failure> {
  return fail({ kind: 'bad-parameter', detail });
}
