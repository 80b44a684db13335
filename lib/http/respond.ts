/**
 * The responses of the API. Headers are written as one plain object a response: `@hono/node-server` passes such an object
 * straight to the socket, where every middleware that touches headers would cost a `Headers` object on the hot path.
 */
import { randomUUID } from 'node:crypto';
import { CHALLENGE, type Failure, PROBLEM_TYPES, problemOf } from './problem.ts';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** An API answer is data: no page may frame it, run it or guess its type. */
const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** A JSON answer; `text` is the serialised body. */
export function jsonResponse(
  text: string,
  cacheControl = 'no-store',
  status = 200,
  more?: Readonly<Record<string, string>>,
): Response {
  const headers = jsonHeaders(cacheControl);
  return new Response(text, { status, headers: more === undefined ? headers : { ...headers, ...more } });
}

/** The headers of a JSON answer, a fresh object. */
function jsonHeaders(cacheControl: string): Record<string, string> {
  return {
    'content-type': JSON_TYPE,
    'cache-control': cacheControl,
    'x-content-type-options': 'nosniff',
    'content-security-policy': API_POLICY,
    'x-request-id': randomUUID(),
  };
}

/** The same, names and values in turn: Node writes such a list without looking for every name in an object. */
export function jsonHeaderList(cacheControl: string): string[] {
  return [
    'content-type',
    JSON_TYPE,
    'cache-control',
    cacheControl,
    'x-content-type-options',
    'nosniff',
    'content-security-policy',
    API_POLICY,
    'x-request-id',
    randomUUID(),
  ];
}

/** A plain text answer of a type of its own. */
export function textResponse(
  text: string,
  type: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  return new Response(text, {
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': API_POLICY,
      'x-request-id': randomUUID(),
      ...more,
    },
  });
}

/** A file for a browser, under a content security policy of its own. */
export function fileResponse(
  content: string | Uint8Array<ArrayBuffer>,
  type: string,
  contentPolicy: string,
  cacheControl: string,
): Response {
  return new Response(content, {
    headers: {
      'content-type': type,
      'cache-control': cacheControl,
      'x-content-type-options': 'nosniff',
      'content-security-policy': contentPolicy,
      'referrer-policy': 'no-referrer',
      'x-request-id': randomUUID(),
    },
  });
}

/** An answer without a body. */
export function emptyResponse(headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 204, headers: { 'x-request-id': randomUUID(), ...headers } });
}

/** A failure as `application/problem+json`; `instance` and `X-Request-Id` carry the same id. */
export function problemResponse(
  failure: Failure,
  more: Readonly<Record<string, string>> = {},
  requestId: string = randomUUID(),
): Response {
  const { status, headers, text } = problemParts(failure, more, requestId);
  return new Response(text, { status, headers });
}

/** What such a response consists of. */
export function problemParts(
  failure: Failure,
  more: Readonly<Record<string, string>> = {},
  requestId: string = randomUUID(),
): { readonly status: number; readonly headers: Record<string, string>; readonly text: string } {
  return {
    status: PROBLEM_TYPES[failure.kind].status,
    headers: {
      'content-type': PROBLEM_TYPE,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': API_POLICY,
      'x-request-id': requestId,
      ...more,
    },
    text: JSON.stringify(problemOf(failure, requestId)),
  };
}

/**
 * The answer to a request without a key that is taken. It is the same whatever is wrong with the key: more would tell whether
 * a guess was warm.
 */
export function unauthorized(detail = 'Authorization: a key in force is expected, as Bearer'): Response {
  return problemResponse({ kind: 'unauthorized', detail }, CHALLENGE);
}

/** The answer when a key ended while its verdicts came in; a retry under another key is another reporter's word. */
export function keyEnded(): Response {
  return unauthorized(
    'Authorization: the key ended while the request was under way; a part may have been taken',
  );
}
