/**
 * What a handler tells of the request it answers, for the log and the metrics. It travels as Hono's `env`, so that a
 * handler without anybody listening, as in a test, has nobody to tell.
 */
import type { Context } from 'hono';
import type { LookupAnswer } from '../../lookup/lookup.ts';
import type { FailureKind } from '../problem.ts';

/** What counts as it happens. */
export interface FactsCounter {
  lookedUp(answer: LookupAnswer): void;
  verdictRefused(kind: FailureKind): void;
}

export class RequestFacts {
  /** The last lookup that was answered; null when there was none. */
  answer: LookupAnswer | null = null;
  /** How many were: more than one in a bulk lookup. */
  lookups = 0;
  readonly #counter: FactsCounter;

  constructor(counter: FactsCounter) {
    this.#counter = counter;
  }

  lookedUp(answer: LookupAnswer): void {
    this.answer = answer;
    this.lookups++;
    this.#counter.lookedUp(answer);
  }

  verdictRefused(kind: FailureKind): void {
    this.#counter.verdictRefused(kind);
  }
}

/** The facts of the request that is being answered; null when nobody keeps any. */
export function factsOf(c: Context): RequestFacts | null {
  const env: unknown = c.env;
  return env instanceof RequestFacts ? env : null;
}
