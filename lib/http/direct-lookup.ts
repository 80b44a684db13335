/**
 * `GET /v1/lookup/{address}` straight from the socket to the socket. It is asked for each connection of each mail server,
 * and what an app does for any request (a `Request`, routes, a context, a `Response`) would cost more than the answer.
 *
 * Only a request with nothing unusual about it is answered here. Any other is left to the app, which refuses what has to
 * be refused; what both can answer they answer alike, and a test asks them both.
 *
 * The lookups of one turn of the event loop are all concluded first, and then all sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerToken } from '../keys/token.ts';
import { type Address, parseAddress } from '../net/address.ts';
import { asksForKeys, callerWith } from './access/door.ts';
import { KeyCaller } from './access/key-caller.ts';
import { type Caller, OPEN_LOCAL } from './caller.ts';
import type { AppDeps } from './deps.ts';
import { describeError } from './log.ts';
import { lookupSources } from './lookup-sources.ts';
import { lookupAsText, type SentAnswer, type TextSources } from './lookup-text.ts';
import type { Failure } from './problem.ts';
import { jsonHeaderList, problemParts } from './respond.ts';
import { LOOKUP_ROUTE } from './signals/meter.ts';
import { RequestFacts } from './signals/request-facts.ts';
import type { DirectSignals } from './signals/start.ts';
import { together } from './together.ts';
import { cacheControlOf } from './wire/lookup.ts';

const PATH = '/v1/lookup/';
/** A host name or an IPv4 address, with or without a port: what needs no second look. */
const PLAIN_HOST = /^[a-z0-9._-]+(?::\d{4,5})?$/;
const NO_FACTS = {};
/** More gain nothing, and their texts, two kilobytes each, would not be in the nearer caches any more when they are sent. */
const MOST_TOGETHER = 64;

/** One request on its way. */
interface Exchange {
  readonly outgoing: ServerResponse;
  readonly facts: RequestFacts;
  readonly caller: Caller;
  readonly address: Address;
  /** When it came, by the clock of `performance`. */
  readonly start: number;
}

/** A request whose answer is ready to be sent. */
interface Concluded {
  readonly exchange: Exchange;
  readonly answer: SentAnswer;
}

/** What is sent. */
interface Sent {
  readonly status: number;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly text: string;
  readonly bytes: number;
  /** The id of a refusal, which the log names, too. */
  readonly id: string | null;
}

/** Takes over the lookups that are plain; false for a request of which nothing was done, counted or logged. */
export function directLookup(deps: AppDeps, signals: DirectSignals) {
  const lookups = new DirectLookups(deps, signals);
  return (incoming: IncomingMessage, outgoing: ServerResponse): boolean => lookups.take(incoming, outgoing);
}

class DirectLookups {
  readonly #deps: AppDeps;
  readonly #signals: DirectSignals;
  readonly #sources: TextSources;
  readonly #answer = together<Exchange>(MOST_TOGETHER, (exchanges) => this.#answerAll(exchanges));

  constructor(deps: AppDeps, signals: DirectSignals) {
    this.#deps = deps;
    this.#signals = signals;
    this.#sources = lookupSources(deps);
  }

  take(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
    const { method, url, headers } = incoming;
    if (method !== 'GET' || url === undefined || !url.startsWith(PATH)) return false;
    const start = performance.now();
    if (headers.host === undefined || !PLAIN_HOST.test(headers.host)) return false;
    const address = parseAddress(url.slice(PATH.length));
    if (!address.ok) return false;
    const facts = new RequestFacts(this.#signals.counter);
    const caller = callerOf(headers.authorization, this.#deps, facts);
    if (caller === null) return false;
    const exchange = { outgoing, facts, caller, address: address.value, start };
    if (caller instanceof KeyCaller && this.#deps.rateLimit !== null)
      this.#answerPaid(exchange, caller).catch((error: unknown) => this.#fallBack(exchange, error));
    else this.#answer(exchange);
    return true;
  }

  async #answerPaid(exchange: Exchange, caller: KeyCaller): Promise<void> {
    const paid = await caller.enter();
    if (paid.ok) return this.#answer(exchange);
    exchange.facts.turnedAway('rate');
    this.#refuse(exchange, paid.error);
  }

  #answerAll(exchanges: readonly Exchange[]): void {
    const now = this.#deps.clock();
    const ready: Concluded[] = [];
    for (const exchange of exchanges) {
      try {
        const found = lookupAsText({ address: exchange.address, facts: NO_FACTS }, this.#sources, now);
        if (found instanceof Promise) this.#answerLater(exchange, found, now);
        else ready.push({ exchange, answer: found });
      } catch (error) {
        this.#fallBack(exchange, error);
      }
    }
    for (const each of ready) {
      try {
        this.#finish(each, now);
      } catch (error) {
        this.#fallBack(each.exchange, error);
      }
    }
  }

  #answerLater(exchange: Exchange, coming: Promise<SentAnswer>, now: number): void {
    coming
      .then((answer) => this.#finish({ exchange, answer }, now))
      .catch((error: unknown) => this.#fallBack(exchange, error));
  }

  #finish({ exchange, answer }: Concluded, now: number): void {
    const { facts, caller } = exchange;
    facts.lookedUp(answer.told);
    const { text, bytes } = answer;
    const headers = jsonHeaderList(cacheControlOf(answer, now));
    const left = caller.limitHeaders();
    if (left !== undefined) headers.push(...Object.entries(left).flat());
    this.#send(exchange, { status: 200, headers, text, bytes, id: null });
  }

  #fallBack(exchange: Exchange, error: unknown): void {
    const request = this.#deps.newId();
    this.#deps.log.error('unhandled', { request, error: describeError(error) });
    if (exchange.outgoing.headersSent) exchange.outgoing.destroy();
    else this.#refuse(exchange, { kind: 'internal', detail: 'something went wrong here' }, request);
  }

  #refuse(exchange: Exchange, failure: Failure, id = this.#deps.newId()): void {
    const { status, headers, text } = problemParts(failure, exchange.caller.limitHeaders(), id);
    const list = Object.entries(headers).flat();
    this.#send(exchange, { status, headers: list, text, bytes: Buffer.byteLength(text), id });
  }

  #send({ outgoing, facts, start }: Exchange, { status, headers, text, bytes, id }: Sent): void {
    headers.push('content-length', String(bytes));
    outgoing.writeHead(status, headers);
    // ASCII, as nearly always, needs no encoding.
    outgoing.end(text, bytes === text.length ? 'latin1' : 'utf8');
    const took = performance.now() - start;
    this.#signals.answered({ method: 'GET', route: LOOKUP_ROUTE, status, took, facts, id });
  }
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
