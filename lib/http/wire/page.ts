/**
 * A part of a listing on the wire: where it starts and how many items it has.
 *
 * A store's place in a listing has slashes and spaces; in a URL it is base64url, so that it can be sent back as it came.
 */
import { fail, ok, type Result } from '../../result.ts';
import { DEFAULT_ENTRIES, MAX_ENTRIES } from '../limits.ts';
import type { Failure } from '../problem.ts';

export interface PartOfList {
  /** The store's own place; undefined for the first part. */
  readonly after: string | undefined;
  readonly limit: number;
}

const CURSOR = /^[\w-]{1,400}$/;

/** `next` as a caller sees it. */
export function cursorOf(place: string | null): string | null {
  return place === null ? null : Buffer.from(place, 'latin1').toString('base64url');
}

/** Parses `after` and `limit`; `places` says what a store's place in this listing looks like. */
export function parsePartOfList(query: URLSearchParams, places: RegExp): Result<PartOfList, Failure> {
  for (const name of ['after', 'limit']) {
    if (query.getAll(name).length > 1) return refuse(`${name}: given more than once`);
  }
  const text = query.get('limit') ?? String(DEFAULT_ENTRIES);
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_ENTRIES)
    return refuse(`limit: a whole number from 1 to ${MAX_ENTRIES} is expected`);
  const cursor = query.get('after');
  if (cursor === null) return ok({ after: undefined, limit });
  const after = CURSOR.test(cursor) ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  if (places.test(after)) return ok({ after, limit });
  return refuse('after: the next of another part of this list is expected');
}

function refuse(detail: string): Result<never, Failure> {
  return fail({ kind: 'bad-parameter', detail });
}
