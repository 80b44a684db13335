/**
 * From a policy request to an action: one lookup for each delivery, and the limits of the class on what happens in it.
 */
import { type Action, DUNNO, headerAction, replyAction } from './action.ts';
import type { Counsel, PolicyBackend, SessionEvent, SessionName } from './backend.ts';
import type { Question } from './question.ts';

/** What to answer when nobody answers us: `dunno` lets mail flow, `defer` does not. */
export type OnTrouble = 'dunno' | 'defer';

/** RFC 3463: 4.3.2, the system is not accepting network messages for now. */
const DEFERRED: Action = replyAction({
  code: 451,
  enhanced: '4.3.2',
  text: 'The reputation of your address cannot be read at the moment, try again later',
});

/** Deliveries remembered at a time: those under way in as many SMTP connections. */
const MAX_DELIVERIES = 10_000;
/** Recipients of a delivery told apart; Postfix itself takes 1,000 (`smtpd_recipient_limit`). */
const MAX_RECIPIENTS = 1000;

/** One message on its way in. */
interface Delivery {
  counsel: Promise<Counsel | null>;
  isCounted: boolean;
  readonly recipients: Set<string>;
  hasHeader: boolean;
}

export class Policy {
  readonly #backend: PolicyBackend;
  readonly #trouble: Action;
  readonly #deliveries = new Map<string, Delivery>();
  /** Sessions that were let in, and have not left. */
  readonly #seated = new Set<string>();

  constructor(backend: PolicyBackend, onTrouble: OnTrouble) {
    this.#backend = backend;
    this.#trouble = onTrouble === 'dunno' ? DUNNO : DEFERRED;
  }

  /** What is answered when an answer takes too long. */
  get trouble(): Action {
    return this.#trouble;
  }

  async answer(question: Question): Promise<Action> {
    const { address } = question;
    if (address === null) return DUNNO;
    const delivery = this.#deliveryOf(address, question);
    const counsel = await delivery.counsel;
    if (counsel === null) {
      this.#deliveries.delete(keyOf(question));
      return this.#trouble;
    }
    if (counsel.reply !== null && (counsel.action === 'tempfail' || counsel.action === 'reject')) {
      return replyAction(counsel.reply);
    }
    const refusal = await this.#count({ ...question, address }, delivery);
    if (refusal !== null) return refusal;
    // After the content has come a header can no longer be added.
    if (delivery.hasHeader || !/^(?:MAIL|RCPT|DATA)$/.test(question.state)) return DUNNO;
    delivery.hasHeader = true;
    return headerAction(counsel);
  }

  /** Tells that an SMTP connection has ended. */
  async leave(name: SessionName): Promise<void> {
    if (!this.#seated.delete(seatOf(name))) return;
    await this.#backend.admit({ ...name, event: 'disconnect', count: 1 });
  }

  #deliveryOf(address: string, question: Question): Delivery {
    const { instance, facts } = question;
    const key = keyOf(question);
    const known = this.#deliveries.get(key);
    if (known !== undefined && instance !== '') return known;
    const counsel = this.#backend.lookup(address, facts);
    const delivery = { counsel, isCounted: false, recipients: new Set<string>(), hasHeader: false };
    if (instance === '') return delivery;
    this.#deliveries.set(key, delivery);
    const [oldest] = this.#deliveries.keys();
    if (this.#deliveries.size > MAX_DELIVERIES && oldest !== undefined) this.#deliveries.delete(oldest);
    return delivery;
  }

  /** Counts what happens; the action when something stands in its way, else null. */
  async #count(question: Question & SessionName, delivery: Delivery): Promise<Action | null> {
    const { state, recipient, recipientCount } = question;
    if (state === 'CONNECT') return this.#admit(question, 'connect', 1);
    const isTransaction = /^(?:MAIL|RCPT|DATA|END-OF-MESSAGE)$/.test(state);
    if (isTransaction && !delivery.isCounted) {
      const refusal = await this.#admit(question, 'message', 1);
      if (refusal !== null) return refusal;
      delivery.isCounted = true;
    }
    const { recipients } = delivery;
    if (state === 'RCPT') {
      if (recipients.has(recipient)) return null;
      const refusal = await this.#admit(question, 'recipient', 1);
      if (refusal === null && recipients.size < MAX_RECIPIENTS) recipients.add(recipient);
      return refusal;
    }
    // Where only later states are asked about, all recipients are counted at once.
    const isLater = state === 'DATA' || state === 'END-OF-MESSAGE';
    if (!isLater || recipients.size > 0 || recipientCount === 0) return null;
    const refusal = await this.#admit(question, 'recipient', recipientCount);
    if (refusal === null) recipients.add('');
    return refusal;
  }

  async #admit(name: SessionName, event: SessionEvent['event'], count: number): Promise<Action | null> {
    const { address, session, facts } = name;
    const ruling = await this.#backend.admit({ address, session, facts, event, count });
    // Without an answer it may have been let in all the same.
    if (ruling === null || ruling === 'allow') this.#seated.add(seatOf(name));
    if (ruling === null) return this.#trouble === DUNNO ? null : this.#trouble;
    return ruling === 'allow' ? null : replyAction(ruling);
  }
}

/** Counted apart: a client that has authenticated is another sender. */
function seatOf({ session, facts }: Pick<SessionName, 'session' | 'facts'>): string {
  return `${session} ${facts.account ?? ''}`;
}

/** Two mail servers may name their deliveries alike, and a client may authenticate within one. */
function keyOf(question: Question): string {
  return `${question.instance} ${seatOf(question)}`;
}
