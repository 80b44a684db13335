/**
 * `/v1/keys`: making, listing, rotating and revoking keys. A token is in the answer that makes it and never again.
 */
import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { weighedKeys } from '../../keys/credence.ts';
import { getKey, readKeys } from '../../keys/key-records.ts';
import type { KeyActFailure } from '../../keys/keys.ts';
import { createKey, retractReports, revokeKey, rotateKey } from '../../keys/keys.ts';
import { isKeyId } from '../../keys/token.ts';
import { ok, type Result } from '../../result.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { readJsonBody } from '../json-body.ts';
import { MAX_KEY_BODY } from '../limits.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import {
  describeKeyFault,
  keyOnTheWire,
  parseKeyRequest,
  parseRevocation,
  parseRotation,
  weighedKeyOnTheWire,
} from '../wire/key.ts';
import { cursorOf, parsePartOfList } from '../wire/page.ts';

/** A place in the list: the id of the key before. */
const PLACES = /^[0-9a-f]{16}$/;

/** 201 with the token; the key holds here at once, elsewhere in seconds. */
export function postKey({ store, keys, clock, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const body = await readJsonBody(c, MAX_KEY_BODY);
    if (!body.ok) return problemResponse(body.error);
    const now = clock();
    const asked = parseKeyRequest(body.value, now);
    if (!asked.ok) return problemResponse(asked.error);
    const act = { actor: caller.reporter.id, at: now, reason: asked.value.reason };
    try {
      const made = await createKey(store.records, asked.value.value, act, randomBytes);
      if (!made.ok) {
        return problemResponse({ kind: 'bad-body', detail: made.error.map(describeKeyFault).join('; ') });
      }
      await keys.changed();
      const { key, token } = made.value;
      const text = JSON.stringify({ ...keyOnTheWire(key), token });
      return jsonResponse(text, 'no-store', 201, { location: `/v1/keys/${key.id}` });
    } catch (error) {
      log.error('key-not-stored', { error: describeError(error) });
      return unavailable('the key could not be stored');
    }
  };
}

/** All keys ever made, oldest first, a part at a time. */
export function listKeys({ store, clock, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const part = parsePartOfList(new URL(c.req.url).searchParams, PLACES);
    if (!part.ok) return problemResponse(part.error);
    const { after, limit } = part.value;
    try {
      const all = await readKeys(store.records);
      const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
      const items = all.slice(start, start + limit);
      const next = start + limit < all.length ? (items.at(-1)?.id ?? null) : null;
      const weighed = await weighedKeys(store, items, clock());
      return jsonResponse(JSON.stringify({ keys: weighed.map(weighedKeyOnTheWire), next: cursorOf(next) }));
    } catch (error) {
      log.error('keys-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
}

export function getOneKey({ store, clock, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const id = c.req.param('id') ?? '';
    if (!isKeyId(id)) return unknown();
    try {
      const key = await getKey(store.records, id);
      const [weighed] = key === null ? [] : await weighedKeys(store, [key], clock());
      return weighed === undefined ? unknown() : jsonResponse(JSON.stringify(weighedKeyOnTheWire(weighed)));
    } catch (error) {
      log.error('keys-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
}

/** A new secret for a key; the body may be left out. */
export function postRotation({ store, keys, clock, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const id = c.req.param('id') ?? '';
    if (!isKeyId(id)) return unknown();
    const body = await readOptionalBody(c);
    if (!body.ok) return problemResponse(body.error);
    const asked = parseRotation(body.value);
    if (!asked.ok) return problemResponse(asked.error);
    const act = { actor: caller.reporter.id, at: clock(), reason: asked.value.reason };
    try {
      const rotated = await rotateKey(store.records, id, asked.value.value, act, randomBytes);
      if (!rotated.ok) return ended(rotated.error);
      await keys.changed();
      const { key, token } = rotated.value;
      return jsonResponse(JSON.stringify({ ...keyOnTheWire(key), token }));
    } catch (error) {
      log.error('key-not-rotated', { error: describeError(error) });
      return unavailable('the key could not be rotated');
    }
  };
}

/**
 * Ends a key; the body may be left out. What it reported since a time goes only once this process lets nobody in with it, so
 * that nothing slips in behind.
 */
export function deleteKey({ store, keys, clock, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const id = c.req.param('id') ?? '';
    if (!isKeyId(id)) return unknown();
    const body = await readOptionalBody(c);
    if (!body.ok) return problemResponse(body.error);
    const asked = parseRevocation(body.value);
    if (!asked.ok) return problemResponse(asked.error);
    const { value: since, reason } = asked.value;
    const act = { actor: caller.reporter.id, at: clock(), reason };
    try {
      const revoked = await revokeKey(store.records, id, act);
      if (!revoked.ok) return unknown();
      await keys.changed();
      const retracted = since === null ? 0 : await retractReports(store, id, since, act);
      return jsonResponse(JSON.stringify({ ...keyOnTheWire(revoked.value), retracted }));
    } catch (error) {
      log.error('key-not-revoked', { error: describeError(error) });
      return unavailable('the key could not be revoked, or not all it reported be taken back');
    }
  };
}

/** A JSON body, or an empty object when there is none. */
async function readOptionalBody(c: Context): Promise<Result<unknown, Failure>> {
  return c.req.header('content-type') === undefined ? ok({}) : await readJsonBody(c, MAX_KEY_BODY);
}

function unknown(): Response {
  return problemResponse({ kind: 'not-found', detail: 'id: there is no key of that id' });
}

function ended(failure: KeyActFailure): Response {
  return failure === 'unknown'
    ? unknown()
    : problemResponse({ kind: 'key-ended', detail: `id: the key is ${failure}` });
}
