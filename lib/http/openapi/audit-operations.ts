/**
 * The operations on the audit record, and the one that forgets a subject, for the OpenAPI document.
 */
import { MAX_NAME } from '../limits.ts';
import { answer, body, noContent, type Operation, PART, parameter } from './parts.ts';

const ACT_EXAMPLE = {
  at: '2026-11-21T19:00:00Z',
  actor: 'local',
  act: 'reputation.forget',
  target: '2001:db8:1:200::/56',
  reason: 'ticket 42: a new owner',
  detail: null,
} as const;

const FORGETTING = {
  requestBody: body({
    'application/json': { schema: 'Reason', example: { reason: ACT_EXAMPLE.reason } },
  }),
  responses: { 204: noContent('Forgotten') },
  failures: [
    'bad-body',
    'bad-json',
    'bad-parameter',
    'bad-request',
    'foreign-host',
    'not-found',
    'too-large',
    'unsupported-media-type',
    'unavailable',
  ],
} as const;

const named = (example: string) => ({
  type: 'string',
  minLength: 1,
  maxLength: MAX_NAME,
  examples: [example],
});

export const AUDIT_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/audit': {
    get: {
      operationId: 'audit',
      tags: ['administration'],
      summary: 'Every administrative act, newest first',
      description: 'Written with the act and never changed.',
      parameters: PART,
      responses: { 200: answer('A part of the record', 'Audit', { audit: [ACT_EXAMPLE], next: null }) },
      failures: ['bad-parameter', 'foreign-host', 'unavailable'],
    },
  },
  '/v1/reputation/{prefix}': {
    delete: {
      operationId: 'forget',
      tags: ['administration'],
      summary: 'Forget a subject',
      description:
        'For delisting and erasure: takes back its evidence, what it added to wider prefixes, and who said what about it. ' +
        "A single address, or an end site's prefix, stands for the subject that its lookup names; a wider block is refused.",
      parameters: [
        parameter(
          'path',
          'prefix',
          { type: 'string', maxLength: 60, examples: ['2001:db8:1:200::%2F56'] },
          'The subject in CIDR text, its slash as %2F.',
        ),
      ],
      ...FORGETTING,
    },
  },
  '/v1/reputation': {
    delete: {
      operationId: 'forgetAccount',
      tags: ['administration'],
      summary: 'Forget an account',
      description:
        'As for a prefix: its evidence, what it added to its organisation, and who said what about it. The audit record names ' +
        'it by the hash it was kept under.',
      parameters: [
        { ...parameter('query', 'account', named('anna'), 'The account.'), required: true },
        parameter('query', 'org', named('acme'), 'Its organisation.'),
      ],
      ...FORGETTING,
    },
  },
};
