/**
 * The policy service on a socket. What cannot be understood gets no answer, as the protocol wants it: the connection is
 * closed, and Postfix goes by its own `default_action`.
 */
import { chmodSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { within } from '../client/budget.ts';
import { type Action, DUNNO, encodeAnswer } from './action.ts';
import type { PolicyPlace } from './listen.ts';
import type { Policy } from './policy.ts';
import { questionOf } from './question.ts';
import { type Attributes, RequestReader } from './request.ts';
import { Seats } from './seats.ts';

export interface PolicyServerOptions {
  readonly place: PolicyPlace;
  readonly policy: Policy;
  /** Milliseconds an answer may take; then it is what `onTrouble` says. */
  readonly budgetMs: number;
  /** Names this server among all: sessions are told apart by it where Postfix does not. */
  readonly serverName: string;
  /** Milliseconds of silence after which a connection is closed, between requests and within one. */
  readonly idleMs?: number;
  readonly incompleteMs?: number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

export interface RunningPolicyServer {
  /** As Postfix writes it. */
  readonly place: string;
  /** Answers what is under way, for at most `drainMs` milliseconds, and tells that its clients have left. */
  close(drainMs: number): Promise<boolean>;
}

/** Postfix itself closes after 300 s without a request (`smtpd_policy_service_max_idle`). */
const IDLE_MS = 600_000;
/** A request is a few hundred bytes, sent at once. */
const INCOMPLETE_MS = 10_000;
/** One for each smtpd process; Postfix runs 100 unless told otherwise (`default_process_limit`). */
const MAX_CONNECTIONS = 2000;

/** Starts listening; rejects when the place cannot be used. */
export async function startPolicyServer(options: PolicyServerOptions): Promise<RunningPolicyServer> {
  const { place } = options;
  const open = new Set<PolicyConnection>();
  let connections = 0;
  const server = createServer((socket) => {
    const connection = new PolicyConnection(socket, `${options.serverName}/${connections++}`, options);
    open.add(connection);
    connection.serve().finally(() => open.delete(connection));
  });
  server.maxConnections = MAX_CONNECTIONS;
  if (place.kind === 'unix') await removeStale(place.path);
  await listen(server, place);
  // Postfix connects as its own user.
  if (place.kind === 'unix') chmodSync(place.path, 0o666);
  return {
    place: nameOf(server, place),
    close: async (drainMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const connection of open) connection.finish();
      const ended = Promise.all([...open].map((connection) => connection.ended)).then(() => true);
      const clean = (await within(drainMs, ended)) ?? false;
      for (const connection of open) connection.cut();
      await closed;
      return clean;
    },
  };
}

/** One connection: requests are answered one after the other, as they come. */
class PolicyConnection {
  readonly #socket: Socket;
  readonly #name: string;
  readonly #options: PolicyServerOptions;
  readonly #reader = new RequestReader();
  readonly #leaving = new Set<Promise<void>>();
  readonly #seats: Seats;
  /** The answer that was last asked for, which may come later than it was waited for. */
  #answered: Promise<unknown> = Promise.resolve();
  #isBusy = false;
  #isFinishing = false;
  #end: () => void = () => undefined;
  /** Resolves when everything of it is over. */
  readonly ended = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(socket: Socket, name: string, options: PolicyServerOptions) {
    this.#socket = socket;
    this.#name = name;
    this.#options = options;
    this.#seats = new Seats((session) => {
      const left = this.#answered.then(() => options.policy.leave(session));
      this.#leaving.add(left);
      left.finally(() => this.#leaving.delete(left));
    });
  }

  /** Serves until either side closes. Never rejects. */
  async serve(): Promise<void> {
    this.#socket.on('timeout', () => this.#socket.destroy());
    const { idleMs = IDLE_MS, incompleteMs = INCOMPLETE_MS } = this.#options;
    this.#socket.setTimeout(idleMs);
    try {
      for await (const chunk of this.#socket) {
        if (!(await this.#take(chunk))) break;
        this.#socket.setTimeout(this.#reader.isInside ? incompleteMs : idleMs);
      }
    } catch {
      // The other side went away in the middle: there is nobody to tell.
    }
    this.#socket.destroy();
    this.#seats.vacate();
    await Promise.all(this.#leaving);
    this.#end();
  }

  /** Ends the connection once the request under way is answered. */
  finish(): void {
    this.#isFinishing = true;
    if (!this.#isBusy) this.#socket.destroy();
  }

  cut(): void {
    this.#socket.destroy();
  }

  /** Answers what is whole in these bytes; false when nothing more is to be read. */
  async #take(chunk: Buffer): Promise<boolean> {
    for (const request of this.#reader.read(chunk)) {
      if (!request.ok) {
        this.#options.log('postfix-request-not-understood', { detail: request.error });
        return false;
      }
      this.#isBusy = true;
      const action = await this.#answer(request.value);
      this.#isBusy = false;
      if (this.#socket.destroyed) return false;
      this.#socket.write(encodeAnswer(action));
      if (this.#isFinishing) {
        this.#socket.end();
        return false;
      }
    }
    return true;
  }

  async #answer(attributes: Attributes): Promise<Action> {
    const { policy, budgetMs, log } = this.#options;
    const question = questionOf(attributes, this.#name);
    this.#seats.ask(question);
    const answered = policy.answer(question).catch((error: unknown) => {
      log('postfix-answer-failed', { error: String(error) });
      throw error;
    });
    this.#answered = answered.catch(() => undefined);
    const inTime = await within(budgetMs, answered);
    if (inTime === null) log('postfix-answer-late', { budgetMs });
    const action = inTime ?? policy.trouble;
    const isRefused = action !== DUNNO && !action.startsWith('PREPEND');
    this.#seats.answered(isRefused || question.state === 'END-OF-MESSAGE');
    return action;
  }
}

function listen(server: Server, place: PolicyPlace): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const listening = (): void => {
      server.off('error', reject);
      resolve();
    };
    if (place.kind === 'unix') server.listen(place.path, listening);
    else server.listen(place.port, place.host, listening);
  });
}

/** A socket that a killed process left behind keeps nobody out; one that is answered does. */
async function removeStale(path: string): Promise<void> {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isSocket()) return;
  const isAnswered = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('connect', () => probe.destroy());
  });
  if (!isAnswered) rmSync(path, { force: true });
}

function nameOf(server: Server, place: PolicyPlace): string {
  if (place.kind === 'unix') return `unix:${place.path}`;
  const address = server.address();
  const port = address === null || typeof address === 'string' ? place.port : address.port;
  return `inet:${place.host.includes(':') ? `[${place.host}]` : place.host}:${port}`;
}
