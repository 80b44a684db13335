/**
 * Where a key is read from: the Authorization header; for a browser, the cookie that signing in sets.
 */
import type { Context } from 'hono';
import { generateCookie, getCookie } from 'hono/cookie';
import { bearerToken } from '../../keys/token.ts';

/** With https the name starts with `__Host-`, so that no other host can set it (RFC 6265bis section 4.1.3.2). */
const COOKIE = 'prefixwise';
const SECURE_COOKIE = '__Host-prefixwise';

/** The text in which a key is to be looked for; null when the request shows none at all. */
export function shownKey(c: Context, mayBeCookie: boolean): string | null {
  const header = c.req.header('authorization');
  const bearer = bearerToken(header);
  if (bearer !== null) return bearer;
  // A browser may show other credentials at every request, for a proxy before us.
  const cookie = mayBeCookie ? (getCookie(c, SECURE_COOKIE) ?? getCookie(c, COOKIE)) : undefined;
  return cookie ?? (header === undefined ? null : '');
}

/**
 * The Set-Cookie field that keeps a key in the browser until it is closed. No script can read it, and no other site can make
 * the browser send it. It holds the key itself: a session of our own making would have to be provable by what is stored, and
 * then whoever reads the store could make one.
 */
export function keyCookie(token: string, isSecure: boolean): string {
  return cookie(token, isSecure);
}

/** The Set-Cookie fields that make the browser forget the key. */
export function noCookies(): readonly string[] {
  return [cookie('', true, { maxAge: 0 }), cookie('', false, { maxAge: 0 })];
}

function cookie(value: string, isSecure: boolean, lifetime: { maxAge?: number } = {}): string {
  return generateCookie(isSecure ? SECURE_COOKIE : COOKIE, value, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure,
    ...lifetime,
  });
}
