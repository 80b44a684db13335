/**
 * The client of a running service, for mail servers: `prefixwise/client`.
 *
 * No call throws or rejects because of the service, the network or an address: what went wrong is a value, and mail flows
 * unless `onTrouble` says otherwise.
 */
import { formatAddress, parseAddress } from '../net/address.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Admission, Admissions, type SessionEvent } from './admissions.ts';
import {
  type Answer,
  type Limits,
  type Network,
  type Reply,
  readNetwork,
  type ServiceClass,
} from './answers.ts';
import { within } from './budget.ts';
import type { Facts } from './facts.ts';
import { Gate } from './gate.ts';
import { Lookups } from './lookups.ts';
import { type ClientOptions, type Settled, settle } from './options.ts';
import { Outbox, type OutboxCounts, type Verdict } from './outbox.ts';
import { Service } from './service.ts';
import { failWith, type Trouble } from './trouble.ts';

/** What to do with a client, and what that rests on. */
export interface Lookup {
  readonly class: ServiceClass;
  readonly action: 'accept' | 'throttle' | 'tempfail' | 'reject';
  /** What to say when refusing, deferring, or when a limit is reached; null for `accept`. */
  readonly reply: Reply | null;
  /** Null when there is no answer to take them from: then nothing is limited. */
  readonly limits: Limits | null;
  readonly reason: string;
  /** `none`: there is no answer, and the action is what `onTrouble` says. */
  readonly origin: 'cache' | 'service' | 'stale' | 'none';
  readonly answer: Answer | null;
  /** Why the origin is `stale` or `none`; else null. */
  readonly trouble: Trouble | null;
}

export interface ClientCounts {
  /** Lookups by where their answer was from. */
  readonly lookups: Readonly<Record<Lookup['origin'], number>>;
  /** Answers in the cache. */
  readonly cached: number;
  readonly verdicts: OutboxCounts;
}

export interface Client {
  /** What to do with mail from the address. Resolves within the budget, at once when the prefix is cached. */
  lookup(address: string, facts?: Facts): Promise<Lookup>;
  /** Whether this may happen in an SMTP session now, counted over all mail servers that ask. Resolves within the budget. */
  admit(event: SessionEvent): Promise<Admission>;
  /** What the address is; not cached. */
  network(address: string): Promise<Result<Network, Trouble>>;
  /** Queues a verdict and gives its id; sent in batches, again and again while the service is away. */
  report(verdict: Verdict): Result<string, Trouble>;
  counts(): ClientCounts;
  /** Sends the verdicts that wait, for at most `timeoutMs` milliseconds (default: 5,000); tells what became of them. */
  close(timeoutMs?: number): Promise<OutboxCounts>;
}

/** Sets up a client; nothing is asked yet. Fails with one sentence that names the option at fault. */
export function openClient(options: ClientOptions): Result<Client, string> {
  const settled = settle(options);
  return settled.ok ? ok(new PrefixwiseClient(settled.value)) : settled;
}

class PrefixwiseClient implements Client {
  readonly #options: Settled;
  readonly #service: Service;
  readonly #lookups: Lookups;
  readonly #admissions: Admissions;
  readonly #outbox: Outbox;
  readonly #origins = { cache: 0, service: 0, stale: 0, none: 0 };

  constructor(options: Settled) {
    this.#options = options;
    const { key } = options;
    this.#service = new Service({ ...options, key: key === '' ? null : key });
    const gate = new Gate(options);
    this.#lookups = new Lookups(this.#service, gate, options);
    this.#admissions = new Admissions(this.#service, gate, options.budgetMs);
    this.#outbox = new Outbox(this.#service, { ...options, onTrouble: options.log });
  }

  async lookup(address: string, facts: Facts = {}): Promise<Lookup> {
    const found = await this.#lookups.lookup(address, facts);
    const trouble = found.ok ? found.value.trouble : found.error;
    if (trouble !== null) this.#options.log(trouble);
    const lookup = found.ok ? { ...found.value.answer.policy, ...found.value } : this.#without(found.error);
    this.#origins[lookup.origin]++;
    return lookup;
  }

  async admit(event: SessionEvent): Promise<Admission> {
    const asked = await this.#admissions.ask(event);
    if (asked.ok) return { ...asked.value, origin: 'service', trouble: null };
    this.#options.log(asked.error);
    const { action, reply, class: unknown } = this.#without(asked.error);
    return {
      decision: action === 'accept' ? 'allow' : 'defer',
      limit: null,
      remaining: null,
      retryAfterSeconds: 0,
      reply,
      class: unknown,
      origin: 'none',
      trouble: asked.error,
    };
  }

  async network(address: string): Promise<Result<Network, Trouble>> {
    const { budgetMs } = this.#options;
    const parsed = parseAddress(address);
    if (!parsed.ok) return fail(parsed.error);
    const asked = this.#service.get(`/v1/network/${formatAddress(parsed.value)}`, readNetwork);
    const answer = await within(budgetMs, asked);
    if (answer === null) return failWith('over-budget', `no answer within ${budgetMs} ms`);
    return answer.ok ? ok(answer.value.value) : answer;
  }

  report(verdict: Verdict): Result<string, Trouble> {
    return this.#outbox.add(verdict);
  }

  counts(): ClientCounts {
    return {
      lookups: { ...this.#origins },
      cached: this.#lookups.cached,
      verdicts: this.#outbox.counts,
    };
  }

  close(timeoutMs = 5000): Promise<OutboxCounts> {
    return this.#outbox.close(timeoutMs);
  }

  #without(trouble: Trouble): Lookup {
    const isOpen = this.#options.onTrouble === 'accept';
    const reason = `there is no answer about this client: ${trouble.detail}`;
    return {
      class: 'unknown',
      action: isOpen ? 'accept' : 'tempfail',
      reply: isOpen ? null : UNAVAILABLE,
      limits: null,
      reason,
      origin: 'none',
      answer: null,
      trouble,
    };
  }
}

/** RFC 3463: 4.3.2, the system is not accepting network messages for now. */
const UNAVAILABLE: Reply = {
  code: 451,
  enhanced: '4.3.2',
  text: 'The reputation of your address cannot be read at the moment, try again later',
};
