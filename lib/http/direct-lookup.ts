/**
 * `GET /v1/lookup/{address}` straight from the socket to the socket. It is asked for each connection of each mail server,
 * and what an app does for any request (a `Request`, routes, a context, a `Response`) would cost more than the answer.
 *
 * Only a request with nothing unusual about it is answered here. Any other is left to the app, which refuses what has to
 * be refused; what both can answer they answer alike, and a test asks them both.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerToken } from '../keys/token.ts';
import type { LookupAnswer } from '../lookup/answer.ts';
import { lookup } from '../lookup/lookup.ts';
import { type Address, parseAddress } from '../net/address.ts';
import { asksForKeys, callerWith } from './access/door.ts';
import { KeyCaller } from './access/key-caller.ts';
import { type Caller, OPEN_LOCAL } from './caller.ts';
import type { AppDeps } from './deps.ts';
import { describeError } from './log.ts';
import { lookupSources } from './lookup-sources.ts';
import type { Failure } from './problem.ts';
import { jsonHeaders, problemParts } from './respond.ts';
import { LOOKUP_ROUTE } from './signals/meter.ts';
import { RequestFacts } from './signals/request-facts.ts';
import type { DirectSignals } from './signals/start.ts';
import { bytesOf, cacheControlOf, lookupText } from './wire/lookup.ts';

const PATH = '/v1/lookup/';
/** A host name or an IPv4 address, with or without a port: what needs no second look. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::\d{4,5})?$/;
const NO_FACTS = {};

/** One request on its way. */
interface Exchange {
  readonly outgoing: ServerResponse;
  readonly facts: RequestFacts;
  readonly caller: Caller;
  readonly address: Address;
  /** When it came, by the clock of `performance`. */
  readonly start: number;
}

/** Takes over the lookups that are plain; false for a request of which nothing was done, counted or logged. */
export function directLookup(deps: AppDeps, { counter, answered }: DirectSignals) {
  const sources = lookupSources(deps);
  const { clock, rateLimit, log, newId } = deps;

  const send = (
    { outgoing, facts, start }: Exchange,
    status: number,
    headers: Record<string, string>,
    text: string,
    bytes: number,
  ): void => {
    headers['content-length'] = String(bytes);
    outgoing.writeHead(status, headers);
    // ASCII, as nearly always, needs no encoding.
    outgoing.end(text, bytes === text.length ? 'latin1' : 'utf8');
    const took = performance.now() - start;
    const id = status >= 400 ? (headers['x-request-id'] ?? null) : null;
    answered({ method: 'GET', route: LOOKUP_ROUTE, status, took, facts, id });
  };
  const refuse = (exchange: Exchange, failure: Failure, id = newId()): void => {
    const { status, headers, text } = problemParts(failure, exchange.caller.limitHeaders(), id);
    send(exchange, status, headers, text, Buffer.byteLength(text));
  };
  const finish = (exchange: Exchange, answer: LookupAnswer, now: number): void => {
    const { facts, caller } = exchange;
    facts.lookedUp(answer);
    const headers = Object.assign(jsonHeaders(cacheControlOf(answer, now)), caller.limitHeaders());
    const text = lookupText(answer);
    send(exchange, 200, headers, text, bytesOf(text, answer));
  };
  const answer = (exchange: Exchange): void | Promise<void> => {
    const now = clock();
    const found = lookup({ address: exchange.address, facts: NO_FACTS }, sources, now);
    if (found instanceof Promise) return found.then((came) => finish(exchange, came, now));
    finish(exchange, found, now);
  };
  const fallBack = (exchange: Exchange, error: unknown): void => {
    const request = newId();
    log.error('unhandled', { request, error: describeError(error) });
    if (exchange.outgoing.headersSent) exchange.outgoing.destroy();
    else refuse(exchange, { kind: 'internal', detail: 'something went wrong here' }, request);
  };
  const answerLimited = async (exchange: Exchange, caller: KeyCaller): Promise<void> => {
    const paid = await caller.enter();
    if (paid.ok) return answer(exchange);
    exchange.facts.turnedAway('rate');
    refuse(exchange, paid.error);
  };

  return (incoming: IncomingMessage, outgoing: ServerResponse): boolean => {
    const { method, url, headers } = incoming;
    if (method !== 'GET' || url === undefined || !url.startsWith(PATH)) return false;
    const start = performance.now();
    if (headers.host === undefined || !PLAIN_HOST.test(headers.host)) return false;
    const address = parseAddress(url.slice(PATH.length));
    if (!address.ok) return false;
    const facts = new RequestFacts(counter);
    const caller = callerOf(headers.authorization, deps, facts);
    if (caller === null) return false;
    const exchange = { outgoing, facts, caller, address: address.value, start };
    try {
      const waiting =
        caller instanceof KeyCaller && rateLimit !== null
          ? answerLimited(exchange, caller)
          : answer(exchange);
      waiting?.catch((error: unknown) => fallBack(exchange, error));
    } catch (error) {
      fallBack(exchange, error);
    }
    return true;
  };
}

/** Who asks; null unless it is plain that they may look up. */
function callerOf(authorization: string | undefined, deps: AppDeps, facts: RequestFacts): Caller | null {
  if (!asksForKeys(deps)) return OPEN_LOCAL;
  const token = bearerToken(authorization);
  const verified = token === null ? null : deps.keys.current.verify(token, deps.clock());
  if (verified === null || !verified.ok || !verified.value.scopes.has('lookup')) return null;
  facts.cameWith(verified.value.keyId);
  return callerWith(verified.value, deps);
}
