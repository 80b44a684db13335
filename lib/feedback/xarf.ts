/**
 * Abuse reports in XARF v4 (JSON, schema of 2026-03). Only what decides the claim is looked at; evidence, contacts and
 * unknown members are passed over and not kept.
 */
import * as z from 'zod/mini';
import { fail, ok, type Result } from '../result.ts';
import { parseAddressLiteral } from './address-literal.ts';
import type { FeedbackClaim } from './claim.ts';
import { type FeedbackFailure, refuse } from './failure.ts';
import { jsonDepth } from './json-depth.ts';
import { MAX_JSON_BYTES, MAX_JSON_DEPTH } from './limits.ts';
import { verdictOfXarf } from './xarf-types.ts';

/** Longest text of a member that is looked at. */
const MAX_TEXT = 512;

const word = z.string('a text is expected').check(z.maxLength(64, 'at most 64 characters are expected'));

const reportSchema = z.object(
  {
    xarf_version: z
      .string('a text is expected')
      .check(z.regex(/^4\.\d{1,4}\.\d{1,4}$/, 'XARF 4 is expected')),
    report_id: z.guid('a UUID is expected'),
    timestamp: z.iso.datetime({ offset: true, error: 'a time with its zone is expected' }),
    source_identifier: z.string('a text is expected').check(z.maxLength(MAX_TEXT, 'is too long')),
    category: word,
    type: word,
    protocol: z.optional(word),
    evidence_source: z.optional(word),
    bot_type: z.optional(word),
    confidence: z.optional(
      z
        .number('a number from 0 to 1 is expected')
        .check(z.minimum(0, 'is negative'), z.maximum(1, 'is above 1')),
    ),
  },
  'an object is expected',
);

/** Below this its own reporter thinks it more likely wrong than right. */
const LEAST_CONFIDENCE = 0.5;

/** Reads the one claim of a report. */
export function readXarf(bytes: Uint8Array): Result<FeedbackClaim, FeedbackFailure> {
  const json = parseJson(bytes);
  if (!json.ok) return json;
  const parsed = z.safeParse(reportSchema, json.value);
  if (!parsed.success) return fail(failureOf(parsed.error.issues, json.value));
  const report = parsed.data;
  const verdict = verdictOfXarf(report);
  if (verdict === null) {
    return refuse(
      'nothing-to-count',
      'type: a report of this kind is no evidence about mail from its source',
    );
  }
  if ((report.confidence ?? 1) < LEAST_CONFIDENCE) {
    return refuse('nothing-to-count', 'confidence: the reporter thinks it more likely wrong than right');
  }
  const address = parseAddressLiteral(report.source_identifier);
  if (address === null) return refuse('incomplete', 'source_identifier: it is no IP address');
  const id = `xarf-${report.report_id.toLowerCase()}`;
  return ok({ id, address, verdict, at: Date.parse(report.timestamp), count: 1 });
}

function parseJson(bytes: Uint8Array): Result<unknown, FeedbackFailure> {
  if (bytes.length > MAX_JSON_BYTES)
    return refuse('too-large', `JSON: at most ${MAX_JSON_BYTES} bytes are taken`);
  if (jsonDepth(bytes) > MAX_JSON_DEPTH) {
    return refuse('too-large', `JSON: at most ${MAX_JSON_DEPTH} levels are taken`);
  }
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return ok(value);
  } catch {
    return refuse('malformed', 'JSON: it is not well-formed');
  }
}

/** One sentence about the first member at fault; missing ones are told apart. */
function failureOf(issues: readonly z.core.$ZodIssue[], report: unknown): FeedbackFailure {
  const [issue] = issues;
  const member = String(issue?.path[0] ?? 'report');
  const isObject = typeof report === 'object' && report !== null;
  if (isObject && !Array.isArray(report) && !Object.hasOwn(report, member)) {
    return { kind: 'incomplete', detail: `${member}: the report has none` };
  }
  return { kind: 'malformed', detail: `${member}: ${issue?.message ?? 'is not understood'}` };
}
