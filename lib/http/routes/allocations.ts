/**
 * `PUT|GET|DELETE /v1/allocations/{prefix}` and `GET /v1/allocations`: what the operator says about blocks.
 */
import type { Context } from 'hono';
import type { Allocation } from '../../allocation/allocation.ts';
import type { Prefix } from '../../net/prefix.ts';
import { deleteEntry, getEntry, listEntries, putEntry } from '../../published/operator-records.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { readJsonBody } from '../json-body.ts';
import { DEFAULT_ENTRIES, MAX_ENTRIES, MAX_ENTRY_BODY } from '../limits.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { emptyResponse, jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { entryText, parseEntry } from '../wire/allocation.ts';
import { parseWirePrefix } from '../wire/prefix.ts';

/** 201 for a new entry, 200 for one that replaces another; either way it holds here at once, elsewhere in seconds. */
export function putAllocation({ store, clock, entriesChanged, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const prefix = parseWirePrefix(c.req.param('prefix') ?? '');
    if (!prefix.ok) return problemResponse(prefix.error);
    const now = clock();
    const entry = await readEntry(c, prefix.value, now);
    if (!entry.ok) return problemResponse(entry.error);
    try {
      const act = { actor: caller.reporter.id, at: now };
      const replaced = await putEntry(store.records, entry.value, act);
      await entriesChanged();
      return jsonResponse(entryText(entry.value), 'no-store', replaced ? 200 : 201);
    } catch (error) {
      log.error('allocation-not-stored', { error: describeError(error) });
      return unavailable('the entry could not be stored');
    }
  };
}

export function getAllocation({ store, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const prefix = parseWirePrefix(c.req.param('prefix') ?? '');
    if (!prefix.ok) return problemResponse(prefix.error);
    try {
      const entry = await getEntry(store.records, prefix.value);
      return entry === null ? notFound() : jsonResponse(entryText(entry));
    } catch (error) {
      log.error('allocation-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
}

export function deleteAllocation({ store, clock, entriesChanged, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const prefix = parseWirePrefix(c.req.param('prefix') ?? '');
    if (!prefix.ok) return problemResponse(prefix.error);
    try {
      const act = { actor: caller.reporter.id, at: clock() };
      const found = await deleteEntry(store.records, prefix.value, act);
      if (!found) return notFound();
      await entriesChanged();
      return emptyResponse();
    } catch (error) {
      log.error('allocation-not-deleted', { error: describeError(error) });
      return unavailable('the entry could not be deleted');
    }
  };
}

/** All entries in address order, a part at a time. */
export function listAllocations({ store, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const part = parsePart(new URL(c.req.url).searchParams);
    if (!part.ok) return problemResponse(part.error);
    try {
      const { items, next } = await listEntries(store.records, part.value);
      return jsonResponse(
        `{"allocations":[${items.map(entryText).join(',')}],"next":${JSON.stringify(next)}}`,
      );
    } catch (error) {
      log.error('allocations-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
}

async function readEntry(c: Context, prefix: Prefix, now: number): Promise<Result<Allocation, Failure>> {
  const body = await readJsonBody(c, MAX_ENTRY_BODY);
  return body.ok ? parseEntry(prefix, body.value, Math.floor(now / 1000)) : body;
}

function parsePart(query: URLSearchParams): Result<{ after: Prefix | null; limit: number }, Failure> {
  for (const name of ['after', 'limit']) {
    if (query.getAll(name).length > 1)
      return fail({ kind: 'bad-parameter', detail: `${name}: given more than once` });
  }
  const text = query.get('limit') ?? String(DEFAULT_ENTRIES);
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_ENTRIES) {
    const detail = `limit: a whole number from 1 to ${MAX_ENTRIES} is expected`;
    return fail({ kind: 'bad-parameter', detail });
  }
  const place = query.get('after');
  if (place === null) return ok({ after: null, limit });
  const after = parseWirePrefix(place);
  if (after.ok) return ok({ after: after.value, limit });
  return fail({ kind: 'bad-parameter', detail: after.error.detail.replace(/^prefix/, 'after') });
}

function notFound(): Response {
  return problemResponse({ kind: 'not-found', detail: 'prefix: there is no entry for exactly this block' });
}
