/**
 * Keys on the wire: what an administrator asks for, with its faults by field, and a key as JSON, never with its hash.
 */
import * as z from 'zod/mini';
import type { WeighedKey } from '../../keys/credence.ts';
import { checkKeySpec, type Key, type KeyFault, type KeySpec, SCOPES } from '../../keys/key.ts';
import { faultsOf, MAX_REASON } from '../../lists/list-entry.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Failure } from '../problem.ts';
import { formatTime, parseTime } from './time.ts';

/** The longest time a former secret may go on: as long as a verdict can be taken back. */
export const MAX_GRACE_SECONDS = 30 * 24 * 3600;

const reason = z
  .optional(z.string('a text is expected'))
  .check(z.meta({ description: 'Why; goes into the audit record.', maxLength: MAX_REASON }));

export const keyRequestSchema = z.object(
  {
    label: z
      .string('a text is expected')
      .check(z.meta({ description: 'Whose it is, for people.', minLength: 1, maxLength: 100 })),
    scopes: z
      .array(z.enum(SCOPES, `${SCOPES.join(', ')} are expected`), 'a list is expected')
      .check(z.meta({ description: 'What it may do.', minItems: 1 })),
    trusted: z.optional(z.boolean('true or false is expected')).check(
      z.meta({
        description:
          "Whether its verdicts are the operator's own word, which no cap weakens. Default: false.",
      }),
    ),
    trustedHosts: z.optional(z.array(z.string('a text is expected'), 'a list is expected')).check(
      z.meta({
        description:
          "The reporter's own mail servers: names, `.domain` for all under one, addresses, prefixes. What they wrote into a " +
          'message is believed when a report names no source address.',
      }),
    ),
    expires: z
      .optional(z.nullable(z.string('an RFC 3339 time as text is expected')))
      .check(z.meta({ description: 'When it ends, RFC 3339 with zone. Default: never.' })),
    reason,
  },
  'a JSON object is expected',
);

export const rotationRequestSchema = z.object(
  {
    graceSeconds: z.optional(z.int('a whole number is expected')).check(
      z.meta({
        description: 'How long the secret before is still good. Default: 0.',
        minimum: 0,
        maximum: MAX_GRACE_SECONDS,
      }),
    ),
    reason,
  },
  'a JSON object is expected',
);

export const revocationRequestSchema = z.object(
  {
    since: z
      .optional(z.string('an RFC 3339 time as text is expected'))
      .check(z.meta({ description: 'Takes back everything the key reported since, RFC 3339 with zone.' })),
    reason,
  },
  'a JSON object is expected',
);

/** What is to be done, and why. */
interface Asked<T> {
  readonly value: T;
  readonly reason: string | null;
}

/** Parses the body of a POST at time `now` (epoch milliseconds). */
export function parseKeyRequest(body: unknown, now: number): Result<Asked<KeySpec>, Failure> {
  const parsed = parseWith(keyRequestSchema, body);
  if (!parsed.ok) return parsed;
  const { label, scopes, trusted = false, trustedHosts = [], expires } = parsed.value;
  const expiresAt = expires === undefined || expires === null ? ok(null) : parseTime(expires);
  if (!expiresAt.ok) return refuse([`expires: ${expiresAt.error}`]);
  const spec = checkKeySpec({ label, scopes, trusted, trustedHosts, expiresAt: expiresAt.value }, now);
  if (!spec.ok) return refuse(spec.error.map(describeKeyFault));
  return withReason(parsed.value.reason, spec.value);
}

/** Parses the body of a rotation to the milliseconds of grace; no body is no grace. */
export function parseRotation(body: unknown): Result<Asked<number>, Failure> {
  const parsed = parseWith(rotationRequestSchema, body);
  if (!parsed.ok) return parsed;
  const { graceSeconds = 0 } = parsed.value;
  if (graceSeconds < 0 || graceSeconds > MAX_GRACE_SECONDS) {
    return refuse([`graceSeconds: a whole number from 0 to ${MAX_GRACE_SECONDS} is expected`]);
  }
  return withReason(parsed.value.reason, graceSeconds * 1000);
}

/** Parses the body of a revocation to the time (epoch milliseconds) since when reports go, too; null for none. */
export function parseRevocation(body: unknown): Result<Asked<number | null>, Failure> {
  const parsed = parseWith(revocationRequestSchema, body);
  if (!parsed.ok) return parsed;
  const since = parsed.value.since === undefined ? ok(null) : parseTime(parsed.value.since);
  return since.ok ? withReason(parsed.value.reason, since.value) : refuse([`since: ${since.error}`]);
}

/** A fault of a spec, under the name its field has on the wire. */
export function describeKeyFault({ field, detail }: KeyFault): string {
  return `${field === 'expiresAt' ? 'expires' : field}: ${detail}`;
}

/** A key as JSON members. */
export function keyOnTheWire(key: Key) {
  const { id, label, scopes, trusted, trustedHosts, previous } = key;
  return {
    id,
    label,
    scopes,
    trusted,
    trustedHosts,
    created: formatTime(key.createdAt),
    rotated: formatTime(key.rotatedAt),
    formerUntil: timeOrNull(previous?.until ?? null),
    expires: timeOrNull(key.expiresAt),
    revoked: timeOrNull(key.revokedAt),
  };
}

/** A key as JSON members, with how far its reports agree with those of others. */
export function weighedKeyOnTheWire({ key, credence }: WeighedKey) {
  if (credence === null) return { ...keyOnTheWire(key), standing: null };
  const { agreed, contradicted, weight } = credence;
  return {
    ...keyOnTheWire(key),
    standing: { agreed: rounded(agreed), contradicted: rounded(contradicted), weight },
  };
}

/** To a tenth of a subject. */
function rounded(subjects: number): number {
  return Math.round(subjects * 10) / 10;
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : formatTime(at);
}

function parseWith<T extends z.ZodMiniType>(schema: T, body: unknown): Result<z.output<T>, Failure> {
  const parsed = z.safeParse(schema, body);
  if (parsed.success) return ok(parsed.data);
  return refuse(
    parsed.error.issues.map(({ path: [field = 'body'], message }) => `${String(field)}: ${message}`),
  );
}

function withReason<T>(text: string | undefined, value: T): Result<Asked<T>, Failure> {
  if (text === undefined) return ok({ value, reason: null });
  const faults = faultsOf({ reason: text, expires: null }, 0);
  if (faults.length === 0) return ok({ value, reason: text });
  return refuse(faults.map(({ field, detail }) => `${field}: ${detail}`));
}

function refuse(faults: readonly string[]): Result<never, Failure> {
  return fail({ kind: 'bad-body', detail: [...new Set(faults)].join('; ') });
}
