/**
 * `GET /problems/{kind}`: what a problem's `type` means.
 */
import type { Context } from 'hono';
import { isFailureKind, PROBLEM_TYPES } from '../problem.ts';
import { jsonResponse, problemResponse } from '../respond.ts';

export function problemKind(c: Context): Response {
  const kind = c.req.param('kind') ?? '';
  if (!isFailureKind(kind))
    return problemResponse({ kind: 'not-found', detail: 'kind: there is no such problem' });
  const { status, title, advice } = PROBLEM_TYPES[kind];
  const body = { type: `/problems/${kind}`, title, status, advice };
  return jsonResponse(JSON.stringify(body), 'public, max-age=86400');
}
