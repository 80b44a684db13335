/**
 * The time budget of a lookup: what has not come by then counts as not answered.
 */

/**
 * A function that waits for a read, but at most `budgetMs` milliseconds: null when it did not come in time or failed;
 * failures go to `onFailure`. A read that is there at once, as from an embedded store, costs no timer.
 */
export function withinBudget(
  budgetMs: number,
  onFailure: (error: unknown) => void,
): <T>(read: Promise<T>) => Promise<T | null> {
  return (read) => new Promise((resolve) => new Wait(resolve, onFailure).on(read, budgetMs));
}

/** One wait: whichever of the read and the timer comes first settles it. */
class Wait<T> {
  readonly #resolve: (value: T | null) => void;
  readonly #onFailure: (error: unknown) => void;
  #settled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(resolve: (value: T | null) => void, onFailure: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#onFailure = onFailure;
  }

  on(read: Promise<T>, budgetMs: number): void {
    read.then(
      (value) => this.#settle(value),
      (error: unknown) => {
        this.#onFailure(error);
        this.#settle(null);
      },
    );
    // Queued behind the read's own reaction, which has run by then if the read was there at once.
    queueMicrotask(() => {
      if (!this.#settled) this.#timer = setTimeout(() => this.#settle(null), budgetMs);
    });
  }

  #settle(value: T | null): void {
    this.#settled = true;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#resolve(value);
  }
}
