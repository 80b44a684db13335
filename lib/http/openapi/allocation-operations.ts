/**
 * The operations on operator entries, for the OpenAPI document.
 */
import { DEFAULT_ENTRIES, MAX_ENTRIES, MAX_ENTRY_BODY } from '../limits.ts';
import type { FailureKind } from '../problem.ts';
import { answer, body, noContent, type Operation, parameter } from './parts.ts';

export const ENTRY_EXAMPLE = {
  endSiteLength: 56,
  endSites: 1,
  note: 'DHCPv6-PD pool, from the provider by phone',
} as const;

export const STORED_ENTRY_EXAMPLE = {
  prefix: '2001:db8::/32',
  endSiteLength: 56,
  endSites: 1,
  mechanism: 'native',
  note: 'DHCPv6-PD pool, from the provider by phone',
  date: '2026-11-21T19:00:00Z',
} as const;

const PREFIX = parameter(
  'path',
  'prefix',
  { type: 'string', maxLength: 60, examples: ['2001:db8::%2F32'] },
  'The block in CIDR text, its slash as %2F, no bits set beyond its length. IPv4-mapped blocks are their IPv4 block.',
);
const FAILURES: readonly FailureKind[] = ['bad-parameter', 'foreign-host', 'unavailable'];

export const ALLOCATION_OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/v1/allocations': {
    get: {
      operationId: 'allocations',
      tags: ['administration'],
      summary: 'What the operator says about blocks',
      description: 'In address order, IPv4 first. Published allocations are not listed.',
      parameters: [
        parameter(
          'query',
          'after',
          { type: 'string', maxLength: 60 },
          'A block: entries after it are listed. Send the `next` of the part before.',
        ),
        parameter(
          'query',
          'limit',
          { type: 'integer', minimum: 1, maximum: MAX_ENTRIES, default: DEFAULT_ENTRIES },
          'How many entries at most.',
        ),
      ],
      responses: {
        200: answer('A part of the entries', 'AllocationEntries', {
          allocations: [STORED_ENTRY_EXAMPLE],
          next: null,
        }),
      },
      failures: FAILURES,
    },
  },
  '/v1/allocations/{prefix}': {
    get: {
      operationId: 'allocation',
      tags: ['administration'],
      summary: 'The entry for exactly this block',
      parameters: [PREFIX],
      responses: { 200: answer('The entry', 'AllocationEntry', STORED_ENTRY_EXAMPLE) },
      failures: [...FAILURES, 'not-found'],
    },
    put: {
      operationId: 'putAllocation',
      tags: ['administration'],
      summary: 'Say how a block is cut into end sites',
      description:
        'Goes before everything published, and makes special-purpose space (private, ULA, 100.64.0.0/10) rateable. It ' +
        'holds in this process at once and in every other within five seconds; a longer block goes before a wider one. ' +
        `Verdicts are not moved: they keep counting for the prefixes around and inside. At most ${MAX_ENTRY_BODY} bytes.`,
      parameters: [PREFIX],
      requestBody: body({ 'application/json': { schema: 'AllocationEntryRequest', example: ENTRY_EXAMPLE } }),
      responses: {
        200: answer('The entry, in place of the one before', 'AllocationEntry', STORED_ENTRY_EXAMPLE),
        201: answer('The entry; the block had none', 'AllocationEntry', STORED_ENTRY_EXAMPLE),
      },
      failures: [...FAILURES, 'bad-body', 'bad-json', 'bad-request', 'too-large', 'unsupported-media-type'],
    },
    delete: {
      operationId: 'deleteAllocation',
      tags: ['administration'],
      summary: 'Take the entry for exactly this block back',
      parameters: [PREFIX],
      responses: { 204: noContent('Gone; what is published holds again, or the default') },
      failures: [...FAILURES, 'not-found'],
    },
  },
};
