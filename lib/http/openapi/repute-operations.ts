/**
 * The operations of the repute protocol (RFC 7072), for the OpenAPI document.
 */
import { ASSERTIONS } from '../wire/reputon.ts';
import { answerAs, type Operation, parameter, textAnswer } from './parts.ts';

const REPUTONS_EXAMPLE = {
  application: 'email-id',
  reputons: [
    {
      rater: 'reputation.example',
      assertion: 'spam',
      rated: '2a01:4f8:c2c:123f::25',
      rating: 0.931,
      confidence: 0.83,
      'sample-size': 42,
      generated: 1_795_287_600,
      expires: 1_795_287_900,
      sources: 6,
      'email-id-identity': 'ipv6',
      'email-id-prefix': '2a01:4f8:c2c:123f::/64',
      'email-id-class': 'bad',
      'email-id-action': 'tempfail',
    },
  ],
} as const;

export const REPUTE_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/.well-known/repute-template': {
    get: {
      operationId: 'reputeTemplate',
      tags: ['lookup'],
      scope: null,
      summary: 'Where reputons are asked for (RFC 7072)',
      description: 'A URI template (RFC 6570), on a line of its own.',
      responses: {
        200: textAnswer(
          'The template',
          'https://reputation.example/repute/{application}/{subject}{?assertion,identity}\r\n',
        ),
      },
      failures: [],
    },
  },
  '/repute/{application}/{subject}': {
    get: {
      operationId: 'repute',
      tags: ['lookup'],
      summary: 'What is asserted of an address (RFC 7071, RFC 7073)',
      description:
        'One reputon for each assertion. Evidence is kept as unwanted and wanted mail: `spam` is rated by it, the other ' +
        'assertions have a `sample-size` of 0, which means no data.',
      parameters: [
        parameter(
          'path',
          'application',
          { type: 'string', enum: ['email-id'] },
          'What the reputation is for.',
        ),
        parameter('path', 'subject', { type: 'string', examples: ['2a01:4f8:c2c:123f::25'] }, 'An address.'),
        parameter(
          'query',
          'assertion',
          { type: 'string', enum: ASSERTIONS },
          'One of them; all when left out. In any case.',
        ),
        parameter(
          'query',
          'identity',
          { type: 'string', enum: ['ipv4', 'ipv6'], examples: ['ipv6'] },
          'What kind of subject it is.',
        ),
      ],
      responses: { 200: answerAs('application/reputon+json', 'The reputons', 'Reputons', REPUTONS_EXAMPLE) },
      failures: ['bad-address', 'bad-parameter', 'not-found'],
    },
  },
};
