/**
 * `GET /sign-in`, `POST /sign-in`, `POST /sign-out`: a key for the pages, kept by the browser in a cookie.
 */
import type { Context } from 'hono';
import { packageVersion } from '../../version.ts';
import { keyCookie, noCookies } from '../access/credentials.ts';
import { asksForKeys } from '../access/door.ts';
import { isOwnForm } from '../access/own-host.ts';
import type { AppDeps } from '../deps.ts';
import { readForm } from '../page/form.ts';
import { PAGE_REFUSALS, signInResponse } from '../page/refusals.ts';
import { pageResponse, seeOther } from '../page/respond.ts';
import { renderSignInPage } from '../page/sign-in-page.tsx';
import { factsOf } from '../signals/request-facts.ts';

const version = packageVersion();

/** Pages to go to after signing in; nothing else, so that no link can send a person elsewhere. */
const OWN_PAGES = /^\/(?:\?[\x21-\x7e]*|map\/[\x21-\x7e]*)?$/;

export function signInPage(deps: AppDeps) {
  return (): Response =>
    asksForKeys(deps) ? pageResponse(renderSignInPage({ version, next: '/' })) : seeOther('/');
}

/** Sets the cookie when the key is taken; a key that may not look up has nothing to see here. */
export function signIn(deps: AppDeps) {
  return async (c: Context): Promise<Response> => {
    if (!isOwnForm(c)) return foreign();
    const form = await readForm(c);
    if (!form.ok) return PAGE_REFUSALS.refused(form.error);
    const wanted = form.value.get('next') ?? '';
    const next = OWN_PAGES.test(wanted) ? wanted : '/';
    if (!asksForKeys(deps)) return seeOther(next);
    const token = (form.value.get('key') ?? '').trim();
    const verified = deps.keys.current.verify(token, deps.clock());
    if (!verified.ok) {
      factsOf(c)?.turnedAway(verified.error);
      return signInResponse(next, 'This key is not taken. It may be mistyped, or have ended.');
    }
    factsOf(c)?.cameWith(verified.value.keyId);
    if (verified.value.scopes.has('lookup')) return seeOther(next, [keyCookie(token, isHttps(c, deps))]);
    factsOf(c)?.turnedAway('scope');
    return signInResponse(next, 'This key may not look anything up.');
  };
}

export function signOut() {
  return (c: Context): Response => (isOwnForm(c) ? seeOther('/', noCookies()) : foreign());
}

/** Whether the browser came by https. Its own word counts first: a proxy before us may have ended the encryption. */
function isHttps(c: Context, { publicUrl }: AppDeps): boolean {
  return (c.req.header('origin') ?? publicUrl ?? c.req.url).startsWith('https:');
}

function foreign(): Response {
  const detail = 'the form did not come from a page of this service';
  return PAGE_REFUSALS.refused({ kind: 'foreign-host', detail });
}
