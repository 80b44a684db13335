/**
 * One SMTP connection: what the service says of its client, and whether the limits of its class let it go on.
 */

import type { Admission, SessionEventKind } from '../../lib/client/admissions.ts';
import type { Reply } from '../../lib/client/answers.ts';
import type { Client, Lookup } from '../../lib/client/client.ts';
import type { Facts } from '../../lib/client/facts.ts';
import type { PluginSettings } from './settings.ts';

/** What to tell the client instead of going on. */
export interface Refusal {
  readonly reply: Reply;
  /** Whether the connection ends with it. */
  readonly closes: boolean;
}

/** What of the settings concerns a connection. */
export type SessionRules = Pick<PluginSettings, 'limits' | 'refuseAt'>;

export class Session {
  readonly address: string;
  readonly #id: string;
  readonly #client: Client;
  readonly #rules: SessionRules;
  #facts: Facts = {};
  #lookup: Lookup | null = null;
  /** The reply to a client that has made too many errors. */
  #overErrors: Reply | null = null;

  /** `id` names the connection among those of all mail servers. */
  constructor(address: string, id: string, client: Client, rules: SessionRules) {
    this.address = address;
    this.#id = id;
    this.#client = client;
    this.#rules = rules;
  }

  /** What is known of the client; null before `connect`. */
  get lookup(): Lookup | null {
    return this.#lookup;
  }

  /** Seconds to wait before each answer. */
  get tarpitSeconds(): number {
    return this.#lookup?.limits?.tarpitSeconds ?? 0;
  }

  /** Asks about the client and takes a seat for it; a refusal when its class has none left. */
  async connect(facts: Facts): Promise<Refusal | null> {
    this.#facts = facts;
    const [lookup, admission] = await Promise.all([
      this.#client.lookup(this.address, facts),
      this.#admit('connect'),
    ]);
    this.#lookup = lookup;
    if (admission !== null && admission.limit !== null) return refusalOf(admission, true);
    if (this.#rules.refuseAt === 'mail') return null;
    return refusalByPolicy(lookup) ?? refusalOf(admission, false);
  }

  /** A message begins; `facts` are those that have come since: an account, an SPF result. */
  async message(facts: Facts): Promise<Refusal | null> {
    if (this.#overErrors !== null) return { reply: this.#overErrors, closes: true };
    if (facts.account !== this.#facts.account || facts.spf !== this.#facts.spf) {
      this.#facts = { ...this.#facts, ...facts };
      this.#lookup = await this.#client.lookup(this.address, this.#facts);
    }
    return refusalByPolicy(this.#lookup) ?? refusalOf(await this.#admit('message'), false);
  }

  async recipient(): Promise<Refusal | null> {
    if (this.#overErrors !== null) return { reply: this.#overErrors, closes: true };
    return refusalOf(await this.#admit('recipient'), false);
  }

  /** The client did something wrong; nobody waits for the ruling, which the next command gets. */
  async error(): Promise<void> {
    const admission = await this.#admit('error');
    if (admission !== null && admission.decision !== 'allow') this.#overErrors = admission.reply;
  }

  /** Gives up the seat. A seat that is not given up is free again after a while. */
  async end(): Promise<void> {
    await this.#admit('disconnect');
  }

  /** Null where nothing is counted. */
  async #admit(event: SessionEventKind): Promise<Admission | null> {
    if (!this.#rules.limits) return null;
    return this.#client.admit({ address: this.address, event, session: this.#id, facts: this.#facts });
  }
}

function refusalOf(admission: Admission | null, closes: boolean): Refusal | null {
  const { decision, reply } = admission ?? {};
  return reply && decision !== 'allow' ? { reply, closes } : null;
}

function refusalByPolicy(lookup: Lookup | null): Refusal | null {
  const { action, reply } = lookup ?? {};
  return reply && (action === 'tempfail' || action === 'reject') ? { reply, closes: false } : null;
}
