/**
 * Work on many items, a bounded number of them at a time.
 */

/**
 * Runs `work` on every item, at most `limit` at once; results in the order of the items. When one fails no further one is
 * started, and the first failure is thrown once all that were started have ended.
 */
export async function concurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const runner = async (): Promise<void> => {
    while (failures.length === 0) {
      const at = next++;
      const item = items[at];
      if (at >= items.length || item === undefined) return;
      try {
        results[at] = await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runner));
  if (failures.length > 0) throw failures[0];
  return results;
}
