/**
 * Reads tallies: one BatchGetItem for a lookup, and as few as possible for many lookups that ask at once.
 *
 * Reads are eventually consistent, which costs half and may lag by some milliseconds. Keys that DynamoDB leaves unprocessed
 * are asked for again until the time is up; then the read fails, as half a ladder would be a wrong answer.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Family } from '../../net/address.ts';
import type { RungKey } from '../../reputation/rung.ts';
import { add, difference, EMPTY_TALLY, isEmpty, type Tally } from '../../reputation/tally.ts';
import { decodeTally } from '../codec/tally.ts';
import { bytesIn, type Item, textIn } from './item.ts';
import { cascadeKey, rootLanes, type TableKey, tallyKey } from './keys.ts';
import type { Table } from './table.ts';

/** The most keys of one BatchGetItem. */
const MAX_KEYS = 100;
/** Milliseconds before unprocessed keys are asked for again, growing while none of them is processed. */
const RETRY_PAUSE_MS = 4;

/** What a read of many keys waits for. */
interface Waiting {
  readonly keys: readonly RungKey[];
  readonly resolve: (tallies: readonly Tally[]) => void;
  readonly reject: (error: unknown) => void;
}

export class TallyReader {
  readonly #table: Table;
  readonly #timeoutMs: number;
  #waiting: Waiting[] = [];

  /** A read that takes longer than `timeoutMs` rejects. */
  constructor(table: Table, timeoutMs: number) {
    this.#table = table;
    this.#timeoutMs = timeoutMs;
  }

  /** The tallies of rungs, in their order; the empty one for a rung that nothing is known of. */
  read(keys: readonly RungKey[]): Promise<readonly Tally[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ keys, resolve, reject });
      // Lookups of one request all ask before the first microtask runs, so they share their batches.
      if (this.#waiting.length === 1) queueMicrotask(() => this.#flush());
    });
  }

  /** The sum of a root's lanes. */
  async readRoot(family: Family): Promise<Tally> {
    const lanes = await this.read(rootLanes(family));
    return lanes.reduce((sum, lane) => add(sum, difference(lane, EMPTY_TALLY)), EMPTY_TALLY);
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const group of grouped(waiting)) {
      this.#load(new Set(group.flatMap(({ keys }) => keys))).then(
        (tallies) => {
          for (const { keys, resolve } of group) resolve(keys.map((key) => tallies.get(key) ?? EMPTY_TALLY));
        },
        (error: unknown) => {
          for (const { reject } of group) reject(error);
        },
      );
    }
  }

  async #load(keys: ReadonlySet<RungKey>): Promise<ReadonlyMap<RungKey, Tally>> {
    const tallies = new Map<RungKey, Tally>();
    const signal = AbortSignal.timeout(this.#timeoutMs);
    let wanted: readonly TableKey[] = [...keys].map(tallyKey);
    for (let idle = 0; wanted.length > 0; ) {
      const asked = wanted.slice(0, MAX_KEYS);
      const { items, unprocessed } = await this.#table.batchGet(asked, {
        attributes: ['pk', 'sk', 'tally'],
        signal,
      });
      for (const item of items) tallies.set(keyOf(item), tallyIn(item));
      wanted = [...unprocessed, ...wanted.slice(MAX_KEYS)];
      idle = unprocessed.length < asked.length ? 0 : idle + 1;
      if (unprocessed.length > 0)
        await delay(RETRY_PAUSE_MS * (1 + idle) * Math.random(), undefined, { signal });
    }
    return tallies;
  }
}

/** The tally in an item; the empty one when it has come to nothing and only waits to expire. */
export function tallyIn(item: Item): Tally {
  const bytes = bytesIn(item, 'tally');
  if (bytes === undefined) return EMPTY_TALLY;
  const tally = decodeTally(bytes);
  return isEmpty(tally) ? EMPTY_TALLY : tally;
}

/** Reads that go together: as many as fit one batch; a read of more keys than that goes alone. */
function grouped(waiting: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const groups: Waiting[][] = [];
  let distinct = new Set<RungKey>();
  for (const one of waiting) {
    const last = groups.at(-1);
    const more = one.keys.filter((key) => !distinct.has(key)).length;
    if (last !== undefined && distinct.size + more <= MAX_KEYS) {
      last.push(one);
      for (const key of one.keys) distinct.add(key);
    } else {
      groups.push([one]);
      distinct = new Set(one.keys);
    }
  }
  return groups;
}

function keyOf(item: Item): RungKey {
  return cascadeKey({ pk: textIn(item, 'pk') ?? '', sk: textIn(item, 'sk') ?? '' }) ?? '';
}
