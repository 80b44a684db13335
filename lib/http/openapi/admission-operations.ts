/**
 * The operation that rules on events of SMTP sessions, for the OpenAPI document.
 */
import { MAX_ADMISSION_BODY } from '../limits.ts';
import { answer, body, type Operation } from './parts.ts';

export const ADMISSION_REQUEST_EXAMPLE = {
  address: '2001:db8:1:203::25',
  event: 'message',
  session: 'mx1.example.net/4242.7',
} as const;

export const ADMISSION_EXAMPLE = {
  address: '2001:db8:1:203::25',
  prefix: '2001:db8:1:200::/56',
  event: 'message',
  decision: 'defer',
  limit: { name: 'messagesPerMinute', value: 5 },
  remaining: 0,
  retryAfterSeconds: 12,
  class: 'unknown',
  action: 'throttle',
  reply: {
    code: 451,
    enhanced: '4.7.1',
    text: 'Limit reached, try again later: at most 5 messages a minute from 2001:db8:1:200::/56',
  },
  reason: 'nothing is known of this sender yet',
  degraded: false,
} as const;

export const ADMISSION_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/admission': {
    post: {
      operationId: 'admit',
      tags: ['lookup'],
      summary: 'Whether the class of service lets this happen now',
      description:
        'Keeps the limits of the class over all mail servers that ask: connections at the same time, messages and errors of ' +
        'a connection, recipients of a message, and messages and recipients a minute and an hour. A rate lets its limit in at ' +
        'once, and then one more every period / limit. A connection ends with `disconnect`, or by itself five minutes after ' +
        'its last event. What the policy defers or rejects anyway is answered so at once. Never fails because of the store: ' +
        'past the time budget of a lookup the event is allowed and the answer `degraded`. It changes counters only, no ' +
        `reputation, hence the scope of a lookup. At most ${MAX_ADMISSION_BODY} bytes.`,
      requestBody: body({
        'application/json': { schema: 'AdmissionRequest', example: ADMISSION_REQUEST_EXAMPLE },
      }),
      responses: { 200: answer('The ruling', 'Admission', ADMISSION_EXAMPLE) },
      failures: ['bad-address', 'bad-body', 'bad-json', 'too-large', 'unsupported-media-type'],
    },
  },
};
