/**
 * Whom the policy service asks: the service in the same process, or one behind HTTP. Null: there is no answer.
 */
import type { SmtpReply } from '../policy/reply.ts';
import type { EventKind } from '../quota/counters.ts';
import type { ClientFacts } from './question.ts';

/** What a lookup came to, as far as it matters here. */
export interface Counsel {
  readonly class: string;
  readonly action: 'accept' | 'throttle' | 'tempfail' | 'reject';
  readonly reply: SmtpReply | null;
  readonly prefix: string;
  /** Null when nothing is known, or the address is not rateable. */
  readonly spam: number | null;
}

/** What a session is known by. */
export interface SessionName {
  readonly address: string;
  readonly session: string;
  readonly facts: ClientFacts;
}

export interface SessionEvent extends SessionName {
  readonly event: EventKind;
  readonly count: number;
}

export interface PolicyBackend {
  lookup(address: string, facts: ClientFacts): Promise<Counsel | null>;
  /** What to say to the client, or `allow`. */
  admit(event: SessionEvent): Promise<'allow' | SmtpReply | null>;
}
