/** A client whose service is an app inside the test, or whatever else answers, with a clock that the test moves. */
import { type Client, openClient } from '../../lib/client/client.ts';
import type { ClientOptions } from '../../lib/client/options.ts';
import type { Trouble } from '../../lib/client/trouble.ts';
import { NOW } from './records.ts';

/** Answers a request of the client: its path with the query, and its body if it has one. */
export type Responder = (
  path: string,
  body: string | null,
  signal: AbortSignal,
) => Response | Promise<Response>;

export interface Asking {
  readonly client: Client;
  /** The paths that were asked for. */
  readonly asked: readonly string[];
  readonly troubles: readonly Trouble[];
  /** Who answers from now on. */
  answerBy(responder: Responder): void;
  /** Milliseconds that pass on the client's clock. */
  pass(ms: number): void;
}

export function asking(first: Responder, options: Partial<ClientOptions> = {}): Asking {
  const asked: string[] = [];
  const troubles: Trouble[] = [];
  let responder = first;
  let now = NOW;
  const opened = openClient({
    url: 'http://service.example',
    budgetMs: 10_000,
    clock: () => now,
    log: (trouble) => troubles.push(trouble),
    fetch: async (url, { body = null, signal } = {}) => {
      const path = String(url).slice('http://service.example'.length);
      asked.push(path);
      return await responder(
        path,
        body === null ? null : String(body),
        signal ?? new AbortController().signal,
      );
    },
    ...options,
  });
  if (!opened.ok) throw new Error(opened.error);
  return {
    client: opened.value,
    asked,
    troubles,
    answerBy: (other) => {
      responder = other;
    },
    pass: (ms) => {
      now += ms;
    },
  };
}

/** An answer as the service gives it: about a prefix, for some seconds. */
export function answering(prefix: string, seconds: number, changes: object = {}): Response {
  const limits = {
    concurrentConnections: 2,
    tarpitSeconds: 2,
    pipelining: false,
    recipientsPerMessage: 10,
    bytesPerSecond: 100_000,
    messagesPerConnection: 5,
    errorsPerConnection: 3,
    messagesPerMinute: 5,
    recipientsPerMinute: 20,
    messagesPerHour: 60,
    recipientsPerHour: 200,
    retryAfterSeconds: 300,
  };
  const reply = { code: 421, enhanced: '4.7.0', text: 'Limit reached' };
  return Response.json(
    {
      network: { kind: 'ipv6', prefix, source: 'published', ipv4: null, shared: false },
      reputation: { subject: prefix, spam: 0.3, interval: [0.1, 0.6], observations: 1 },
      listing: null,
      policy: { class: 'unknown', action: 'throttle', reply, limits, reason: 'nothing is known' },
      expires: new Date(NOW + seconds * 1000).toISOString(),
      degraded: false,
      ...changes,
    },
    { headers: { 'cache-control': `private, max-age=${seconds}` } },
  );
}

/** Never answers, until the client gives up. */
export function hanging(_path: string, _body: string | null, signal: AbortSignal): Promise<Response> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** As a service that is not there. */
export function away(): never {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
}
