/**
 * A verdict on the wire, and the claim it becomes.
 */
import * as z from 'zod/mini';
import type { AccountRung } from '../../accounts/account-names.ts';
import type { Claim } from '../../report/report.ts';
import { VERDICTS } from '../../reputation/verdict.ts';
import { fail, ok, type Result } from '../../result.ts';
import { MAX_ID, MAX_IDEMPOTENCY_KEY, MAX_NAME, MAX_VERDICT_COUNT } from '../limits.ts';
import type { Failure } from '../problem.ts';
import { addressSchema } from './address-schema.ts';
import { parseTime } from './time.ts';

/** Letters, marks, numbers, punctuation, symbols and spaces: nothing that controls, formats or breaks a line. */
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

/** `.` and `..` would vanish from the path of `DELETE /v1/verdicts/{id}` (RFC 3986 section 5.2.4). */
const DOTS = /^\.\.?$/;

const name = (what: string) =>
  z
    .string('a text is expected')
    .check(
      z.minLength(1, 'is empty'),
      z.maxLength(MAX_NAME, `at most ${MAX_NAME} characters are expected`),
      z.meta({ description: what }),
    );

const idSchema = z.string('a text is expected').check(
  z.minLength(1, 'is empty'),
  z.maxLength(MAX_ID, `at most ${MAX_ID} characters are expected`),
  z.refine(isPrintable, 'printable characters are expected, and more than dots'),
  z.meta({
    description: 'Your own name for this verdict: sending it again within 30 days changes nothing.',
    examples: ['queue-4fQ2kz'],
  }),
);

const timeSchema = z.pipe(
  z.string('an RFC 3339 time as text is expected').check(
    z.meta({
      format: 'date-time',
      description:
        'When the mail was seen, RFC 3339 with zone. Default: now. The future counts as now, as does every time an untrusted ' +
        'reporter gives; older than 30 days is refused.',
      examples: ['2026-11-21T19:00:00Z'],
    }),
  ),
  z.transform((text: string, context): number => {
    const parsed = parseTime(text);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.error, input: text });
    return z.NEVER;
  }),
);

/** A verdict as sent. Unknown fields are left alone; there is no field for the reporter, the caller's key says who. */
export const verdictSchema = z.object(
  {
    id: z.optional(idSchema),
    address: addressSchema,
    verdict: z
      .enum(VERDICTS, `one of ${VERDICTS.join(', ')} is expected`)
      .check(z.meta({ description: 'What the mail was.', examples: ['spam'] })),
    at: z.optional(timeSchema),
    count: z.optional(
      z
        .int('a whole number is expected')
        .check(
          z.minimum(1, 'at least 1 is expected'),
          z.maximum(MAX_VERDICT_COUNT, `at most ${MAX_VERDICT_COUNT} is expected`),
          z.meta({ description: 'How many like messages it speaks for. Default: 1.' }),
        ),
    ),
    account: z.optional(
      name(
        'The authenticated SMTP user, if there was one: the verdict is then evidence on it, too. Kept as a keyed hash.',
      ),
    ),
    org: z.optional(
      name("The account's parent. The account is known inside it, so name both, here and in lookups."),
    ),
  },
  'a JSON object is expected',
);

/** What stands in for the ids that verdicts do not bring. */
export interface IdSource {
  /** The request's Idempotency-Key, if given: the n-th verdict is then `KEY#n`. */
  readonly idempotencyKey: string | null;
  readonly newId: () => string;
}

/** What is needed to make a claim of a verdict. */
export interface ClaimSources {
  readonly ids: IdSource;
  readonly accountRung: AccountRung;
}

/** Parses one item of a batch; `index` is its place, `now` what `at` defaults to, in epoch milliseconds. */
export function parseVerdict(
  item: unknown,
  index: number,
  { ids, accountRung }: ClaimSources,
  now: number,
): Result<Claim, Failure> {
  const parsed = z.safeParse(verdictSchema, item);
  if (!parsed.success) return fail(verdictFailure(parsed.error.issues));
  const { id, address, verdict, at, count, account, org } = parsed.data;
  return ok({
    id: id ?? standIn(ids, index),
    address,
    account: accountRung({ account, org }),
    verdict,
    at: at ?? now,
    count: count ?? 1,
  });
}

/** Whether a text may be a verdict's id as far as its characters go. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text) && !DOTS.test(text);
}

/** The Idempotency-Key of a request: null when there is none. */
export function parseIdempotencyKey(header: string | undefined): Result<string | null, Failure> {
  if (header === undefined) return ok(null);
  if (header.length > 0 && header.length <= MAX_IDEMPOTENCY_KEY && isPrintable(header)) return ok(header);
  const detail = `Idempotency-Key: 1 to ${MAX_IDEMPOTENCY_KEY} printable characters are expected`;
  return fail({ kind: 'bad-parameter', detail });
}

function standIn({ idempotencyKey, newId }: IdSource, index: number): string {
  return idempotencyKey === null ? newId() : `${idempotencyKey}#${index}`;
}

function verdictFailure(issues: readonly z.core.$ZodIssue[]): Failure {
  const [issue] = issues;
  const field = issue?.path[0];
  const why = issue?.message ?? 'is not understood';
  return {
    kind: field === 'address' ? 'bad-address' : 'bad-body',
    detail: field === undefined ? `verdict: ${why}` : `${String(field)}: ${why}`,
  };
}
