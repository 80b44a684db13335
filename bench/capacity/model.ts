/**
 * What a span of a day asks of items, partition keys and partitions in its busiest second, beside what DynamoDB gives.
 */
import type { Span } from './day.ts';
import type { Usage } from './metered-table.ts';

/**
 * Units a second that one partition gives, and so the most that one item can have. DynamoDB developer guide, "Burst and
 * adaptive capacity" and "Key range throughput exceeded", 2026. What a partition saved up in quieter minutes (burst
 * capacity) is not counted on.
 */
export const PARTITION = { reads: 3000, writes: 1000 } as const;
export type Unit = keyof typeof PARTITION;

/** Of all places of one kind the one with the most units in one second. */
export interface Busiest {
  readonly place: 'item' | 'partition key' | 'partition';
  readonly unit: Unit;
  readonly name: string;
  readonly units: number;
  /** How often that would fill what one partition gives. */
  readonly share: number;
}

/** How a place is named, given an item's `pk sk`. */
type PlaceOf = (item: string) => string;

const itself: PlaceOf = (item) => item;
const partitionKey: PlaceOf = (item) => item.slice(0, item.indexOf(' '));

/** The busiest of every kind. `partitionOf` tells in which partition a partition key lies. */
export function busiestOf({ seconds }: Span, partitionOf: (pk: string) => string): readonly Busiest[] {
  const known = new Map<string, string>();
  const partition: PlaceOf = (item) => {
    const pk = partitionKey(item);
    const name = known.get(pk) ?? partitionOf(pk);
    known.set(pk, name);
    return name;
  };
  const kinds = [
    ['item', itself],
    ['partition key', partitionKey],
    ['partition', partition],
  ] as const;
  return kinds.flatMap(([place, placeOf]) =>
    (['reads', 'writes'] as const).map((unit) => ({ place, unit, ...most(seconds, placeOf, unit) })),
  );
}

/** The items with the most units in one second, by the letter of their kind. */
export function busiestByKind(
  { seconds }: Span,
  unit: Unit,
): ReadonlyMap<string, { name: string; units: number }> {
  const kinds = new Map<string, { name: string; units: number }>();
  for (const second of seconds) {
    for (const [name, usage] of second) {
      const kind = name.charAt(0);
      if (usage[unit] > (kinds.get(kind)?.units ?? 0)) kinds.set(kind, { name, units: usage[unit] });
    }
  }
  return kinds;
}

/** Units a second in the mean, of all items of a kind by its letter. */
export function meanByKind({ seconds }: Span, unit: Unit): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [name, usage] of seconds.flatMap((second) => [...second])) {
    const kind = name.charAt(0);
    sums.set(kind, (sums.get(kind) ?? 0) + usage[unit] / seconds.length);
  }
  return sums;
}

/** What no splitting of partitions helps: items over the limit, as an item is never in two partitions. */
export function overLimit(busiest: readonly Busiest[]): readonly Busiest[] {
  return busiest.filter(({ place, share }) => place === 'item' && share > 1);
}

function most(
  seconds: readonly ReadonlyMap<string, Usage>[],
  placeOf: PlaceOf,
  unit: Unit,
): Pick<Busiest, 'name' | 'units' | 'share'> {
  let busiest = { name: '', units: 0 };
  for (const second of seconds) {
    const sums = new Map<string, number>();
    for (const [item, usage] of second) {
      const name = placeOf(item);
      sums.set(name, (sums.get(name) ?? 0) + usage[unit]);
    }
    for (const [name, units] of sums) if (units > busiest.units) busiest = { name, units };
  }
  return { ...busiest, share: busiest.units / PARTITION[unit] };
}
