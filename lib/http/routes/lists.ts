/**
 * `PUT|GET|DELETE /v1/lists/{allow|block}/{prefix}` and `GET /v1/lists/{allow|block}`: whom the operator lets in or keeps
 * out, whatever the evidence.
 */
import type { Context } from 'hono';
import { isInForce, LISTS, type ListName } from '../../lists/list-entry.ts';
import { deleteEntries, getEntries, listEntries, putEntry } from '../../lists/list-records.ts';
import type { Prefix } from '../../net/prefix.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { readJsonBody } from '../json-body.ts';
import { MAX_ENTRY_BODY } from '../limits.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { emptyResponse, jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { listEntryText, parseListEntry, parseReason } from '../wire/list-entry.ts';
import { cursorOf, parsePartOfList } from '../wire/page.ts';
import { parseWirePrefix } from '../wire/prefix.ts';

/** Keys of list entries in the store: family, first address, length, and the file of an imported one. */
const PLACES = /^[46]\/[0-9a-f]{8,32}\/\d{3}(?: [a-z0-9._-]{1,64})?$/;

/** 201 for a new entry, 200 for one that replaces another by hand; it holds here at once, elsewhere in seconds. */
export function putListEntry({ store, clock, listsChanged, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const target = targetOf(c);
    if (!target.ok) return problemResponse(target.error);
    const body = await readJsonBody(c, MAX_ENTRY_BODY);
    if (!body.ok) return problemResponse(body.error);
    const now = clock();
    const { list, prefix } = target.value;
    const entry = parseListEntry(list, prefix, body.value, now);
    if (!entry.ok) return problemResponse(entry.error);
    const author = caller.reporter.id;
    try {
      const act = { actor: author, at: now, reason: entry.value.reason };
      const replaced = await putEntry(store.records, entry.value, act);
      await listsChanged();
      const text = listEntryText({ ...entry.value, author, at: now, source: null });
      return jsonResponse(text, 'no-store', replaced ? 200 : 201);
    } catch (error) {
      log.error('list-entry-not-stored', { error: describeError(error) });
      return unavailable('the entry could not be stored');
    }
  };
}

/** The entry that holds for exactly this block: the one by hand before imported ones, those in force before expired ones. */
export function getListEntry({ store, clock, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const target = targetOf(c);
    if (!target.ok) return problemResponse(target.error);
    try {
      const entries = await getEntries(store.records, target.value.list, target.value.prefix);
      const entry = entries.find((candidate) => isInForce(candidate, clock())) ?? entries[0];
      return entry === undefined ? notFound() : jsonResponse(listEntryText(entry));
    } catch (error) {
      log.error('list-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
}

/** Takes a body that says why, and goes without. */
export function deleteListEntry({ store, clock, listsChanged, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const target = targetOf(c);
    if (!target.ok) return problemResponse(target.error);
    const reason = await readReason(c);
    if (!reason.ok) return problemResponse(reason.error);
    const { list, prefix } = target.value;
    try {
      const act = { actor: caller.reporter.id, at: clock(), reason: reason.value };
      if (!(await deleteEntries(store.records, list, prefix, act))) return notFound();
      await listsChanged();
      return emptyResponse();
    } catch (error) {
      log.error('list-entry-not-deleted', { error: describeError(error) });
      return unavailable('the entry could not be deleted');
    }
  };
}

/** All entries of a list in address order, a part at a time. */
export function listListEntries({ store, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const list = listOf(c);
    if (!list.ok) return problemResponse(list.error);
    const part = parsePartOfList(new URL(c.req.url).searchParams, PLACES);
    if (!part.ok) return problemResponse(part.error);
    try {
      const { items, next } = await listEntries(store.records, list.value, part.value);
      const entries = items.map(listEntryText).join(',');
      return jsonResponse(`{"entries":[${entries}],"next":${JSON.stringify(cursorOf(next))}}`);
    } catch (error) {
      log.error('list-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
}

function targetOf(c: Context): Result<{ readonly list: ListName; readonly prefix: Prefix }, Failure> {
  const list = listOf(c);
  if (!list.ok) return list;
  const prefix = parseWirePrefix(c.req.param('prefix') ?? '');
  return prefix.ok ? ok({ list: list.value, prefix: prefix.value }) : prefix;
}

function listOf(c: Context): Result<ListName, Failure> {
  const text = c.req.param('list');
  const list = LISTS.find((name) => name === text);
  return list === undefined
    ? fail({ kind: 'not-found', detail: 'list: there are allow and block' })
    : ok(list);
}

async function readReason(c: Context): Promise<Result<string | null, Failure>> {
  if (c.req.header('content-type') === undefined) return ok(null);
  const body = await readJsonBody(c, MAX_ENTRY_BODY);
  return body.ok ? parseReason(body.value) : body;
}

function notFound(): Response {
  return problemResponse({ kind: 'not-found', detail: 'prefix: there is no entry for exactly this block' });
}
