/**
 * The time budget of a call.
 */

/** What the promise resolves to, or null when that takes longer than `budgetMs` milliseconds. */
export function within<T>(budgetMs: number, promise: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), budgetMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
