/**
 * What can go wrong between a mail server and the service. Trouble is a value: no call of the client throws or rejects for it.
 */
import { fail } from '../result.ts';

export type TroubleKind =
  /** The text is no IP address; nothing was asked. */
  | 'bad-address'
  /** No connection, or one that broke. */
  | 'unreachable'
  /** Connected, but no answer within `requestTimeoutMs`. */
  | 'timeout'
  /** The answer did not come within `budgetMs`; it is still awaited, for the cache. */
  | 'over-budget'
  /** As many requests are under way as may be. */
  | 'busy'
  /** The service failed lately, and is left alone for a moment. */
  | 'paused'
  /** The service answered, and it was a problem; `status` says which. */
  | 'refused'
  /** What answered does not speak like the service. */
  | 'not-understood'
  /** The queue of verdicts is full. */
  | 'queue-full'
  /** The client was closed. */
  | 'closed';

export interface Trouble {
  readonly kind: TroubleKind;
  /** One sentence for the log. */
  readonly detail: string;
  /** The HTTP status of a refusal. */
  readonly status?: number;
  /** Milliseconds after which the service wants to be asked again, if it said. */
  readonly retryAfterMs?: number;
}

export function failWith(kind: TroubleKind, detail: string): { readonly ok: false; readonly error: Trouble } {
  return fail({ kind, detail });
}

/** Whether the same request may succeed later: the service is away, overloaded or failing. */
export function isPassing({ kind, status = 0 }: Trouble): boolean {
  if (kind === 'refused') return status === 408 || status === 429 || status >= 500;
  return kind === 'unreachable' || kind === 'timeout';
}
