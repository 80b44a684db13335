/**
 * The OpenAPI 3.1 document, generated from the schemas that the routes use.
 */
import * as z from 'zod/mini';
import { operatorEntrySchema } from '../../allocation/operator-entry.ts';
import type { Scope } from '../../keys/key.ts';
import { MAX_BATCH_VERDICTS, MAX_BULK_ADDRESSES } from '../limits.ts';
import { type FailureKind, PROBLEM_TYPES } from '../problem.ts';
import { addressSchema } from '../wire/address-schema.ts';
import { admissionRequestSchema } from '../wire/admission.ts';
import { keyRequestSchema, revocationRequestSchema, rotationRequestSchema } from '../wire/key.ts';
import { listEntryRequestSchema, reasonSchema } from '../wire/list-entry.ts';
import { verdictSchema } from '../wire/verdict.ts';
import { admissionSchema } from './admission-answers.ts';
import { ADMISSION_OPERATIONS } from './admission-operations.ts';
import { entriesSchema, entrySchema } from './allocation-answers.ts';
import { ALLOCATION_OPERATIONS } from './allocation-operations.ts';
import {
  accountSchema,
  bulkAnswerSchema,
  childrenSchema,
  historySchema,
  lookupAnswerSchema,
  networkSchema,
  problemSchema,
  problemTypeSchema,
  statusSchema,
} from './answers.ts';
import { auditSchema } from './audit-answers.ts';
import { AUDIT_OPERATIONS } from './audit-operations.ts';
import { FEEDBACK_OPERATIONS } from './feedback-operations.ts';
import { issuedKeySchema, keysSchema, revokedKeySchema, weighedKeySchema } from './key-answers.ts';
import { KEY_OPERATIONS } from './key-operations.ts';
import { listEntriesSchema, listEntrySchema } from './list-answers.ts';
import { LIST_OPERATIONS } from './list-operations.ts';
import { OPERATIONS } from './operations.ts';
import type { Operation } from './parts.ts';
import { reputonsSchema } from './repute-answers.ts';
import { REPUTE_OPERATIONS } from './repute-operations.ts';

/** What any operation may answer with, */
const ANYWHERE: readonly FailureKind[] = ['bad-request', 'request-timeout', 'headers-too-large', 'internal'];
/** and any that asks for a key. */
const AT_THE_DOOR: readonly FailureKind[] = ['unauthorized', 'insufficient-scope', 'rate-limited'];

/** The scope that the operations of a tag ask for. */
const SCOPE_OF_TAG: Readonly<Record<string, Scope>> = {
  lookup: 'lookup',
  verdicts: 'report',
  administration: 'admin',
};

/** The schemas of requests: what is read from a client. */
const REQUESTS = {
  Verdict: verdictSchema,
  VerdictsRequest: z.union([
    verdictSchema,
    z.object({ verdicts: z.array(verdictSchema).check(z.maxLength(MAX_BATCH_VERDICTS)) }),
  ]),
  LookupRequest: z.object({ addresses: z.array(addressSchema).check(z.maxLength(MAX_BULK_ADDRESSES)) }),
  AdmissionRequest: admissionRequestSchema,
  AllocationEntryRequest: operatorEntrySchema,
  ListEntryRequest: listEntryRequestSchema,
  Reason: reasonSchema,
  KeyRequest: keyRequestSchema,
  KeyRotation: rotationRequestSchema,
  KeyRevocation: revocationRequestSchema,
} as const;

const ANSWERS = {
  LookupAnswer: lookupAnswerSchema,
  LookupAnswers: bulkAnswerSchema,
  Admission: admissionSchema,
  Network: networkSchema,
  History: historySchema,
  Children: childrenSchema,
  Reputons: reputonsSchema,
  VerdictsAccount: accountSchema,
  AllocationEntry: entrySchema,
  AllocationEntries: entriesSchema,
  ListEntry: listEntrySchema,
  ListEntries: listEntriesSchema,
  Key: weighedKeySchema,
  Keys: keysSchema,
  IssuedKey: issuedKeySchema,
  RevokedKey: revokedKeySchema,
  Audit: auditSchema,
  Problem: problemSchema,
  ProblemType: problemTypeSchema,
  Status: statusSchema,
} as const;

/** Builds the document; `serverUrl` is the service's own address, null for "wherever this was read". */
export function openApiDocument(version: string, serverUrl: string | null): Record<string, unknown> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Prefixwise',
      version,
      summary: 'E-mail reputation by the prefix a customer really holds.',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl ?? '/' }],
    tags: [
      { name: 'lookup', description: 'What is known of an address.' },
      { name: 'verdicts', description: 'What mail from an address was.' },
      { name: 'administration', description: 'What the operator says.' },
      { name: 'service', description: 'The service itself.' },
    ],
    paths: paths(),
    components: {
      schemas: { ...schemasOf(REQUESTS, 'input'), ...schemasOf(ANSWERS, 'output') },
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: KEY_DESCRIPTION } },
    },
  };
}

const KEY_DESCRIPTION =
  'A key, as in `Authorization: Bearer pw_...`; each operation names the scope it asks for: `lookup`, `report` or `admin`. ' +
  'A service on loopback that never had a key asks for none. Answers carry what the key has left in RateLimit headers.';

const DESCRIPTION = `Addresses are folded to the prefix that one end site holds, and evidence is kept under that subject.

Errors are problem details (RFC 9457). Their \`type\` is stable:

| type | status | title |
|---|---|---|
${Object.entries(PROBLEM_TYPES)
  .map(([kind, { status, title }]) => `| \`/problems/${kind}\` | ${status} | ${title} |`)
  .join('\n')}
`;

function paths(): Record<string, unknown> {
  const documented: Record<string, Record<string, unknown>> = {};
  const all = {
    ...OPERATIONS,
    ...REPUTE_OPERATIONS,
    ...ADMISSION_OPERATIONS,
    ...FEEDBACK_OPERATIONS,
    ...ALLOCATION_OPERATIONS,
    ...LIST_OPERATIONS,
    ...KEY_OPERATIONS,
    ...AUDIT_OPERATIONS,
  };
  for (const [path, operations] of Object.entries(all)) {
    documented[path] = Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [method, documentedOperation(operation)]),
    );
  }
  return documented;
}

function documentedOperation(described: Operation): Record<string, unknown> {
  const {
    failures,
    responses,
    scope = SCOPE_OF_TAG[described.tags[0] ?? ''] ?? null,
    ...operation
  } = described;
  const byStatus = new Map<number, FailureKind[]>();
  for (const kind of new Set([...failures, ...(scope === null ? [] : AT_THE_DOOR), ...ANYWHERE])) {
    const { status } = PROBLEM_TYPES[kind];
    byStatus.set(status, [...(byStatus.get(status) ?? []), kind]);
  }
  const problems = Object.fromEntries([...byStatus].map(([status, kinds]) => [status, problemAnswer(kinds)]));
  const security = scope === null ? [] : [{ key: [scope] }];
  return { ...operation, security, responses: { ...responses, ...problems } };
}

function problemAnswer(kinds: readonly FailureKind[]): Record<string, unknown> {
  const description = kinds.map((kind) => `${PROBLEM_TYPES[kind].title}: \`/problems/${kind}\``).join('; ');
  const retry = kinds.some((kind) => kind === 'unavailable' || kind === 'rate-limited')
    ? { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } } }
    : undefined;
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return retry === undefined ? { description, content } : { description, headers: retry, content };
}

/** Component schemas; one that stands inside another becomes a reference to it. */
function schemasOf(
  schemas: Readonly<Record<string, z.ZodMiniType>>,
  io: 'input' | 'output',
): Record<string, unknown> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const generated = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    // Fields may be added to answers: a client built from this document must not refuse them.
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties;
    },
  });
  return Object.fromEntries(
    Object.entries(generated.schemas).map(([id, { $id: _, $schema: __, ...schema }]) => [id, schema]),
  );
}
