/**
 * Counters on a map.
 */
import {
  type Counters,
  NO_COUNTERS,
  type QuotaLimits,
  type Ruling,
  type TrafficEvent,
  take,
} from '../../quota/counters.ts';
import type { RungKey } from '../../reputation/rung.ts';
import type { CounterStore } from '../port.ts';

export class MemoryCounters implements CounterStore {
  readonly #counters = new Map<RungKey, Counters>();

  take(key: RungKey, event: TrafficEvent, limits: QuotaLimits, now: number): Promise<Ruling> {
    const { ruling, counters } = take(this.#counters.get(key) ?? NO_COUNTERS, event, limits, now);
    this.#counters.set(key, counters);
    return Promise.resolve(ruling);
  }
}
