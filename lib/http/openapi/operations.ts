/**
 * The operations of the OpenAPI document, route by route.
 */
import {
  DEFAULT_CHILDREN,
  MAX_BATCH_VERDICTS,
  MAX_BULK_ADDRESSES,
  MAX_CHILDREN,
  MAX_HISTORY_DAYS,
  MAX_ID,
  MAX_IDEMPOTENCY_KEY,
  MAX_LINE,
  MAX_LOOKUP_BODY,
  MAX_NAME,
  MAX_STREAM_BODY,
  MAX_VERDICTS_BODY,
} from '../limits.ts';
import type { FailureKind } from '../problem.ts';
import {
  ACCOUNT_EXAMPLE,
  BULK_EXAMPLE,
  CHILDREN_EXAMPLE,
  HISTORY_EXAMPLE,
  LOOKUP_EXAMPLE,
  PROBLEM_TYPE_EXAMPLE,
  VERDICT_EXAMPLE,
} from './examples.ts';
import { answer, body, noContent, type Operation, parameter, textAnswer } from './parts.ts';

const ADDRESS = parameter(
  'path',
  'address',
  { type: 'string', maxLength: 45, examples: ['2001:db8::25', '192.0.2.25'] },
  'An IPv4 or IPv6 address in any legal spelling; colons may be percent-encoded. No zone, brackets, port or prefix length.',
);
const fact = (name: string, what: string) =>
  parameter('query', name, { type: 'string', enum: ['pass', 'fail', 'none'] }, what);
const name = (field: string, what: string) =>
  parameter('query', field, { type: 'string', minLength: 1, maxLength: MAX_NAME }, what);

const ASK: readonly FailureKind[] = ['bad-address', 'bad-parameter'];

/** Paths in the document's own spelling, each with its methods. */
export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/lookup/{address}': {
    get: {
      operationId: 'lookup',
      tags: ['lookup'],
      summary: 'What is known of an address, and what to do with it',
      description:
        'Never fails because of the store: past its time budget the answer is `degraded` and open. ' +
        'Cache-Control carries the time until `expires`; a degraded answer is not to be cached by HTTP caches. With `account` ' +
        'or `org` the account is judged beside the prefix, and whichever has the worse to say decides (`policy.decidedBy`); such ' +
        'an answer expires at once, so that a cache by prefix never gives it to another account.',
      parameters: [
        ADDRESS,
        fact('fcrdns', 'Whether the reverse name of the client resolves back to it.'),
        fact('spf', 'SPF result (RFC 7208); softfail, neutral and errors count as none.'),
        fact('dkim', 'DKIM result (RFC 6376), when known.'),
        name('account', 'The authenticated SMTP user, as in verdicts. Only a keyed hash of it is stored.'),
        name('org', "The account's parent. The account is known inside it: name the same pair in verdicts."),
      ],
      responses: { 200: answer('The answer', 'LookupAnswer', LOOKUP_EXAMPLE) },
      failures: ASK,
    },
  },
  '/v1/lookup': {
    post: {
      operationId: 'lookupMany',
      tags: ['lookup'],
      summary: `Up to ${MAX_BULK_ADDRESSES} lookups at once`,
      description: `At most ${MAX_BULK_ADDRESSES} addresses and ${MAX_LOOKUP_BODY} bytes; more are refused with 413.`,
      requestBody: body({
        'application/json': {
          schema: 'LookupRequest',
          example: { addresses: ['2001:db8::25', '192.0.2.25'] },
        },
      }),
      responses: { 200: answer('The answers', 'LookupAnswers', BULK_EXAMPLE) },
      failures: ['bad-body', 'bad-json', 'too-large', 'unsupported-media-type'],
    },
  },
  '/v1/network/{address}': {
    get: {
      operationId: 'network',
      tags: ['lookup'],
      summary: 'What an address is, and which prefix its end site holds',
      description: 'Touches no evidence.',
      parameters: [ADDRESS],
      responses: { 200: answer('The network', 'Network', LOOKUP_EXAMPLE.network) },
      failures: ['bad-address'],
    },
  },
  '/v1/history/{address}': {
    get: {
      operationId: 'history',
      tags: ['lookup'],
      summary: 'What was reported about the subject of an address, day by day',
      parameters: [
        ADDRESS,
        parameter(
          'query',
          'days',
          { type: 'integer', minimum: 1, maximum: MAX_HISTORY_DAYS, default: MAX_HISTORY_DAYS },
          'How many days, today included.',
        ),
      ],
      responses: { 200: answer('The days', 'History', HISTORY_EXAMPLE) },
      failures: [...ASK, 'unavailable'],
    },
  },
  '/v1/children/{prefix}': {
    get: {
      operationId: 'children',
      tags: ['lookup'],
      summary: 'What is known inside a block, sub-prefix by sub-prefix',
      description:
        'Only sub-prefixes of which something is known, of one length at a time: evidence is kept at the lengths of the ' +
        'ladder (IPv4 16, 24, 32; IPv6 32, 36, 40, 48, 56, 64) and of published end sites.',
      parameters: [
        parameter(
          'path',
          'prefix',
          { type: 'string', examples: ['2001:db8::%2F32'] },
          'A prefix in CIDR text, its slash as %2F.',
        ),
        parameter(
          'query',
          'length',
          { type: 'integer', minimum: 1, maximum: 128 },
          "Length of the children, longer than the block's own. Default: the next one of the ladder.",
        ),
        parameter(
          'query',
          'after',
          { type: 'string', maxLength: 100 },
          'The `next` of the part before; left out for the first.',
        ),
        parameter(
          'query',
          'limit',
          { type: 'integer', minimum: 1, maximum: MAX_CHILDREN, default: DEFAULT_CHILDREN },
          'How many children at most.',
        ),
      ],
      responses: { 200: answer('A part of the children', 'Children', CHILDREN_EXAMPLE) },
      failures: ['bad-parameter', 'unavailable'],
    },
  },
  '/v1/verdicts': {
    post: {
      operationId: 'report',
      tags: ['verdicts'],
      summary: 'Report what mail from addresses was',
      description:
        `One verdict, a batch of up to ${MAX_BATCH_VERDICTS} (${MAX_VERDICTS_BODY} bytes), or NDJSON (${MAX_STREAM_BODY} bytes, ` +
        `${MAX_LINE} a line). The answer comes once everything taken is durable. One bad verdict never spoils the others: it is ` +
        'named in `rejected`, also when it was the only one. NDJSON is taken in chunks while it arrives, so after a 413 or 503 the ' +
        'verdicts before may have been taken; with ids, or an Idempotency-Key, sending everything again is harmless.',
      parameters: [
        parameter(
          'header',
          'Idempotency-Key',
          { type: 'string', minLength: 1, maxLength: MAX_IDEMPOTENCY_KEY },
          'Stands in for missing ids: the verdict at place n is known as KEY#n.',
        ),
      ],
      requestBody: body({
        'application/json': { schema: 'VerdictsRequest', example: { verdicts: [VERDICT_EXAMPLE] } },
        'application/x-ndjson': { schema: 'Verdict', example: VERDICT_EXAMPLE },
      }),
      responses: { 200: answer('The account', 'VerdictsAccount', ACCOUNT_EXAMPLE) },
      failures: [
        'bad-body',
        'bad-json',
        'bad-parameter',
        'bad-request',
        'foreign-host',
        'too-large',
        'unsupported-media-type',
        'unavailable',
      ],
    },
  },
  '/v1/verdicts/{id}': {
    delete: {
      operationId: 'retract',
      tags: ['verdicts'],
      summary: 'Take an own verdict back',
      parameters: [
        parameter(
          'path',
          'id',
          { type: 'string', minLength: 1, maxLength: MAX_ID, examples: [VERDICT_EXAMPLE.id] },
          "The verdict's id, percent-encoded.",
        ),
      ],
      responses: { 204: noContent('Taken back, with everything that followed from it') },
      failures: ['bad-parameter', 'foreign-host', 'not-found', 'unavailable'],
    },
  },
  '/healthz': {
    get: {
      operationId: 'healthz',
      tags: ['service'],
      summary: 'Whether the process answers',
      responses: { 200: answer('It does', 'Status', { status: 'ok' }) },
      failures: [],
    },
  },
  '/readyz': {
    get: {
      operationId: 'readyz',
      tags: ['service'],
      summary: 'Whether the store answers',
      responses: { 200: answer('It does', 'Status', { status: 'ready' }) },
      failures: ['unavailable'],
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      tags: ['service'],
      scope: 'lookup',
      summary: 'Metrics for Prometheus',
      description: 'Of the self-hosted service, in the text format of Prometheus 0.0.4.',
      responses: { 200: textAnswer('The metrics', 'prefixwise_lookups_total{kind="ipv6",class="good"} 41') },
      failures: ['not-found'],
    },
  },
  '/problems/{kind}': {
    get: {
      operationId: 'problemKind',
      tags: ['service'],
      summary: 'What the type of a problem means',
      parameters: [
        parameter('path', 'kind', { type: 'string', examples: ['bad-address'] }, 'Last part of the type.'),
      ],
      responses: { 200: answer('The meaning', 'ProblemType', PROBLEM_TYPE_EXAMPLE) },
      failures: ['not-found'],
    },
  },
  '/openapi.json': {
    get: {
      operationId: 'openapi',
      tags: ['service'],
      summary: 'This document',
      responses: { 200: answer('The document') },
      failures: [],
    },
  },
};
