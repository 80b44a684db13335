/**
 * Admissions: whether a sender's class of service lets something happen in an SMTP session now. Every event is asked, as
 * each counts; none is asked twice, as it would count twice.
 */
import { formatAddress, parseAddress } from '../net/address.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Reply, type Ruling, readRuling, type ServiceClass } from './answers.ts';
import { within } from './budget.ts';
import type { Facts } from './facts.ts';
import type { Settled } from './options.ts';
import type { Pause } from './pause.ts';
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

type AdmissionOptions = Pick<Settled, 'budgetMs' | 'requestTimeoutMs' | 'maxInFlight' | 'clock'>;

export class Admissions {
  readonly #service: Service;
  readonly #pause: Pause;
  readonly #options: AdmissionOptions;
  #inFlight = 0;

  constructor(service: Service, pause: Pause, options: AdmissionOptions) {
    this.#service = service;
    this.#pause = pause;
    this.#options = options;
  }

  /** Resolves within the budget; fails when there is no answer by then. */
  async ask(event: SessionEvent): Promise<Result<Ruling, Trouble>> {
    const { budgetMs, requestTimeoutMs, maxInFlight, clock } = this.#options;
    const address = parseAddress(event.address);
    if (!address.ok) return fail(address.error);
    if (this.#inFlight >= maxInFlight) return failWith('busy', `${maxInFlight} events are under way already`);
    if (!this.#pause.mayAsk(clock(), requestTimeoutMs)) {
      return failWith('paused', 'the service failed lately and is left alone for a moment');
    }
    const { facts, ...rest } = event;
    const body = { ...facts, ...rest, address: formatAddress(address.value) };
    return (
      (await within(budgetMs, this.#send(body))) ?? failWith('over-budget', `no answer within ${budgetMs} ms`)
    );
  }

  async #send(body: object): Promise<Result<Ruling, Trouble>> {
    this.#inFlight++;
    const answer = await this.#service.post('/v1/admission', body, readRuling);
    this.#inFlight--;
    this.#pause.note(answer.ok ? null : answer.error, this.#options.clock());
    return answer.ok ? ok(answer.value.value) : answer;
  }
}
