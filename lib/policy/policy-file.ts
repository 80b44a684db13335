/**
 * The policy file: the operator's YAML or JSON, laid over the built-in book. Every fault names its field by path.
 */
import { readFileSync, statSync } from 'node:fs';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { fail, ok, type Result } from '../result.ts';
import { DEFAULT_POLICY_BOOK, type PolicyBook } from './policy-book.ts';
import { type PolicyFile, policyFileSchema } from './policy-schema.ts';

/** A policy book is a page of text; a file beyond this is something else. */
const MAX_FILE_BYTES = 256 * 1024;
/** How many values all aliases together may repeat. */
const MAX_ALIASES = 100;

/** Reads and merges a policy file; the fault is one line a field. */
export function readPolicyFile(path: string): Result<PolicyBook, string> {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) return fail(`${path} is larger than ${MAX_FILE_BYTES} bytes`);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const book = parsePolicy(text);
  return book.ok
    ? book
    : fail(`${path} cannot be used:\n${book.error.map((fault) => `  ${fault}`).join('\n')}`);
}

/** Parses policy text, YAML 1.2 or JSON; what it leaves out comes from `DEFAULT_POLICY_BOOK`. */
export function parsePolicy(text: string): Result<PolicyBook, readonly string[]> {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: true });
  if (document.errors.length > 0) return fail(document.errors.map(({ message }) => firstLine(message)));
  if (document.contents !== null && !isMap(document.contents)) {
    const what = isSeq(document.contents) ? 'a list' : 'a single value';
    return fail([`the file: fields such as "rollout: open" are expected, this is ${what}`]);
  }
  const content = contentOf(document);
  if (!content.ok) return fail([`the file: ${content.error}`]);
  const parsed = z.safeParse(policyFileSchema, content.value ?? {});
  if (!parsed.success) return fail(parsed.error.issues.flatMap(describeIssue));
  const book = mergePolicy(parsed.data);
  const faults = contradictions(book);
  return faults.length === 0 ? ok(book) : fail(faults);
}

/** The file as plain values; aliases that would swell it are refused. */
function contentOf(document: Document): Result<unknown, string> {
  try {
    const content: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return ok(content);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** A partial book: a missing field is one the operator did not set. */
function mergePolicy(file: PolicyFile): PolicyBook {
  const base = DEFAULT_POLICY_BOOK;
  return {
    rollout: file.rollout ?? base.rollout,
    thresholds: overlay(base.thresholds, file.thresholds),
    limits: {
      good: overlay(base.limits.good, file.limits?.good),
      mixed: overlay(base.limits.mixed, file.limits?.mixed),
      bad: overlay(base.limits.bad, file.limits?.bad),
      unknown: overlay(base.limits.unknown, file.limits?.unknown),
      local: overlay(base.limits.local, file.limits?.local),
    },
    verifiedUnknown: overlay(base.verifiedUnknown, file.verifiedUnknown),
    failedUnknown: file.failedUnknown ?? base.failedUnknown,
    cacheSeconds: overlay(base.cacheSeconds, file.cacheSeconds),
    maxRetryAfterSeconds: file.maxRetryAfterSeconds ?? base.maxRetryAfterSeconds,
    lookupUrl: file.lookupUrl ?? base.lookupUrl,
  };
}

function overlay<T extends object>(
  base: T,
  given: { readonly [K in keyof T]?: T[K] | undefined } | undefined,
): T {
  const merged = { ...base };
  for (const key of Object.keys(base)) {
    if (given !== undefined && isKeyOf(base, key)) merged[key] = given[key] ?? base[key];
  }
  return merged;
}

function isKeyOf<T extends object>(object: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(object, key);
}

/** Settings that contradict each other, checked on the merged book. */
function contradictions({ thresholds }: PolicyBook): string[] {
  const faults: string[] = [];
  if (thresholds.deferSpam > thresholds.rejectSpam) {
    faults.push('thresholds.deferSpam: must not be above thresholds.rejectSpam');
  }
  if (thresholds.goodHigh >= thresholds.deferSpam) {
    faults.push('thresholds.goodHigh: must be below thresholds.deferSpam');
  }
  return faults;
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const at = (path: readonly PropertyKey[]): string =>
    path.length === 0 ? 'the file' : path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `${at([...issue.path, key])}: there is no such field`);
  }
  return [`${at(issue.path)}: ${issue.message}`];
}

/** YAML faults come with an excerpt of the file below the sentence. */
function firstLine(message: string): string {
  return `the file: ${message.split('\n')[0]?.replace(/:$/, '') ?? ''}`;
}
