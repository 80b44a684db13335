/**
 * A page as a response: one document under a policy that lets nothing in but what stands in it.
 */
import { createHash, randomUUID } from 'node:crypto';
import { SCRIPT, STYLE } from './assets.ts';

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Only our own style and script, known by their hashes; `data:` is the icon. */
const PAGE_POLICY =
  `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; img-src data:; connect-src 'self'; ` +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * A page. It tells other sites nothing of what was looked up; under `no-referrer` a form would come without its origin,
 * and could not be told from a foreign one.
 */
export function pageResponse(
  html: string,
  status = 200,
  more: Readonly<Record<string, string>> = {},
): Response {
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': PAGE_POLICY,
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'x-request-id': randomUUID(),
      ...more,
    },
  });
}

/** Sends the browser on, with GET; `cookies` are Set-Cookie fields. */
export function seeOther(path: string, cookies: readonly string[] = []): Response {
  const headers: [string, string][] = [
    ['location', path],
    ['cache-control', 'no-store'],
    ['x-request-id', randomUUID()],
  ];
  for (const cookie of cookies) headers.push(['set-cookie', cookie]);
  return new Response(null, { status: 303, headers });
}
