/**
 * The operation that takes reports of feedback loops, for the OpenAPI document.
 */
import { MAX_REPORT_BYTES } from '../../feedback/limits.ts';
import { ARF_EXAMPLE, DMARC_EXAMPLE, XARF_EXAMPLE } from './feedback-examples.ts';
import { answer, type Operation } from './parts.ts';

const TEXT = { schema: { type: 'string' } } as const;
const BYTES = { schema: {} } as const;

export const FEEDBACK_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/feedback': {
    post: {
      operationId: 'feedback',
      tags: ['verdicts'],
      summary: 'Report with what a feedback loop sent',
      description:
        'An ARF message (RFC 5965), XARF v4, or a DMARC aggregate report (RFC 7489, RFC 9990), also packed or mailed; at most ' +
        `${MAX_REPORT_BYTES} bytes. The answer is that of /v1/verdicts; \`index\` is the number of a DMARC record, 0 in the ` +
        'other formats. The same report sent again changes nothing. What names no address for sure is refused, never guessed.',
      requestBody: {
        required: true,
        content: {
          'message/rfc822': { ...TEXT, example: ARF_EXAMPLE },
          'multipart/report': TEXT,
          'application/json': { schema: { type: 'object' }, example: XARF_EXAMPLE },
          'application/xml': { ...TEXT, example: DMARC_EXAMPLE },
          'application/gzip': BYTES,
          'application/zip': BYTES,
        },
      },
      responses: {
        200: answer('The account', 'VerdictsAccount', { accepted: 1, duplicates: 0, rejected: [] }),
      },
      failures: [
        'bad-request',
        'foreign-host',
        'incomplete-report',
        'malformed-report',
        'nothing-to-count',
        'too-large',
        'unsupported-media-type',
        'unavailable',
      ],
    },
  },
};
