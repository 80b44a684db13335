/**
 * What the words of the keys' reporters are worth, for whoever looks after the keys.
 */
import { type Credence, credenceOf } from '../reputation/stance.ts';
import { standingKey } from '../store/impulse.ts';
import type { Store } from '../store/port.ts';
import type { Key } from './key.ts';

/** A key, and what its word is worth; null for keys that do not report, and for trusted ones, which no weighing touches. */
export interface WeighedKey {
  readonly key: Key;
  readonly credence: Credence | null;
}

/** The keys in their order, each with its credence at time `now` (epoch milliseconds): one read for all. */
export async function weighedKeys(
  store: Pick<Store, 'readTallies'>,
  keys: readonly Key[],
  now: number,
): Promise<readonly WeighedKey[]> {
  const weighed = keys.filter(({ scopes, trusted }) => scopes.includes('report') && !trusted);
  const tallies = await store.readTallies(weighed.map(({ id }) => standingKey(id)));
  const byId = new Map(weighed.map(({ id }, i) => [id, tallies[i]]));
  return keys.map((key) => {
    const tally = byId.get(key.id);
    return { key, credence: tally === undefined ? null : credenceOf(tally, now) };
  });
}
