/**
 * The answer when the store cannot be reached: try again, nothing was acknowledged.
 */
import { problemResponse } from './respond.ts';

/** Seconds after which a caller may try again. */
const RETRY_AFTER = '2';

export function unavailable(detail = 'the store does not answer'): Response {
  return problemResponse({ kind: 'unavailable', detail }, { 'retry-after': RETRY_AFTER });
}
