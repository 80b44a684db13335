/**
 * Which SMTP connections a policy connection speaks for. Postfix does not say when a client leaves, but each of its
 * processes has one policy connection and serves one client at a time: the next client, or the end of the policy
 * connection, says so; else silence does.
 */
import type { SessionName } from './backend.ts';
import type { Question } from './question.ts';

/** Milliseconds of silence after which a client has left: once its message is in or refused, */
const LINGER_DONE_MS = 5000;
/** and while a message may still be on its way. A client that is only slow comes back in with its next command. */
const LINGER_OPEN_MS = 60_000;

export class Seats {
  readonly #leave: (session: SessionName) => void;
  /** The sessions of one client: it may have begun as a stranger and authenticated later. */
  readonly #held = new Map<string, SessionName>();
  #session = '';
  #timer: NodeJS.Timeout | undefined;

  /** `leave` is told of every session that has ended. */
  constructor(leave: (session: SessionName) => void) {
    this.#leave = leave;
  }

  /** To be called before a question is answered. */
  ask({ session, address, facts }: Question): void {
    clearTimeout(this.#timer);
    if (session !== this.#session) this.vacate();
    this.#session = session;
    if (address !== null) this.#held.set(facts.account ?? '', { session, address, facts });
  }

  /** To be called once it is; `isDone` when nothing more is expected of the client. */
  answered(isDone: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.vacate(), isDone ? LINGER_DONE_MS : LINGER_OPEN_MS).unref();
  }

  /** Lets go of everything. */
  vacate(): void {
    clearTimeout(this.#timer);
    for (const session of this.#held.values()) this.#leave(session);
    this.#held.clear();
  }
}
