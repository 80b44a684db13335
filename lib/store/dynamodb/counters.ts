/**
 * Counters on DynamoDB: one item a sender, changed by one conditional write that names the state it was made from.
 *
 * What this process saw last is kept, so an event costs one call as long as nobody else counts for that sender; a write
 * that was overtaken is made anew from what the refusal showed. Events that arrive while one is under way go together in
 * the next, so writers compete by process and not by connection. A refusal changes nothing, hence writes nothing.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Counters,
  emptyAt,
  NO_COUNTERS,
  type QuotaLimits,
  RATES,
  type Ruling,
  type TrafficEvent,
  take,
} from '../../quota/counters.ts';
import type { RungKey } from '../../reputation/rung.ts';
import { decodeCounters, encodeCounters } from '../codec/counters.ts';
import type { CounterStore } from '../port.ts';
import { expiry, type Item, keyAttributes, present, text, textIn } from './item.ts';
import { counterKey } from './keys.ts';
import type { Table, UpdateInput } from './table.ts';

/** Senders whose counters are kept at hand. */
const MAX_KNOWN = 10_000;
/** How often a write is made anew, and the milliseconds to wait before, growing with every attempt. */
const MAX_ATTEMPTS = 12;
const PAUSE_MS = 3;

/** Counters as an item held them; the mark names that state of the item, null when there was none. */
interface Seen {
  readonly counters: Counters;
  readonly mark: string | null;
}

interface Job {
  readonly event: TrafficEvent;
  readonly limits: QuotaLimits;
  readonly now: number;
  readonly resolve: (ruling: Ruling) => void;
  readonly reject: (error: unknown) => void;
}

const NOTHING_SEEN: Seen = { counters: NO_COUNTERS, mark: null };

export class DynamoCounters implements CounterStore {
  readonly #table: Table;
  readonly #known = new Map<RungKey, Seen>();
  /** Of every sender that is being counted for, the events that wait. */
  readonly #waiting = new Map<RungKey, Job[]>();

  constructor(table: Table) {
    this.#table = table;
  }

  take(key: RungKey, event: TrafficEvent, limits: QuotaLimits, now: number): Promise<Ruling> {
    return new Promise((resolve, reject) => {
      const job = { event, limits, now, resolve, reject };
      const waiting = this.#waiting.get(key);
      if (waiting !== undefined) waiting.push(job);
      else this.#work(key, [job]);
    });
  }

  /** Takes a sender's events, and those that arrive meanwhile, until none is left. Never rejects: its jobs are told. */
  async #work(key: RungKey, first: readonly Job[]): Promise<void> {
    let jobs = first;
    while (jobs.length > 0) {
      const waiting: Job[] = [];
      this.#waiting.set(key, waiting);
      try {
        const rulings = await this.#takeAll(key, jobs);
        for (const [i, { resolve, reject }] of jobs.entries()) {
          const ruling = rulings[i];
          if (ruling === undefined) reject(new RangeError('an event was left without a ruling'));
          else resolve(ruling);
        }
      } catch (error) {
        for (const { reject } of jobs) reject(error);
      }
      jobs = waiting;
    }
    this.#waiting.delete(key);
  }

  async #takeAll(key: RungKey, jobs: readonly Job[]): Promise<readonly Ruling[]> {
    const itemKey = counterKey(key);
    let seen = this.#known.get(key) ?? NOTHING_SEEN;
    let isCurrent = false;
    for (let attempt = 1; ; attempt++) {
      const { rulings, counters } = takeEach(seen.counters, jobs);
      if (counters === seen.counters) {
        if (isCurrent || rulings.every(holdsWhateverHappened)) {
          this.#remember(key, seen);
          return rulings;
        }
        // Others may have ended sessions since: nobody is turned away on what may be out of date.
        seen = seenIn(await this.#table.get(itemKey, { consistent: true }));
        isCurrent = true;
        continue;
      }
      const mark = randomBytes(9).toString('base64url');
      const swap = await this.#table.swap({
        Key: keyAttributes(itemKey),
        ...change(seen.mark, mark, counters),
      });
      const found = swap.written ? null : seenIn(swap.item);
      // A write that is refused because it came through before, its answer lost on the way, leaves its own mark.
      if (found === null || found.mark === mark) {
        this.#remember(key, { counters, mark });
        return rulings;
      }
      if (attempt === MAX_ATTEMPTS) throw new Error(`counters were overtaken ${attempt} times`);
      await delay(PAUSE_MS * (attempt - 1) * Math.random());
      seen = found;
      isCurrent = true;
    }
  }

  #remember(key: RungKey, seen: Seen): void {
    this.#known.delete(key);
    this.#known.set(key, seen);
    if (this.#known.size <= MAX_KNOWN) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

/** Whether a ruling is right even if others have counted since: a rate that is used up is not less so by that. */
function holdsWhateverHappened({ allowed, limit, remaining }: Ruling): boolean {
  return !allowed && remaining === 0 && limit in RATES;
}

function takeEach(
  before: Counters,
  jobs: readonly Job[],
): { readonly rulings: readonly Ruling[]; readonly counters: Counters } {
  let counters = before;
  const rulings = jobs.map(({ event, limits, now }) => {
    const step = take(counters, event, limits, now);
    counters = step.counters;
    return step.ruling;
  });
  return { rulings, counters };
}

function change(from: string | null, to: string, counters: Counters): Omit<UpdateInput, 'Key'> {
  return {
    UpdateExpression: 'SET #body = :body, #mark = :to, #expires = :expires',
    ConditionExpression: from === null ? 'attribute_not_exists(pk)' : '#mark = :from',
    ExpressionAttributeNames: { '#body': 'body', '#mark': 'mark', '#expires': 'expires' },
    ExpressionAttributeValues: {
      ':body': text(encodeCounters(counters)),
      ':to': text(to),
      ':expires': expiry(emptyAt(counters)),
      ...(from === null ? {} : { ':from': text(from) }),
    },
  };
}

function seenIn(item: Item | undefined): Seen {
  if (item === undefined) return NOTHING_SEEN;
  return {
    counters: decodeCounters(present(textIn(item, 'body'), 'body')),
    mark: present(textIn(item, 'mark'), 'mark'),
  };
}
