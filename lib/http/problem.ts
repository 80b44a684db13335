/**
 * Failures as callers see them: problem details (RFC 9457). One table gives every kind its status and title; a new kind
 * does not compile until it has a row. Details are our own words: nothing of an exception ever reaches a caller.
 */

/** What can go wrong with a request, or with one item of a batch. */
export type FailureKind =
  | 'bad-address'
  | 'bad-parameter'
  | 'bad-json'
  | 'bad-body'
  | 'bad-request'
  | 'unauthorized'
  | 'insufficient-scope'
  | 'foreign-host'
  | 'not-found'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'key-ended'
  | 'too-large'
  | 'unsupported-media-type'
  | 'malformed-report'
  | 'incomplete-report'
  | 'nothing-to-count'
  | 'not-rateable'
  | 'too-old'
  | 'rate-limited'
  | 'headers-too-large'
  | 'internal'
  | 'unavailable';

export interface Failure {
  readonly kind: FailureKind;
  /** One sentence for this occurrence; where a field is at fault it starts with the field's name and a colon. */
  readonly detail: string;
}

export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What the caller can do about it. */
  readonly advice: string;
}

/** Every kind of problem; its `type` is `/problems/KIND`, stable across releases. */
export const PROBLEM_TYPES = {
  'bad-address': {
    status: 400,
    title: 'Not an IP address',
    advice:
      'Send any legal spelling of an IPv4 or IPv6 address, without zone, brackets, port or prefix length.',
  },
  'bad-parameter': {
    status: 400,
    title: 'Bad parameter',
    advice: 'The detail names the parameter and what it accepts.',
  },
  'bad-json': {
    status: 400,
    title: 'Broken JSON',
    advice: 'Send JSON (RFC 8259) in UTF-8; the detail says where reading stopped when that is known.',
  },
  'bad-body': {
    status: 400,
    title: 'The body is not what this route takes',
    advice: 'The detail names the field and what it accepts.',
  },
  'bad-request': { status: 400, title: 'Bad request', advice: 'The request is not well-formed HTTP.' },
  unauthorized: {
    status: 401,
    title: 'A key is needed',
    advice:
      'Send a key in force in the Authorization header, as in "Bearer pw_...". Which keys there are, and why one is not taken, is told to administrators only.',
  },
  'insufficient-scope': {
    status: 403,
    title: 'The key may not do this',
    advice: 'The detail names the scope that is missing. Ask the administrator for a key that has it.',
  },
  'foreign-host': {
    status: 403,
    title: 'Host not accepted',
    advice:
      'A service without keys takes changes under a loopback name only, so that a web page cannot reach it through a name of its own (DNS rebinding).',
  },
  'not-found': { status: 404, title: 'Not found', advice: 'The detail says what there is none of.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    advice: 'The Allow header names the methods.',
  },
  'request-timeout': { status: 408, title: 'Request timeout', advice: 'Send the whole request sooner.' },
  'key-ended': {
    status: 409,
    title: 'The key has ended',
    advice: 'A revoked or expired key gets no new secret. Make another key.',
  },
  'too-large': {
    status: 413,
    title: 'Too large',
    advice: 'The detail names the limit; send several requests.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    advice: 'The detail names what is accepted.',
  },
  'malformed-report': {
    status: 400,
    title: 'Malformed report',
    advice: 'The report is not what its media type says; the detail names what is at fault.',
  },
  'incomplete-report': {
    status: 422,
    title: 'Incomplete report',
    advice: 'The report was read, but something needed is missing; the detail says what. Nothing is guessed.',
  },
  'nothing-to-count': {
    status: 422,
    title: 'Nothing to count',
    advice: 'The report was read whole, and none of it says what mail from an address was.',
  },
  'not-rateable': {
    status: 422,
    title: 'Not rateable',
    advice: 'Nothing on the public Internet sends mail from such an address, so nothing is kept about it.',
  },
  'too-old': {
    status: 422,
    title: 'Too old',
    advice: 'Verdicts are taken for 30 days after the mail was seen.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    advice:
      'Nothing was done: send the same again after Retry-After seconds. The RateLimit headers of every answer say what is left.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Request header fields too large',
    advice: 'Send a shorter URL and fewer or shorter headers.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    advice: 'It is ours, not yours; `instance` names the line in our log.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    advice: 'Nothing was acknowledged: send the same again after Retry-After seconds.',
  },
} as const satisfies Record<FailureKind, ProblemType>;

/** Problem details as JSON members; `instance` is left out for items of a batch. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
}

export function problemOf({ kind, detail }: Failure, requestId?: string): Problem {
  const { status, title } = PROBLEM_TYPES[kind];
  const problem = { type: `/problems/${kind}`, title, status, detail };
  return requestId === undefined ? problem : { ...problem, instance: `urn:uuid:${requestId}` };
}

/** The challenge that an answer 401 carries (RFC 6750 section 3): the same whatever is wrong with the key. */
export const CHALLENGE = { 'www-authenticate': 'Bearer realm="prefixwise"' } as const;

export function isFailureKind(text: string): text is FailureKind {
  return Object.hasOwn(PROBLEM_TYPES, text);
}
