/**
 * One line of JSON a request. Nothing in it is the client's own text: routes are named by their pattern, kinds and
 * classes are words of ours, and an address, when it is wanted at all, is written anew from its bits.
 */
import { formatAddress } from '../../net/address.ts';
import type { RequestFacts } from './request-facts.ts';

/** A request that has been answered. */
export interface AnsweredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Milliseconds until the answer was ready. */
  readonly took: number;
  readonly facts: RequestFacts;
  /** The id the answer carries, where it is worth looking for. */
  readonly id: string | null;
}

export interface RequestLogOptions {
  /** Hands on whole lines. */
  readonly write: (lines: string) => void;
  readonly clock: () => number;
  /** Whether addresses stand in the lines. */
  readonly addresses: boolean;
}

/** Lines wait this long for company: one write for many lines costs a request next to nothing. */
const FLUSH_MS = 100;
const FLUSH_CHARACTERS = 64 * 1024;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']);

/** The method as it may be written: a client can make up any other. */
export function methodName(method: string): string {
  return METHODS.has(method) ? method : 'other';
}

export class RequestLog {
  readonly #options: RequestLogOptions;
  #waiting = '';
  #now = Number.NaN;
  #time = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RequestLogOptions) {
    this.#options = options;
  }

  add(request: AnsweredRequest): void {
    this.#waiting += `${this.#line(request)}\n`;
    if (this.#waiting.length >= FLUSH_CHARACTERS) this.flush();
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  /** Writes what waits. To be called at the end. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#waiting;
    this.#waiting = '';
    if (lines !== '') this.#options.write(lines);
  }

  #line(request: AnsweredRequest): string {
    const { clock, addresses } = this.#options;
    const now = clock();
    // Most lines of a busy service fall into the millisecond of the line before.
    if (now !== this.#now) {
      this.#now = now;
      this.#time = new Date(now).toISOString();
    }
    return requestLine(request, this.#time, addresses);
  }
}

/** The line of a request, without its end; `time` is ISO 8601. */
export function requestLine(
  { method, route, status, took, facts, id }: AnsweredRequest,
  time: string,
  addresses: boolean,
): string {
  return (
    `{"at":"${time}","level":"info","event":"request","method":"${methodName(method)}",` +
    `"route":"${route}","status":${status},"ms":${Math.round(took * 1000) / 1000}` +
    `${answerText(facts, addresses)}${admissionText(facts, addresses)}` +
    `${facts.keyId === null ? '' : `,"key":"${facts.keyId}"`}${id === null ? '' : `,"request":"${id}"`}}`
  );
}

/** The event that was ruled on, and what kept it out. */
function admissionText({ admission }: RequestFacts, addresses: boolean): string {
  if (admission === null) return '';
  const { event, decision, limit, lookup, degraded } = admission;
  const { network, policy } = lookup;
  const address = addresses ? `,"address":"${formatAddress(network.address)}"` : '';
  const cause = decision === 'allow' ? '' : `,"limit":"${limit?.name ?? 'policy'}"`;
  return `,"smtp":"${event}","decision":"${decision}"${cause},"class":"${policy.class}","degraded":${degraded}${address}`;
}

/** Of one lookup what it was about and came to; of several how many they were. */
function answerText({ answer, lookups }: RequestFacts, addresses: boolean): string {
  if (answer === null) return '';
  if (lookups > 1) return `,"lookups":${lookups}`;
  const { network, policy, degraded } = answer;
  const address = addresses ? `,"address":"${formatAddress(network.address)}"` : '';
  return `,"kind":"${network.kind}","class":"${policy.class}","action":"${policy.action}","degraded":${degraded}${address}`;
}
