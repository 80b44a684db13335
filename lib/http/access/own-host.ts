/**
 * Whether a request comes by our own name, and a form from our own page.
 */
import type { Context } from 'hono';

const LOOPBACK_NAME = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Whether a change may come in under this Host header while the service is open. A web page can make a browser on this
 * machine call 127.0.0.1 under the page's own name (DNS rebinding); `publicHost` is the operator's own name for the
 * service, as in a Host header. A request without Host (HTTP/1.0) is no browser's. With keys there is nothing to guard: the
 * page's own name brings neither key nor cookie.
 */
export function isOwnHost(host: string | undefined, publicHost: string | null): boolean {
  return host === undefined || LOOPBACK_NAME.test(host) || host.toLowerCase() === publicHost;
}

/**
 * Whether a form was sent by our own page: a foreign one could make a browser send it with what the browser knows. The
 * browser says so itself (Fetch Metadata); an old one names the origin, which must be the host it believes to talk to.
 */
export function isOwnForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = c.req.header('origin') ?? '';
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host');
}
