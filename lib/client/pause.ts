/**
 * Leaves a service that fails alone for a moment, so that mail does not wait for every request to fail again: after a few
 * failures in a row one request at a time goes through, each after a longer pause, until one succeeds.
 */
import { isPassing, type Trouble } from './trouble.ts';

/** Failures in a row that a restart or a lost packet may cause. */
const FORGIVEN = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export class Pause {
  #failures = 0;
  #until = 0;

  /** Whether a request may go out at `now`. The one that ends a pause is a trial: others wait for `trialMs` at most. */
  mayAsk(now: number, trialMs: number): boolean {
    if (now < this.#until) return false;
    if (this.#failures >= FORGIVEN) this.#until = now + trialMs;
    return true;
  }

  /** Told how a request went; null for well. A refusal that is about the request is no failure of the service. */
  note(trouble: Trouble | null, now: number): void {
    if (trouble === null || !isPassing(trouble)) {
      this.#failures = 0;
      this.#until = 0;
      return;
    }
    this.#failures++;
    const { retryAfterMs = 0 } = trouble;
    const backoff = this.#failures < FORGIVEN ? 0 : FIRST_PAUSE_MS * 2 ** (this.#failures - FORGIVEN);
    this.#until = now + Math.min(LONGEST_PAUSE_MS, Math.max(backoff, retryAfterMs));
  }
}
