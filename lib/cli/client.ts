/**
 * A client of a running service.
 */
import { fail, ok, type Result } from '../result.ts';
import type { Environment } from '../settings.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { BrokenInput } from './input.ts';
import { printable, printableJson } from './terminal.ts';

export interface Target {
  /** Where the service is, without a slash at its end. */
  readonly url: string;
  /** The key to call it with; null on an open service. */
  readonly key: string | null;
}

/** Why a call gave no answer, with the exit code that says so. */
export interface CallFailure {
  readonly exit: ExitCode;
  readonly detail: string;
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string | AsyncIterable<Uint8Array>;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';
/** Milliseconds a call with a small body may take. */
const TIMEOUT_MS = 30_000;

/** Where to call: `--url` before PREFIXWISE_URL before this machine; the key is in PREFIXWISE_KEY. */
export function targetOf(url: string | undefined, env: Environment): Result<Target, string> {
  const { PREFIXWISE_URL, PREFIXWISE_KEY } = env;
  const text = url ?? (PREFIXWISE_URL || DEFAULT_URL);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    return fail(`an http or https URL is expected, not ${JSON.stringify(text)}`);
  }
  return ok({ url: text.replace(/\/+$/, ''), key: PREFIXWISE_KEY || null });
}

/** A 2xx answer. It is another program's text: both forms are safe to print. */
export interface Answer {
  readonly text: string;
  /** The JSON value with every text in it made safe; null when it is no JSON. */
  readonly json: unknown;
}

/** Calls the service. */
export async function call({ url, key }: Target, request: Call): Promise<Result<Answer, CallFailure>> {
  const { method, path, contentType, body } = request;
  const headers = new Headers({ accept: 'application/json, application/problem+json' });
  if (contentType !== undefined) headers.set('content-type', contentType);
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  const streamed = body !== undefined && typeof body !== 'string';
  let response: Response;
  let text: string;
  try {
    response = await fetch(url + path, {
      method,
      headers,
      body: body ?? null,
      redirect: 'error',
      ...(streamed ? { duplex: 'half' } : { signal: AbortSignal.timeout(TIMEOUT_MS) }),
    });
    text = await response.text();
  } catch (error) {
    const broken = brokenInput(error);
    if (broken !== null) return fail({ exit: EXIT.noInput, detail: broken.message });
    return fail({
      exit: EXIT.unavailable,
      detail: `${url} cannot be reached: ${printable(reasonOf(error))}`,
    });
  }
  const json = parseSafely(text);
  if (response.ok) return ok({ text: printableJson(text), json });
  return fail(failureOf(json, response.status, key !== null));
}

/** What a refusal means for whoever typed the command. */
function failureOf(json: unknown, status: number, hasKey: boolean): CallFailure {
  const detail = detailOf(json, status);
  if (status === 401) {
    const taken = 'the service does not take the key in PREFIXWISE_KEY: it may be mistyped, or have ended';
    const why = hasKey ? taken : 'the service asks for a key: put yours into PREFIXWISE_KEY';
    return { exit: EXIT.noPermission, detail: why };
  }
  if (status === 403) {
    const scope = /the scope (\w+)$/.exec(detail)?.[1];
    const why =
      scope === undefined
        ? detail
        : `the key in PREFIXWISE_KEY may not do this: it has not the scope ${scope}`;
    return { exit: EXIT.noPermission, detail: why };
  }
  return { exit: status >= 500 || status === 429 ? EXIT.unavailable : EXIT.refused, detail };
}

/** The sentence of a problem; of anything else its status. */
function detailOf(json: unknown, status: number): string {
  return typeof json === 'object' && json !== null && 'detail' in json
    ? String(json.detail)
    : `the answer was ${status}`;
}

function parseSafely(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text, (_key, item: unknown) =>
      typeof item === 'string' ? printable(item) : item,
    );
    return value;
  } catch {
    return null;
  }
}

/** The body's own failure, which fetch reports as one of the connection. */
function brokenInput(error: unknown): BrokenInput | null {
  if (error instanceof BrokenInput) return error;
  return error instanceof Error && error.cause !== undefined ? brokenInput(error.cause) : null;
}

/** What lies below fetch's own "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join(', ');
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
