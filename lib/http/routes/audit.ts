/**
 * `GET /v1/audit`: every administrative act, newest first. There is no route that changes it.
 */
import type { Context } from 'hono';
import type { AuditEntry } from '../../store/records.ts';
import type { AppDeps } from '../deps.ts';
import { describeError } from '../log.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { cursorOf, parsePartOfList } from '../wire/page.ts';
import { formatTime } from '../wire/time.ts';

/** Places in the audit record: numbers and hexadecimal digits between dots. */
const PLACES = /^[0-9a-f.]{1,100}$/;

export function audit({ store, log }: AppDeps) {
  return async (c: Context): Promise<Response> => {
    const part = parsePartOfList(new URL(c.req.url).searchParams, PLACES);
    if (!part.ok) return problemResponse(part.error);
    try {
      const { items, next } = await store.records.listAudit(part.value);
      return jsonResponse(JSON.stringify({ audit: items.map(onTheWire), next: cursorOf(next) }));
    } catch (error) {
      log.error('audit-read-failed', { error: describeError(error) });
      return unavailable();
    }
  };
}

function onTheWire({ at, actor, act, target, reason, detail }: AuditEntry) {
  return { at: formatTime(at), actor, act, target, reason, detail };
}
