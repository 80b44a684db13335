/**
 * The door of every protected route: whose key it is, whether it may, and how much of its allowance is left.
 *
 * Whoever is turned away costs no more than a hash: no body is read, no store is asked. A service that runs open asks for
 * nothing, so that a lookup there pays for nothing.
 */
import type { Context } from 'hono';
import type { Scope } from '../../keys/key.ts';
import type { KeyHolder, KeyRing } from '../../keys/key-ring.ts';
import { OPEN_LOCAL } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import type { Handler } from '../lazily.ts';
import type { Failure } from '../problem.ts';
import { problemResponse, unauthorized } from '../respond.ts';
import { factsOf } from '../signals/request-facts.ts';
import { shownKey } from './credentials.ts';
import { KeyCaller } from './key-caller.ts';
import { isOwnForm, isOwnHost } from './own-host.ts';

/** Answers to whoever does not get in. */
export interface Refusals {
  /** No key, or none that is taken; which, nobody is told. */
  readonly noKey: (c: Context) => Response | Promise<Response>;
  readonly refused: (
    failure: Failure,
    headers?: Readonly<Record<string, string>>,
  ) => Response | Promise<Response>;
}

export interface DoorOptions {
  readonly refusals: Refusals;
  /** Whether a change may come from a form of our own page, with the key in a cookie. Reading may in any case. */
  readonly forms: boolean;
}

type DoorDeps = Pick<AppDeps, 'keys' | 'openWithoutKeys' | 'rateLimit' | 'clock' | 'publicUrl'>;

/** The answers of the API. */
export const API_REFUSALS: Refusals = {
  noKey: () => unauthorized(),
  refused: (failure, headers) => problemResponse(failure, headers),
};

/** Wraps handlers so that they run for callers of a scope only, and are told who calls. */
export function door(deps: DoorDeps, { refusals, forms }: DoorOptions) {
  const { keys, rateLimit, clock, publicUrl } = deps;
  const publicHost = publicUrl === null ? null : new URL(publicUrl).host;

  const enter = async (c: Context, caller: KeyCaller, handler: Handler): Promise<Response> => {
    const paid = await caller.enter();
    if (paid.ok) return caller.tell(await handler(c, caller));
    factsOf(c)?.turnedAway('rate');
    return caller.tell(await refusals.refused(paid.error));
  };

  return (scope: Scope, handler: Handler) =>
    (c: Context): Response | Promise<Response> => {
      if (forms && !isReading(c) && !isOwnForm(c)) return refusals.refused(foreignForm());
      if (!asksForKeys(deps)) {
        if (scope === 'lookup' || isOwnHost(c.req.header('host'), publicHost)) return handler(c, OPEN_LOCAL);
        return refusals.refused(foreignHost());
      }
      const shown = shownKey(c, forms || isReading(c));
      const verified = shown === null ? null : keys.current.verify(shown, clock());
      if (verified === null || !verified.ok) {
        factsOf(c)?.turnedAway(verified?.error ?? 'missing');
        return refusals.noKey(c);
      }
      const holder = verified.value;
      factsOf(c)?.cameWith(holder.keyId);
      if (!holder.scopes.has(scope)) {
        factsOf(c)?.turnedAway('scope');
        return refusals.refused(...insufficientScope(scope));
      }
      const caller = callerWith(holder, deps);
      return rateLimit === null ? handler(c, caller) : enter(c, caller, handler);
    };
}

/** Who calls with a key that was taken. */
export function callerWith(
  holder: KeyHolder,
  { keys, rateLimit, clock }: Pick<AppDeps, 'keys' | 'rateLimit' | 'clock'>,
): KeyCaller {
  return new KeyCaller(holder, rateLimit, () => keys.current.isInForce(holder.keyId, clock()));
}

/** Whether a service asks for a key at the moment. */
export function asksForKeys({
  keys,
  openWithoutKeys,
}: {
  readonly keys: { readonly current: KeyRing };
  readonly openWithoutKeys: boolean;
}): boolean {
  return !openWithoutKeys || keys.current.hasAnyKey();
}

function isReading({ req: { method } }: Context): boolean {
  return method === 'GET' || method === 'HEAD';
}

function foreignHost(): Failure {
  const detail = 'Host: a loopback name is expected for changes while the service has no keys';
  return { kind: 'foreign-host', detail };
}

function foreignForm(): Failure {
  return { kind: 'foreign-host', detail: 'the form did not come from a page of this service' };
}

/** With the challenge of RFC 6750 section 3.1. */
function insufficientScope(scope: Scope): [Failure, Readonly<Record<string, string>>] {
  const detail = `Authorization: the key has not the scope ${scope}`;
  const challenge = `Bearer realm="prefixwise", error="insufficient_scope", scope="${scope}"`;
  return [{ kind: 'insufficient-scope', detail }, { 'www-authenticate': challenge }];
}
