/**
 * Lookups: from the cache, else from the service within the time budget, else whatever is left.
 */
import { Address, formatAddress, parseAddress } from '../net/address.ts';
import { contains, hostPrefix, Prefix, parsePrefix, unmapped } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import { type Answer, readAnswer } from './answers.ts';
import { within } from './budget.ts';
import { type Facts, queryOf } from './facts.ts';
import type { Gate } from './gate.ts';
import { type CachedAnswer, type Kept, PrefixCache } from './prefix-cache.ts';
import type { Received, Service } from './service.ts';
import { failWith, type Trouble } from './trouble.ts';

export interface LookupOptions {
  readonly budgetMs: number;
  readonly cacheSize: number;
  readonly maxStaleMs: number;
  readonly clock: () => number;
}

/** An answer, and where it was from: `stale` when it had expired and no newer one was to be had. */
export interface Found {
  readonly answer: Answer;
  readonly origin: 'cache' | 'service' | 'stale';
  /** Why a stale answer had to do; else null. */
  readonly trouble: Trouble | null;
}

/** A question on its way, and the answer that comes of it. */
interface Question {
  readonly address: Address;
  readonly query: string;
}

/** How long an answer without evidence spares a service whose store is down, in milliseconds; the service says the same. */
const DEGRADED_MS = 5000;
/** Default end sites, to guess from which addresses one answer may hold before any is there. */
const USUAL_LENGTH = { 4: 32, 6: 64 } as const;

export class Lookups {
  readonly #service: Service;
  readonly #gate: Gate;
  readonly #options: LookupOptions;
  readonly #cache: PrefixCache;
  readonly #flights = new Map<string, Promise<Result<Answer, Trouble>>>();

  constructor(service: Service, gate: Gate, options: LookupOptions) {
    this.#service = service;
    this.#gate = gate;
    this.#options = options;
    this.#cache = new PrefixCache(options.cacheSize, options.maxStaleMs);
  }

  get cached(): number {
    return this.#cache.size;
  }

  /** Resolves within the budget; fails when there is no answer, not even an expired one. */
  async lookup(text: string, facts: Facts): Promise<Result<Found, Trouble>> {
    const address = addressOf(text);
    if (!address.ok) return address;
    const question = { address: address.value, query: queryOf(facts) };
    const { current } = this.#find(question);
    if (current !== null) return ok(this.#kept(current, DEGRADED));
    const asked = await within(this.#options.budgetMs, this.#ask(question));
    const answer = asked ?? failWith('over-budget', `no answer within ${this.#options.budgetMs} ms`);
    if (answer.ok && !answer.value.degraded) return ok(fromService(answer.value));
    const { current: newer, stale } = this.#find(question);
    const left = newer ?? stale;
    if (left !== null && !left.answer.degraded) {
      return ok(this.#kept(left, answer.ok ? DEGRADED : answer.error));
    }
    return answer.ok ? ok(fromService(answer.value)) : answer;
  }

  #find({ address, query }: Question): Kept {
    return this.#cache.find(address, query, this.#options.clock());
  }

  /** A kept answer; `trouble` is why it must do if it has expired. */
  #kept({ answer, expires }: CachedAnswer, trouble: Trouble): Found {
    return expires > this.#options.clock()
      ? { answer, origin: 'cache', trouble: null }
      : { answer, origin: 'stale', trouble };
  }

  /**
   * Joins a request that is under way for the same address, or for what may be the same prefix; asks when there is none, or
   * when its answer turns out to be about others.
   */
  async #ask(question: Question): Promise<Result<Answer, Trouble>> {
    const { address, query } = question;
    const own = flightKey(hostPrefix(address), query);
    const joined = this.#flights.get(own);
    if (joined !== undefined) return joined;
    const { stale } = this.#find(question);
    const likely = stale?.prefix ?? Prefix.covering(address, USUAL_LENGTH[address.family]);
    const shared = flightKey(likely, query);
    const other = this.#flights.get(shared);
    if (other === undefined) return this.#fly([own, shared], question);
    const outcome = await other;
    if (!outcome.ok) return outcome;
    const { current } = this.#find(question);
    if (current !== null) return ok(current.answer);
    return this.#flights.get(own) ?? this.#fly([own], question);
  }

  #fly(keys: readonly string[], question: Question): Promise<Result<Answer, Trouble>> {
    const flight = this.#request(question).finally(() => {
      for (const key of keys) this.#flights.delete(key);
    });
    for (const key of keys) this.#flights.set(key, flight);
    return flight;
  }

  async #request({ address, query }: Question): Promise<Result<Answer, Trouble>> {
    const path = `/v1/lookup/${formatAddress(address)}${query}`;
    const answer = await this.#gate.through(() => this.#service.get(path, readAnswer));
    if (!answer.ok) return answer;
    this.#keep({ address, query }, answer.value, this.#options.clock());
    return ok(answer.value.value);
  }

  /** An answer that holds for its own address alone is kept for when the service is away, and shared with nobody. */
  #keep({ address, query }: Question, { value: answer, maxAgeMs }: Received<Answer>, now: number): void {
    const { stale } = this.#cache.find(address, query, now);
    if (answer.degraded && stale !== null) {
      this.#cache.set(query, { ...stale, askAgain: now + DEGRADED_MS });
      return;
    }
    const lifetime = answer.degraded ? degradedLifetime(answer, now) : (maxAgeMs ?? 0);
    const named = parsePrefix(answer.network.prefix);
    const isShared = lifetime > 0 && named.ok && contains(named.value, address);
    const prefix = isShared ? named.value : hostPrefix(address);
    const expires = now + lifetime;
    const entry: CachedAnswer = { prefix, answer, expires, askAgain: expires };
    this.#cache.set(query, entry);
  }
}

function fromService(answer: Answer): Found {
  return { answer, origin: 'service', trouble: null };
}

const DEGRADED: Trouble = {
  kind: 'refused',
  detail: 'the service has no evidence at the moment',
  status: 200,
};

/** What the service says, but no longer than it ever would: the clocks may differ. */
function degradedLifetime({ expires }: Answer, now: number): number {
  const lifetime = Date.parse(expires) - now;
  return Number.isNaN(lifetime) ? 0 : Math.min(DEGRADED_MS, Math.max(0, lifetime));
}

/** An IPv4-mapped address is how a dual-stack socket writes an IPv4 client: it shares the client's answers. */
function addressOf(text: string): Result<Address, Trouble> {
  const parsed = parseAddress(text);
  if (!parsed.ok) return fail(parsed.error);
  const host = unmapped(hostPrefix(parsed.value));
  return ok(host.family === 4 ? Address.v4(host.w0) : parsed.value);
}

function flightKey(prefix: Prefix, query: string): string {
  return `${prefix.w0}:${prefix.w1}:${prefix.w2}:${prefix.w3}/${prefix.family}/${prefix.length}${query}`;
}
