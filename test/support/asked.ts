/** What the reputation says of a host once some records are learned, and sums by hand to compare it with. */
import { type Reputation, reputationOf } from '../../lib/reputation/reputation.ts';
import { rungsOf } from '../../lib/reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../lib/reputation/tally.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { NOW, recordOf } from './records.ts';

export const HOST = '2a00:1450:4001:81b::5';
/** In the same /56, in another /56 of the same /48, and in another /32. */
export const NEAR = '2a00:1450:4001:81c::5';
export const FAR = '2a00:1450:4001:9ff::5';
export const ELSEWHERE = '2001:4860:4860::8888';

/** posterior = (strength * prior + bad) / (strength + bad + good), link after link. */
export function chain(
  prior: number,
  links: readonly (readonly [strength: number, bad: number, good: number])[],
): number {
  return links.reduce((p, [strength, bad, good]) => (strength * p + bad) / (strength + bad + good), prior);
}

export const onAll = (scales: readonly { readonly strength: number }[], bad: number, good: number) =>
  scales.map(({ strength }): readonly [number, number, number] => [strength, bad, good]);

export function learned(records: readonly VerdictRecord[]): MemoryStore {
  const store = new MemoryStore();
  store.record(records, NOW);
  return store;
}

/** What is said of the host once the records are learned. */
export function ask(records: readonly VerdictRecord[], host: string, now = NOW): Reputation {
  const { ladder, bin } = recordOf(host);
  return onStore(learned(records), ladder, bin, now);
}

export function onStore(
  store: MemoryStore,
  ladder: VerdictRecord['ladder'],
  bin: number | null,
  now: number,
): Reputation {
  const tallies = rungsOf(ladder).map((rung) => store.tally(rung));
  return reputationOf({ ladder, tallies, bin, root: store.rootTally(ladder.subject.family) }, now);
}

/** On tallies given: those of a ladder, the subject first, then the root; missing ones are empty. */
export function onTallies(given: readonly Tally[], now: number, bin: number | null = null): Reputation {
  const { ladder } = recordOf(HOST);
  const tallies = rungsOf(ladder).map((_, i) => given[i] ?? EMPTY_TALLY);
  return reputationOf({ ladder, tallies, bin, root: given[tallies.length] ?? EMPTY_TALLY }, now);
}
