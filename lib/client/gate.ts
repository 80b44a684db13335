/**
 * The way to the service for calls that a mail server waits for: a bounded number at a time, and none for a moment while the
 * service fails, so that mail does not wait for every request to fail again. After a few failures in a row one request goes
 * through at the end of each pause, and each pause is longer, until one succeeds.
 */
import type { Result } from '../result.ts';
import { failWith, isPassing, type Trouble } from './trouble.ts';

export interface GateOptions {
  readonly maxInFlight: number;
  readonly requestTimeoutMs: number;
  readonly clock: () => number;
}

/** Failures in a row that a restart or a lost packet may cause. */
const FORGIVEN = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export class Gate {
  readonly #options: GateOptions;
  #inFlight = 0;
  #failures = 0;
  #pausedUntil = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Makes the request if it may go out now. */
  async through<T>(request: () => Promise<Result<T, Trouble>>): Promise<Result<T, Trouble>> {
    const { maxInFlight, requestTimeoutMs, clock } = this.#options;
    if (this.#inFlight >= maxInFlight) {
      return failWith('busy', `${maxInFlight} requests are under way already`);
    }
    if (clock() < this.#pausedUntil) {
      return failWith('paused', 'the service failed lately and is left alone for a moment');
    }
    // This one is a trial: the others wait for what comes of it.
    if (this.#failures >= FORGIVEN) this.#pausedUntil = clock() + requestTimeoutMs;
    this.#inFlight++;
    const outcome = await request();
    this.#inFlight--;
    this.#note(outcome.ok ? null : outcome.error);
    return outcome;
  }

  /** A refusal that is about the request is no failure of the service. */
  #note(trouble: Trouble | null): void {
    if (trouble === null || !isPassing(trouble)) {
      this.#failures = 0;
      this.#pausedUntil = 0;
      return;
    }
    this.#failures++;
    const { retryAfterMs = 0 } = trouble;
    const backoff = this.#failures < FORGIVEN ? 0 : FIRST_PAUSE_MS * 2 ** (this.#failures - FORGIVEN);
    this.#pausedUntil = this.#options.clock() + Math.min(LONGEST_PAUSE_MS, Math.max(backoff, retryAfterMs));
  }
}
