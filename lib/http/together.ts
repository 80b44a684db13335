/**
 * What arrives in one turn of the event loop, worked on together at its end.
 *
 * A server that reads, works and sends for one request after the other runs through more code for each than the processor's
 * caches hold, and waits for memory at every part of the way. All requests of a turn read first, then worked on, then sent,
 * each part finds its code where the request before left it (staged or cohort scheduling: Larus and Parkes, USENIX 2002).
 */

/**
 * Takes items one by one, and hands over those of a turn in the order they came, at most `most` at a time, so that what is
 * made of them stays in the caches, too. Nothing waits longer than for the turn to end.
 */
export function together<T>(most: number, work: (items: readonly T[]) => void): (item: T) => void {
  let waiting: T[] = [];
  const workAll = (): void => {
    const items = waiting;
    waiting = [];
    for (let at = 0; at < items.length; at += most) work(items.slice(at, at + most));
  };
  return (item) => {
    if (waiting.push(item) === 1) setImmediate(workAll);
  };
}
