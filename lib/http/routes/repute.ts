/**
 * `GET /.well-known/repute-template` and the query that it names (RFC 7072).
 */
import type { Context } from 'hono';
import { type LookupSources, lookup } from '../../lookup/lookup.ts';
import { parseAddress } from '../../net/address.ts';
import type { AppDeps } from '../deps.ts';
import { jsonResponse, problemResponse, textResponse } from '../respond.ts';
import { factsOf } from '../signals/request-facts.ts';
import { cacheControlOf } from '../wire/lookup.ts';
import { APPLICATION, expiryOf, parseReputeQuery, reputonsText } from '../wire/reputon.ts';

/** Without an Expires header a client waits a day before it asks anew (RFC 7072 section 3.2). */
const TEMPLATE_KEPT_MS = 24 * 3_600_000;

/** The URI template (RFC 6570) of a query: of the service's own address, or of the one that was asked. */
export function reputeTemplate({ publicUrl, clock }: AppDeps) {
  return (c: Context): Response => {
    const base = publicUrl ?? new URL(c.req.url).origin;
    const template = `${base}/repute/{application}/{subject}{?assertion,identity}\r\n`;
    return textResponse(template, 'text/plain; charset=utf-8', {
      expires: new Date(clock() + TEMPLATE_KEPT_MS).toUTCString(),
      'cache-control': `private, max-age=${TEMPLATE_KEPT_MS / 1000}`,
    });
  };
}

/** What there is to assert of an address, or the one thing that was asked. */
export function repute(sources: LookupSources, { publicUrl, clock }: AppDeps) {
  const rater = publicUrl === null ? 'localhost' : new URL(publicUrl).hostname;
  return async (c: Context): Promise<Response> => {
    const application = c.req.param('application') ?? '';
    if (application.toLowerCase() !== APPLICATION) {
      return problemResponse({ kind: 'not-found', detail: `application: only ${APPLICATION} is known here` });
    }
    const address = parseAddress(c.req.param('subject') ?? '');
    if (!address.ok)
      return problemResponse({ kind: 'bad-address', detail: `subject: ${address.error.detail}` });
    const query = parseReputeQuery(c.req.url);
    if (!query.ok) return problemResponse(query.error);
    const { assertions, identity } = query.value;
    if (identity !== null && identity !== `ipv${address.value.family}`) {
      return problemResponse({
        kind: 'bad-parameter',
        detail: `identity: the subject is no ${identity} address`,
      });
    }
    const now = clock();
    const answer = await lookup({ address: address.value, facts: {} }, sources, now);
    factsOf(c)?.lookedUp(answer);
    return jsonResponse(reputonsText(answer, assertions, rater, now), cacheControlOf(answer, now), 200, {
      'content-type': 'application/reputon+json',
      expires: new Date(expiryOf(answer) * 1000).toUTCString(),
    });
  };
}
