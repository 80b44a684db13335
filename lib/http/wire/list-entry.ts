/**
 * List entries on the wire: the body of a PUT with its faults by field, and the entry as JSON text.
 */
import * as z from 'zod/mini';
import { faultsOf, type ListEntry, type ListName, MAX_REASON } from '../../lists/list-entry.ts';
import { formatPrefix, type Prefix } from '../../net/prefix.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Failure } from '../problem.ts';
import { formatTime, parseTime } from './time.ts';

/** Why an operator does something. */
export const reasonSchema = z.object(
  {
    reason: z
      .string('a text is expected')
      .check(
        z.meta({ description: 'Why; goes into the audit record.', minLength: 1, maxLength: MAX_REASON }),
      ),
  },
  'a JSON object is expected',
);

export const listEntryRequestSchema = z.object(
  {
    reason: z.string('a text is expected').check(
      z.meta({
        description: 'Why; part of the answer, and of the SMTP reply to whoever is refused.',
        minLength: 1,
        maxLength: MAX_REASON,
      }),
    ),
    expires: z.optional(
      z
        .nullable(z.string('an RFC 3339 time as text is expected'))
        .check(z.meta({ description: 'When the entry ends, RFC 3339 with zone. Default: never.' })),
    ),
  },
  'a JSON object is expected',
);

/** Parses the body of a PUT for a block at time `now` (epoch milliseconds). */
export function parseListEntry(
  list: ListName,
  prefix: Prefix,
  body: unknown,
  now: number,
): Result<Pick<ListEntry, 'list' | 'prefix' | 'reason' | 'expires'>, Failure> {
  const lasting = parseLasting(body, now);
  return lasting.ok ? ok({ list, prefix, ...lasting.value }) : lasting;
}

/** Parses why something is listed, and until when, at time `now` (epoch milliseconds). */
export function parseLasting(
  body: unknown,
  now: number,
): Result<Pick<ListEntry, 'reason' | 'expires'>, Failure> {
  const parsed = z.safeParse(listEntryRequestSchema, body);
  if (!parsed.success) return refuse(describeIssues(parsed.error.issues));
  const { reason, expires: text } = parsed.data;
  const time = text === undefined || text === null ? ok(null) : parseTime(text);
  if (!time.ok) return refuse([`expires: ${time.error}`]);
  const entry = { reason, expires: time.value };
  const faults = faultsOf(entry, now);
  return faults.length === 0 ? ok(entry) : refuse(faults.map(({ field, detail }) => `${field}: ${detail}`));
}

/** Parses a body that says why, and nothing else. */
export function parseReason(body: unknown): Result<string, Failure> {
  const parsed = z.safeParse(reasonSchema, body);
  if (!parsed.success) return refuse(describeIssues(parsed.error.issues));
  const { reason } = parsed.data;
  const faults = faultsOf({ reason, expires: null }, 0);
  return faults.length === 0 ? ok(reason) : refuse(faults.map(({ field, detail }) => `${field}: ${detail}`));
}

export function listEntryText({ list, prefix, reason, expires, author, at, source }: ListEntry): string {
  return JSON.stringify({
    list,
    prefix: formatPrefix(prefix),
    reason,
    expires: expires === null ? null : formatTime(expires),
    author,
    at: formatTime(at),
    source,
  });
}

function describeIssues(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.map(({ path: [field = 'body'], message }) => `${String(field)}: ${message}`);
}

function refuse(faults: readonly string[]): Result<never, Failure> {
  return fail({ kind: 'bad-body', detail: [...new Set(faults)].join('; ') });
}
