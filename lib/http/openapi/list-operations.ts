/**
 * The operations on the allow and block lists, for the OpenAPI document.
 */
import { LISTS } from '../../lists/list-entry.ts';
import { MAX_ENTRY_BODY } from '../limits.ts';
import type { FailureKind } from '../problem.ts';
import { answer, body, noContent, type Operation, PART, parameter } from './parts.ts';

export const LIST_ENTRY_EXAMPLE = {
  list: 'block',
  prefix: '2001:db8:bad::/48',
  reason: 'ticket 42: sells lists of addresses',
  expires: '2026-12-21T19:00:00Z',
  author: 'local',
  at: '2026-11-21T19:00:00Z',
  source: null,
} as const;

const LIST = parameter('path', 'list', { type: 'string', enum: LISTS }, 'Which list.');
const PREFIX = parameter(
  'path',
  'prefix',
  { type: 'string', maxLength: 60, examples: ['2001:db8:bad::%2F48'] },
  'The block in CIDR text, its slash as %2F, no bits set beyond its length. IPv4-mapped blocks are their IPv4 block.',
);
const FAILURES: readonly FailureKind[] = ['bad-parameter', 'foreign-host', 'not-found', 'unavailable'];
const BODY_FAILURES: readonly FailureKind[] = [
  'bad-body',
  'bad-json',
  'bad-request',
  'too-large',
  'unsupported-media-type',
];

export const LIST_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/lists/{list}': {
    get: {
      operationId: 'listEntries',
      tags: ['administration'],
      summary: 'The entries of a list',
      description: 'In address order, IPv4 first, expired ones included.',
      parameters: [LIST, ...PART],
      responses: {
        200: answer('A part of the entries', 'ListEntries', { entries: [LIST_ENTRY_EXAMPLE], next: null }),
      },
      failures: FAILURES,
    },
  },
  '/v1/lists/{list}/{prefix}': {
    get: {
      operationId: 'listEntry',
      tags: ['administration'],
      summary: 'The entry for exactly this block',
      description: 'Where a block was entered by hand and imported, the entry that holds.',
      parameters: [LIST, PREFIX],
      responses: { 200: answer('The entry', 'ListEntry', LIST_ENTRY_EXAMPLE) },
      failures: FAILURES,
    },
    put: {
      operationId: 'putListEntry',
      tags: ['administration'],
      summary: 'Let a block in, or keep it out, whatever the evidence',
      description:
        'The longest entry that covers an address decides, an allow entry before a block entry of the same length; an entry ' +
        'for an IPv4 block also holds for the 6to4, Teredo, NAT64 and IPv4-mapped addresses of its hosts. It holds in this ' +
        `process at once and in every other within five seconds. At most ${MAX_ENTRY_BODY} bytes.`,
      parameters: [LIST, PREFIX],
      requestBody: body({
        'application/json': {
          schema: 'ListEntryRequest',
          example: { reason: LIST_ENTRY_EXAMPLE.reason, expires: LIST_ENTRY_EXAMPLE.expires },
        },
      }),
      responses: {
        200: answer('The entry, in place of the one before', 'ListEntry', LIST_ENTRY_EXAMPLE),
        201: answer('The entry; the block had none by hand', 'ListEntry', LIST_ENTRY_EXAMPLE),
      },
      failures: [...FAILURES, ...BODY_FAILURES],
    },
    delete: {
      operationId: 'deleteListEntry',
      tags: ['administration'],
      summary: 'Take a block off a list',
      description:
        'Removes the entry by hand and imported ones; an imported one comes back with the next import of its file. The body ' +
        'may be left out.',
      parameters: [LIST, PREFIX],
      requestBody: {
        ...body({ 'application/json': { schema: 'Reason', example: { reason: 'ticket 42 is settled' } } }),
        required: false,
      },
      responses: { 204: noContent('Gone') },
      failures: [...FAILURES, ...BODY_FAILURES],
    },
  },
};
