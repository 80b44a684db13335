/**
 * Why a feedback report was not taken, or not all of it. Details are our own words; of the report they quote nothing but
 * names of hosts and fields.
 */
import { fail, type Result } from '../result.ts';

export type FeedbackFailureKind =
  /** The media type is none of those that are read. */
  | 'unsupported-media-type'
  /** A limit was reached: size, ratio, depth, parts, entries. */
  | 'too-large'
  /** It is not what its type says. */
  | 'malformed'
  /** It is what its type says, but something needed is missing; the detail says what. */
  | 'incomplete'
  /** It was read whole, and none of it is evidence about mail from an address. */
  | 'nothing-to-count';

export interface FeedbackFailure {
  readonly kind: FeedbackFailureKind;
  /** One sentence, starting with what is at fault and a colon. */
  readonly detail: string;
}

export function refuse(kind: FeedbackFailureKind, detail: string): Result<never, FeedbackFailure> {
  return fail({ kind, detail });
}
