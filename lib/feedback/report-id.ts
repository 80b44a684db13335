/**
 * Ids by which a report sent again is known: a digest of what identifies it, so that no mailbox name is kept.
 */
import { createHash } from 'node:crypto';

/** Characters of base64 that are kept: 192 bits, far beyond any accidental match. */
const KEPT = 32;

/** `FORMAT-DIGEST` of identifying values; the values' borders count. */
export function reportId(format: string, values: readonly unknown[]): string {
  const digest = createHash('sha256').update(JSON.stringify(values)).digest('base64url');
  return `${format}-${digest.slice(0, KEPT)}`;
}
