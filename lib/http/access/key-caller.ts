/**
 * A caller with a key, for the time of one request.
 */
import type { TrustedHosts } from '../../feedback/trusted-hosts.ts';
import type { Scope } from '../../keys/key.ts';
import type { KeyHolder } from '../../keys/key-ring.ts';
import type { Allowance, RateLimit } from '../../keys/rate-limit.ts';
import { rateLimitHeaders } from '../../keys/rate-limit-headers.ts';
import { fail, ok, type Result } from '../../result.ts';
import type { Reporter } from '../../store/port.ts';
import type { Caller } from '../caller.ts';
import type { Failure } from '../problem.ts';

export class KeyCaller implements Caller {
  readonly kind = 'key';
  readonly holds: () => boolean;
  readonly #holder: KeyHolder;
  readonly #limit: RateLimit | null;
  #allowance: Allowance | null = null;
  #told = false;

  /** `holds` says whether the key is still in force; `limit` is null when keys are not limited. */
  constructor(holder: KeyHolder, limit: RateLimit | null, holds: () => boolean) {
    this.holds = holds;
    this.#holder = holder;
    this.#limit = limit;
  }

  get reporter(): Reporter {
    return this.#holder.reporter;
  }

  get scopes(): ReadonlySet<Scope> {
    return this.#holder.scopes;
  }

  get trustedHosts(): TrustedHosts {
    return this.#holder.trustedHosts;
  }

  /** Pays the one point that every request costs, whatever comes of it. */
  enter(): Promise<Result<null, Failure>> {
    return this.#take(1);
  }

  /** Nothing costs more than a window has, or it could never be had. */
  charge(cost: number): Promise<Result<null, Failure>> {
    return this.#take(Math.min(cost, this.#limit?.points ?? 0) - 1);
  }

  async overdraw(cost: number): Promise<void> {
    await this.#take(cost);
  }

  limitHeaders(): Readonly<Record<string, string>> | undefined {
    this.#told = true;
    return this.#allowance === null ? undefined : rateLimitHeaders(this.#allowance);
  }

  /** Says on an answer what is left, unless it says so already. */
  tell(response: Response): Response {
    if (this.#told) return response;
    for (const [name, value] of Object.entries(this.limitHeaders() ?? {})) response.headers.set(name, value);
    return response;
  }

  async #take(cost: number): Promise<Result<null, Failure>> {
    if (this.#limit === null || cost < 1) return ok(null);
    const allowance = await this.#limit.take(this.#holder.keyId, cost);
    this.#allowance = allowance;
    if (allowance.allowed) return ok(null);
    const { limit, windowSeconds, resetSeconds } = allowance;
    const detail = `at most ${limit} lookups or verdicts in ${windowSeconds} seconds; try again in ${resetSeconds} seconds`;
    return fail({ kind: 'rate-limited', detail });
  }
}
