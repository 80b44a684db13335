/**
 * The operations on keys, for the OpenAPI document.
 */
import { MAX_KEY_BODY } from '../limits.ts';
import type { FailureKind } from '../problem.ts';
import { answer, body, type Operation, PART, parameter } from './parts.ts';

export const KEY_EXAMPLE = {
  id: '5f1d0c9ab2e34786',
  label: 'mx1 feedback',
  scopes: ['lookup', 'report'],
  trusted: false,
  trustedHosts: ['mx1.example.net'],
  created: '2026-11-21T19:00:00Z',
  rotated: '2026-11-21T19:00:00Z',
  formerUntil: null,
  expires: '2027-11-21T19:00:00Z',
  revoked: null,
} as const;
const WEIGHED_EXAMPLE = { ...KEY_EXAMPLE, standing: { agreed: 41.5, contradicted: 1, weight: 1.2 } };
/** No key of anybody's: its secret is not random. */
const TOKEN_EXAMPLE = `pw_${KEY_EXAMPLE.id}_${'example-'.repeat(5)}abc`;

const ID = parameter(
  'path',
  'id',
  { type: 'string', pattern: '^[0-9a-f]{16}$', examples: [KEY_EXAMPLE.id] },
  'The id of a key.',
);
const BODY_FAILURES: readonly FailureKind[] = ['bad-body', 'bad-json', 'too-large', 'unsupported-media-type'];
const ACT_FAILURES: readonly FailureKind[] = [...BODY_FAILURES, 'foreign-host', 'unavailable'];

export const KEY_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/keys': {
    get: {
      operationId: 'keys',
      tags: ['administration'],
      summary: 'The keys, oldest first',
      description: 'All that were ever made, ended ones included; never what would let anybody in.',
      parameters: PART,
      responses: { 200: answer('A part of the keys', 'Keys', { keys: [WEIGHED_EXAMPLE], next: null }) },
      failures: ['bad-parameter', 'foreign-host', 'unavailable'],
    },
    post: {
      operationId: 'createKey',
      tags: ['administration'],
      summary: 'Make a key',
      description:
        'The answer has the token, which is never shown again. The key holds in this process at once and in every other within ' +
        `five seconds. The first key of a service on loopback closes it to callers without one. At most ${MAX_KEY_BODY} bytes.`,
      requestBody: body({
        'application/json': {
          schema: 'KeyRequest',
          example: {
            label: KEY_EXAMPLE.label,
            scopes: KEY_EXAMPLE.scopes,
            trustedHosts: KEY_EXAMPLE.trustedHosts,
            expires: KEY_EXAMPLE.expires,
            reason: 'ticket 42',
          },
        },
      }),
      responses: { 201: answer('The key', 'IssuedKey', { ...KEY_EXAMPLE, token: TOKEN_EXAMPLE }) },
      failures: ACT_FAILURES,
    },
  },
  '/v1/keys/{id}': {
    get: {
      operationId: 'key',
      tags: ['administration'],
      summary: 'A key',
      parameters: [ID],
      responses: { 200: answer('The key', 'Key', WEIGHED_EXAMPLE) },
      failures: ['foreign-host', 'not-found', 'unavailable'],
    },
    delete: {
      operationId: 'revokeKey',
      tags: ['administration'],
      summary: 'End a key for good',
      description:
        'With `since`, for a stolen key, everything it reported from then on is taken back. It ends in this process at once ' +
        'and in every other within five seconds; what another one still took in meanwhile, asking again takes back, too. The body may be left out.',
      parameters: [ID],
      requestBody: {
        ...body({
          'application/json': {
            schema: 'KeyRevocation',
            example: { since: '2026-11-20T00:00:00Z', reason: 'ticket 42: stolen' },
          },
        }),
        required: false,
      },
      responses: {
        200: answer('The key as it is now', 'RevokedKey', {
          ...KEY_EXAMPLE,
          revoked: '2026-11-22T08:00:00Z',
          retracted: 211,
        }),
      },
      failures: [...ACT_FAILURES, 'not-found'],
    },
  },
  '/v1/keys/{id}/rotate': {
    post: {
      operationId: 'rotateKey',
      tags: ['administration'],
      summary: 'Give a key a new secret',
      description:
        'Everything else of it stays, and so does the reporter of its verdicts. The secret before is good as long as asked for, ' +
        'so that clients can be changed over one by one. The body may be left out.',
      parameters: [ID],
      requestBody: {
        ...body({
          'application/json': { schema: 'KeyRotation', example: { graceSeconds: 86_400, reason: 'yearly' } },
        }),
        required: false,
      },
      responses: {
        200: answer('The key with its new token', 'IssuedKey', {
          ...KEY_EXAMPLE,
          rotated: '2026-11-22T08:00:00Z',
          formerUntil: '2026-11-23T08:00:00Z',
          token: TOKEN_EXAMPLE,
        }),
      },
      failures: [...ACT_FAILURES, 'key-ended', 'not-found'],
    },
  },
};
