/**
 * Landmarks: blocks at whose edges an answer may change. Between them, whatever address is asked about gets the same
 * answer, so one question tells for all.
 */
import { comparePrefix, type Prefix } from '../net/prefix.ts';
import type { RungTally } from '../store/port.ts';

export type Landmark =
  /** A block that evidence is known of; `prefix` may be how the block shows in IPv6. */
  | { readonly prefix: Prefix; readonly what: 'rung'; readonly rung: RungTally }
  /** A block that somebody says is cut in its own way: of interest where there is evidence only. */
  | { readonly prefix: Prefix; readonly what: 'allocation' }
  /** Special-purpose space, a block on a list. */
  | { readonly prefix: Prefix; readonly what: 'edge' }
  /** A block in which nothing is ever listed. */
  | { readonly prefix: Prefix; readonly what: 'unlistable' };

export type Landmarks = AsyncIterable<Landmark>;

/** Landmarks of several sources as one run in table order: by first address, a block before the blocks in it. */
export async function* merged(sources: readonly Landmarks[]): AsyncGenerator<Landmark> {
  const runs = sources.map((source) => source[Symbol.asyncIterator]());
  const firsts = await Promise.all(runs.map((run) => run.next()));
  const heads = firsts.map(({ done, value }) => (done === true ? null : value));
  for (;;) {
    let next = -1;
    let first: Landmark | null = null;
    for (let i = 0; i < heads.length; i++) {
      const head = heads[i] ?? null;
      if (head === null || (first !== null && comparePrefix(first.prefix, head.prefix) <= 0)) continue;
      next = i;
      first = head;
    }
    if (first === null) return;
    yield first;
    const step = await runs[next]?.next();
    heads[next] = step === undefined || step.done === true ? null : step.value;
  }
}
