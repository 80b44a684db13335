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
  return <T>(read: Promise<T>) =>
    new Promise<T | null>((resolve) => {
      let settled = false;
      let timer: NodeJS.Timeout | undefined;
      const settle = (value: T | null): void => {
        settled = true;
        clearTimeout(timer);
        resolve(value);
      };
      read.then(settle, (error: unknown) => {
        onFailure(error);
        settle(null);
      });
      queueMicrotask(() => {
        if (!settled) timer = setTimeout(settle, budgetMs, null);
      });
    });
}
