/**
 * Admissions: whether a sender's class of service lets something happen in an SMTP session now. Every event is asked, as
 * each counts; none is asked twice, as it would count twice.
 */
import { formatAddress, parseAddress } from '../net/address.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Reply, type Ruling, readRuling, type ServiceClass } from './answers.ts';
import { within } from './budget.ts';
import type { Facts } from './facts.ts';
import type { Gate } from './gate.ts';
import type { Service } from './service.ts';
import { failWith, type Trouble } from './trouble.ts';

export type SessionEventKind = 'connect' | 'disconnect' | 'message' | 'recipient' | 'error';

/** Something that is about to happen in an SMTP session (connect, message, recipient), or has (disconnect, error). */
export interface SessionEvent {
  /** The client's address. */
  readonly address: string;
  readonly event: SessionEventKind;
  /** How many messages, recipients or errors at once. Default: 1. */
  readonly count?: number | undefined;
  /** The mail server's own name for the connection, unique among all mail servers that ask. */
  readonly session?: string | undefined;
  readonly facts?: Facts | undefined;
}

export interface Admission {
  /** `defer`: not now; `refuse`: the policy says reject. */
  readonly decision: 'allow' | 'defer' | 'refuse';
  /** The limit in the way, or the nearest one; null when the policy decided, or nothing is known. */
  readonly limit: { readonly name: string; readonly value: number } | null;
  /** How many more like events that limit allows now; null when it is not known. */
  readonly remaining: number | null;
  readonly retryAfterSeconds: number;
  /** What to say to the client; null when the event is allowed. */
  readonly reply: Reply | null;
  readonly class: ServiceClass;
  /** `none`: there is no answer, and the decision is what `onTrouble` says. */
  readonly origin: 'service' | 'none';
  /** Why the origin is `none`; else null. */
  readonly trouble: Trouble | null;
}

export class Admissions {
  readonly #service: Service;
  readonly #gate: Gate;
  readonly #budgetMs: number;

  constructor(service: Service, gate: Gate, budgetMs: number) {
    this.#service = service;
    this.#gate = gate;
    this.#budgetMs = budgetMs;
  }

  /** Resolves within the budget; fails when there is no answer by then. */
  async ask({ facts, ...event }: SessionEvent): Promise<Result<Ruling, Trouble>> {
    const address = parseAddress(event.address);
    if (!address.ok) return fail(address.error);
    const body = { ...facts, ...event, address: formatAddress(address.value) };
    const asked = this.#gate.through(() => this.#service.post('/v1/admission', body, readRuling));
    const answer = await within(this.#budgetMs, asked);
    if (answer === null) return failWith('over-budget', `no answer within ${this.#budgetMs} ms`);
    return answer.ok ? ok(answer.value.value) : answer;
  }
}
