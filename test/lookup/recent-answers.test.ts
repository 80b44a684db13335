/** An answer is only ever given again where the whole lookup would say the same, byte for byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { bytesOf, lookupText } from '../../lib/http/wire/lookup.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { RecentAnswers } from '../../lib/lookup/recent-answers.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import type { RungKey } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHistory, SEED } from '../support/arbitraries.ts';
import { ALLOCATIONS, answerAt, anyQuestion, BOOKS, HOST, LISTINGS, lookupAt } from '../support/questions.ts';
import { mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const TUNNEL = '2002:c623:305::25';

function seldom<T>(changes: readonly T[]) {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...changes) },
  );
}

/** One thing that happens between two rounds of questions. */
const anyEvent = fc.record({
  /** Mostly shorter than what is kept lasts; now and then the clock is set back. */
  passed: fc.constantFrom(0, 1, 700, 700, 1500, 2500, 20_000, 40_000, 40_000, -HOUR),
  said: fc.nat(3),
  allocations: seldom(ALLOCATIONS),
  listing: seldom(LISTINGS),
  book: seldom(BOOKS),
  questions: fc.array(anyQuestion, { minLength: 6, maxLength: 24 }),
});

describe('an answer that is given again', () => {
  it.each([
    ['many', 1e7, 1000],
    ['two', 1, 200],
  ])(
    'is, with room for %s and whatever was asked, said and stated in between, byte for byte what the whole lookup says',
    (_room, memory, atLeast) => {
      let again = 0;
      fc.assert(
        fc.property(anyHistory, fc.array(anyEvent, { maxLength: 8 }), (history, events) => {
          const world = new World();
          const [keeping, whole] = [world.service(memory), world.service(null)];
          let now = NOW;
          let said = 0;
          for (const event of events) {
            now += event.passed;
            world.learn(history.slice(said, said + event.said));
            said += event.said;
            world.allocations = event.allocations ?? world.allocations;
            world.listing = event.listing === undefined ? world.listing : event.listing;
            world.book = event.book ?? world.book;
            for (const { host, facts, account } of event.questions) {
              const question = { address: mustAddress(host), facts, account };
              const answer = answerAt(question, keeping(), now);
              if (answer.written !== null && answer.written.opening !== '') again++;
              const text = lookupText(answer);
              expect(text).toBe(lookupText(answerAt(question, whole(), now)));
              expect(bytesOf(text, answer)).toBe(Buffer.byteLength(text));
            }
          }
        }),
        { seed: SEED, numRuns: 150 },
      );
      expect(again).toBeGreaterThan(atLeast);
    },
  );

  it.each([HOST, TUNNEL])('is the same but for its time while nothing changes, as of %s', (host) => {
    const { ask } = new World([recordOf(HOST), recordOf(TUNNEL)]).asking(host);
    const first = ask();
    const second = ask(NOW + 3 * SECOND);
    expect(second.network).toBe(first.network);
    expect(second.policy).toBe(first.policy);
    expect(second.expires).toBe(first.expires + 3 * SECOND);
  });

  it('is given for a minute, whoever else is asked about meanwhile', () => {
    const sources = new World([recordOf(HOST)]).service(1e7);
    const ask = (host: string, seconds: number) =>
      answerAt({ address: mustAddress(host), facts: {} }, sources(), NOW + seconds * SECOND).network;
    ask(TUNNEL, -30);
    for (let times = 0; times < 3; times++) ask(HOST, 0);
    const kept = ask(HOST, 1);
    ask(TUNNEL, 31);
    expect(ask(HOST, 59)).toBe(kept);
    expect(ask(HOST, 61)).not.toBe(kept);
  });

  it('follows the base rate within two seconds, though it was given again in between', () => {
    const world = new World([recordOf(HOST)]);
    const { ask } = world.asking();
    const first = ask();
    world.learn([recordOf('2001:4860:4860::8888')]);
    expect(ask(NOW + SECOND).network).toBe(first.network);
    const later = ask(NOW + 3 * SECOND);
    expect(later.reputation?.baseRate).toBeGreaterThan(first.reputation?.baseRate ?? 1);
  });

  it('about a tunnel is given again though the base rate of IPv6 moved', () => {
    const world = new World([recordOf(TUNNEL)]);
    const { ask } = world.asking(TUNNEL);
    const first = ask();
    world.learn([recordOf(HOST)]);
    expect(ask(NOW + 3 * SECOND).network).toBe(first.network);
  });

  it('is never that of the other family with the same bits', () => {
    const world = new World([recordOf('42.0.20.80'), recordOf('2a00:1450::', { verdict: 'ham' })]);
    const sources = world.service(1e7);
    for (const host of ['42.0.20.80', '2a00:1450::', '42.0.20.80', '2a00:1450::', '42.0.20.80']) {
      const { network } = answerAt({ address: mustAddress(host), facts: {} }, sources(), NOW);
      expect(formatAddress(network.address)).toBe(host);
    }
  });

  it('is not given again once something was said of its sender, an entry came or a statement changed', () => {
    const world = new World([recordOf(HOST, { count: 3 })]);
    const { ask } = world.asking();
    const first = ask();
    world.learn([recordOf(HOST, { id: 'one more' })]);
    const second = ask();
    expect(second.reputation?.observations).toBeGreaterThan(first.reputation?.observations ?? 0);
    world.listing = LISTINGS[2];
    expect(ask().listing).toEqual(LISTINGS[2]);
    world.listing = null;
    world.allocations = ALLOCATIONS[1] ?? NO_ALLOCATIONS;
    expect(ask().network.prefix).not.toEqual(second.network.prefix);
  });

  it('is not given again by a store that fails', async () => {
    const world = new World([recordOf(HOST, { count: 3 })]);
    const { tryToAsk } = world.asking();
    expect((await tryToAsk()).degraded).toBe(false);
    world.failing = true;
    expect((await tryToAsk()).degraded).toBe(true);
  });
});

/** What a service answers from, to be changed under its feet. */
class World {
  readonly #store = new MemoryStore();
  #changes = 0;
  allocations: Allocations = NO_ALLOCATIONS;
  listing: (typeof LISTINGS)[number] = null;
  book: (typeof BOOKS)[number] = DEFAULT_POLICY_BOOK;
  failing = false;

  constructor(records: readonly VerdictRecord[] = []) {
    this.learn(records);
  }

  learn(records: readonly VerdictRecord[]): void {
    this.#store.record(records, NOW);
    if (records.length > 0) this.#changes++;
  }

  /** A service that keeps answers in so many bytes, or none at all. */
  service(memory: number | null) {
    const editions = [() => this.allocations, () => this.listing];
    const recent = memory === null ? undefined : new RecentAnswers(editions, memory);
    const subjects = new KnownSubjects();
    const store = this.#watched();
    return () => {
      const { allocations, listing, book } = this;
      return { store, subjects, recent, allocations, listing, book };
    };
  }

  /** A service that keeps its answers, and was asked about the host before. */
  asking(host = HOST) {
    const sources = this.service(1e7);
    const question = { address: mustAddress(host), facts: {} };
    const ask = (now = NOW) => answerAt(question, sources(), now);
    for (let times = 0; times < 3; times++) lookupText(ask());
    return { ask, tryToAsk: () => lookupAt(question, sources(), NOW) };
  }

  #watched() {
    const must = (): void => {
      if (this.failing) throw new Error('the disk is gone');
    };
    return {
      readTallies: (rungs: readonly RungKey[]) => {
        must();
        return rungs.map((rung) => this.#store.tally(rung));
      },
      rootTally: (family: 4 | 6) => {
        must();
        return this.#store.rootTally(family);
      },
      watchTallies: (rungs: readonly RungKey[]) => {
        const before = rungs.map((rung) => this.#store.tally(rung));
        return () => {
          must();
          return rungs.every((rung, i) => this.#store.tally(rung) === before[i]);
        };
      },
      tallyChanges: () => {
        must();
        return this.#changes;
      },
    };
  }
}
