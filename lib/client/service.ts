/**
 * One request to the service and its answer, over connections that are kept (fetch keeps them by itself).
 */
import { fail, ok, type Result } from '../result.ts';
import type { Reader } from './answers.ts';
import type { Trouble } from './trouble.ts';

export interface ServiceOptions {
  /** Where the service is, without a slash at its end. */
  readonly url: string;
  /** The key to ask with; null on an open service. */
  readonly key: string | null;
  readonly requestTimeoutMs: number;
  readonly fetch: typeof fetch;
}

/** An answer with how long it holds. */
export interface Received<T> {
  readonly value: T;
  /** `max-age` of its Cache-Control in milliseconds, which needs no common clock; null when there is none. */
  readonly maxAgeMs: number | null;
}

export class Service {
  readonly #options: ServiceOptions;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#headers = {
      accept: 'application/json, application/problem+json',
      ...(options.key === null ? {} : { authorization: `Bearer ${options.key}` }),
    };
  }

  get<T>(path: string, read: Reader<T>): Promise<Result<Received<T>, Trouble>> {
    return this.#call(path, { headers: this.#headers }, read);
  }

  post<T>(path: string, body: unknown, read: Reader<T>): Promise<Result<Received<T>, Trouble>> {
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    return this.#call(path, { method: 'POST', headers, body: JSON.stringify(body) }, read);
  }

  async #call<T>(path: string, init: RequestInit, read: Reader<T>): Promise<Result<Received<T>, Trouble>> {
    const { url, requestTimeoutMs, fetch: fetchIt } = this.#options;
    try {
      const signal = AbortSignal.timeout(requestTimeoutMs);
      const response = await fetchIt(url + path, { ...init, redirect: 'error', signal });
      const text = await response.text();
      if (!response.ok) return fail(refusalOf(response, text));
      const value = read(parseJson(text));
      return value.ok ? ok({ value: value.value, maxAgeMs: maxAgeOf(response.headers) }) : value;
    } catch (error) {
      return fail(connectionTrouble(error, requestTimeoutMs));
    }
  }
}

function refusalOf({ status, headers }: Response, text: string): Trouble {
  const problem = parseJson(text);
  const said = typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : null;
  const seconds = /^\d{1,9}$/.exec(headers.get('retry-after') ?? '')?.[0];
  return {
    kind: 'refused',
    detail: typeof said === 'string' ? `${status}: ${said}` : `the answer was ${status}`,
    status,
    ...(seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1000 }),
  };
}

/** Null for what is no JSON, which no answer is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function maxAgeOf(headers: Headers): number | null {
  const seconds = /(?:^|[\s,])max-age=(\d{1,9})(?:[\s,]|$)/.exec(headers.get('cache-control') ?? '')?.[1];
  return seconds === undefined ? null : Number(seconds) * 1000;
}

function connectionTrouble(error: unknown, timeoutMs: number): Trouble {
  if (error instanceof Error && error.name === 'TimeoutError') {
    return { kind: 'timeout', detail: `no answer within ${timeoutMs} ms` };
  }
  return { kind: 'unreachable', detail: reasonOf(error) };
}

/** What lies below fetch's own "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
