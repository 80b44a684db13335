/**
 * What a handler tells of the request it answers, for the log and the metrics. It travels as Hono's `env`, so that a
 * handler without anybody listening, as in a test, has nobody to tell.
 */
import type { Context } from 'hono';
import type { AdmissionAnswer } from '../../admission/admission.ts';
import type { TokenRefusal } from '../../keys/key-ring.ts';
import type { Told } from '../../lookup/answer.ts';
import type { FailureKind } from '../problem.ts';

/** What counts as it happens. */
export interface FactsCounter {
  lookedUp(answer: Told): void;
  admitted(answer: AdmissionAnswer): void;
  verdictRefused(kind: FailureKind): void;
  turnedAway(reason: Denial): void;
}

/** Why a request did not get through the door. Only we are told. */
export type Denial = TokenRefusal | 'missing' | 'scope' | 'rate';

export class RequestFacts {
  /** The last lookup that was answered; null when there was none. */
  answer: Told | null = null;
  /** How many were: more than one in a bulk lookup. */
  lookups = 0;
  /** The event of an SMTP session that was ruled on; null when there was none. */
  admission: AdmissionAnswer | null = null;
  /** The public part of the key the request came with; null when there was none that is taken. */
  keyId: string | null = null;
  readonly #counter: FactsCounter;

  constructor(counter: FactsCounter) {
    this.#counter = counter;
  }

  lookedUp(answer: Told): void {
    this.answer = answer;
    this.lookups++;
    this.#counter.lookedUp(answer);
  }

  admitted(answer: AdmissionAnswer): void {
    this.admission = answer;
    this.#counter.admitted(answer);
  }

  verdictRefused(kind: FailureKind): void {
    this.#counter.verdictRefused(kind);
  }

  cameWith(keyId: string): void {
    this.keyId = keyId;
  }

  turnedAway(reason: Denial): void {
    this.#counter.turnedAway(reason);
  }
}

/** The facts of the request that is being answered; null when nobody keeps any. */
export function factsOf(c: Context): RequestFacts | null {
  const env: unknown = c.env;
  return env instanceof RequestFacts ? env : null;
}
