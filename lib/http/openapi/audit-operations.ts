/**
 * The operations on the audit record, and the one that forgets a subject, for the OpenAPI document.
 */
import { answer, body, noContent, type Operation, PART, parameter } from './parts.ts';

const ACT_EXAMPLE = {
  at: '2026-11-21T19:00:00Z',
  actor: 'local',
  act: 'reputation.forget',
  target: '2001:db8:0:25::/64',
  reason: 'ticket 42: a new owner',
  detail: null,
} as const;

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
          { type: 'string', maxLength: 60, examples: ['2001:db8:0:25::%2F64'] },
          'The subject in CIDR text, its slash as %2F.',
        ),
      ],
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
    },
  },
};
