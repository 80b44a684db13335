/**
 * The policy book that the settings name, with its links: one for the service and for every command.
 */
import { DEFAULT_POLICY_BOOK, type PolicyBook } from './policy/policy-book.ts';
import { readPolicyFile } from './policy/policy-file.ts';
import { fail, ok, type Result } from './result.ts';
import type { Settings } from './settings.ts';

/** Reads the book; the sentence says why the policy file cannot be used. */
export function openPolicy({
  policyFile,
  publicUrl,
}: Pick<Settings, 'policyFile' | 'publicUrl'>): Result<PolicyBook, string> {
  const read = policyFile === null ? ok(DEFAULT_POLICY_BOOK) : readPolicyFile(policyFile);
  if (!read.ok) return fail(`POLICY_FILE: ${read.error}`);
  const book = read.value;
  if (book.lookupUrl !== null || publicUrl === null) return ok(book);
  return ok({ ...book, lookupUrl: `${publicUrl}/?address=` });
}
