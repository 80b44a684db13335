/** An answer is only ever given again where the whole lookup would say the same, byte for byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import type { Allocations } from '../../lib/allocation/allocation.ts';
import { lookupAsText, type SentAnswer } from '../../lib/http/lookup-text.ts';
import type { Told } from '../../lib/lookup/answer.ts';
import { FRESH_SUBJECTS, KnownSubject, type Subjects } from '../../lib/lookup/known-subject.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { RecentAnswers } from '../../lib/lookup/recent-answers.ts';
import { formatAddress } from '../../lib/net/address.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { type RungKey, rungKey } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHistory, SEED } from '../support/arbitraries.ts';
import { ALLOCATIONS, anyQuestion, BOOKS, HOST, LISTINGS } from '../support/questions.ts';
import { mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';
import { watchOver } from '../support/watch-over.ts';

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
      const again = compare([memory, lasting], ({ told, ...given }, { told: toldOf, ...sent }) => {
        expect(given).toEqual(sent);
        expect(given.bytes).toBe(Buffer.byteLength(given.text));
        expect(plain(told)).toEqual(plain(toldOf));
      });
      expect(again).toBeGreaterThan(atLeast);
    },
  );

  it('differs from what the whole lookup says by no more than the decay of a minute where nothing else is kept', () => {
    const again = compare([1e7, () => FRESH_SUBJECTS], (given, sent) => {
      const [one, other] = [apart(given.text), apart(sent.text)];
      expect(one.words).toBe(other.words);
      expect(
        one.numbers.filter((a, i) => {
          const difference = Math.abs(a - (other.numbers[i] ?? Number.NaN));
          return !(difference <= 0.004 * a + 0.0002);
        }),
      ).toEqual([]);
    });
    expect(again).toBeGreaterThan(1000);
  });

  it.each([HOST, TUNNEL])('is the same but for its time while nothing changes, as of %s', (host) => {
    const { ask } = new World([recordOf(HOST), recordOf(TUNNEL)]).asking(host);
    const { expires: first, ...others } = bodyOf(ask());
    const second = ask(NOW + 3 * SECOND);
    expect(isGivenAgain(second)).toBe(true);
    expect(bodyOf(second)).toEqual({ ...others, expires: expect.any(String) });
    expect(Date.parse(bodyOf(second).expires)).toBe(Date.parse(first) + 3 * SECOND);
  });

  it('is given for a minute, whoever else is asked about meanwhile', () => {
    const sources = new World([recordOf(HOST)]).service(1e7);
    const isAgain = (host: string, seconds: number) =>
      isGivenAgain(
        atOnce(lookupAsText({ address: mustAddress(host), facts: {} }, sources(), NOW + seconds * SECOND)),
      );
    expect(isAgain(TUNNEL, -30)).toBe(false);
    expect(isAgain(HOST, 0)).toBe(false);
    expect(isAgain(HOST, 1)).toBe(true);
    expect(isAgain(TUNNEL, 31)).toBe(false);
    expect(isAgain(HOST, 59)).toBe(true);
    expect(isAgain(HOST, 61)).toBe(false);
  });

  it('follows the base rate within two seconds, though it was given again in between', () => {
    const world = new World([recordOf(HOST)]);
    const { ask } = world.asking();
    const first = bodyOf(ask());
    world.learn([recordOf('2001:4860:4860::8888')]);
    expect(isGivenAgain(ask(NOW + SECOND))).toBe(true);
    const later = bodyOf(ask(NOW + 3 * SECOND));
    expect(later.reputation.baseRate).toBeGreaterThan(first.reputation.baseRate);
    expect(isGivenAgain(ask(NOW + 6 * SECOND))).toBe(true);
    world.learn([recordOf('2620:fe::fe')]);
    expect(isGivenAgain(ask(NOW + 7 * SECOND))).toBe(true);
    expect(isGivenAgain(ask(NOW + 9 * SECOND))).toBe(false);
  });

  it('about a tunnel is given again though the base rate of IPv6 moved', () => {
    const world = new World([recordOf(TUNNEL)]);
    const { ask } = world.asking(TUNNEL);
    world.learn([recordOf(HOST)]);
    expect(isGivenAgain(ask(NOW + 3 * SECOND))).toBe(true);
  });

  it('is never that of the other family with the same bits', () => {
    const world = new World([recordOf('42.0.20.80'), recordOf('2a00:1450::', { verdict: 'ham' })]);
    const sources = world.service(1e7);
    for (const host of ['42.0.20.80', '2a00:1450::', '42.0.20.80', '2a00:1450::', '42.0.20.80']) {
      const answer = atOnce(lookupAsText({ address: mustAddress(host), facts: {} }, sources(), NOW));
      expect(formatAddress(answer.told.network.address)).toBe(host);
      expect(bodyOf(answer).address).toBe(host);
    }
  });

  it('is not given again once something was said of its sender, an entry came or a statement changed', () => {
    const world = new World([recordOf(HOST, { count: 3 })]);
    const { ask } = world.asking();
    const first = bodyOf(ask());
    world.learn([recordOf(HOST, { id: 'one more' })]);
    const second = bodyOf(ask());
    expect(second.reputation.observations).toBeGreaterThan(first.reputation.observations);
    world.listing = LISTINGS[2];
    expect(bodyOf(ask()).listing).toEqual(LISTINGS[2]);
    world.listing = null;
    world.allocations = ALLOCATIONS[1] ?? NO_ALLOCATIONS;
    expect(bodyOf(ask()).network.prefix).not.toEqual(second.network.prefix);
  });

  it('is not given again by a store that fails', async () => {
    const world = new World([recordOf(HOST, { count: 3 })]);
    const { tryToAsk } = world.asking();
    expect((await tryToAsk()).degraded).toBe(false);
    world.failing = true;
    expect((await tryToAsk()).degraded).toBe(true);
  });
});

/**
 * Checks each answer of a service that keeps some in so many bytes against that of one that keeps none, under any history; gives
 * how many were given again.
 */
function compare(
  [memory, subjects]: readonly [number, () => Subjects],
  check: (answer: SentAnswer, whole: SentAnswer) => void,
): number {
  let again = 0;
  fc.assert(
    fc.property(anyHistory, fc.array(anyEvent, { maxLength: 8 }), (history, events) => {
      const world = new World();
      const [keeping, whole] = [world.service(memory, subjects()), world.service(null, subjects())];
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
          const answer = atOnce(lookupAsText(question, keeping(), now));
          if (isGivenAgain(answer)) again++;
          check(answer, atOnce(lookupAsText(question, whole(), now)));
        }
      }
    }),
    { seed: SEED, numRuns: 150 },
  );
  return again;
}

/** The answer, which must come at once. */
function atOnce(answer: SentAnswer | Promise<SentAnswer>): SentAnswer {
  if (answer instanceof Promise) throw new Error('a store at hand answers at once');
  return answer;
}

/** Then nothing was concluded for it. */
function isGivenAgain({ told }: SentAnswer): boolean {
  return !('reputation' in told);
}

/** What is counted and logged. */
function plain({ network: { kind, address }, policy, degraded }: Told) {
  return [kind, formatAddress(address), policy.class, policy.action, degraded];
}

const bodySchema = z.object({
  address: z.string(),
  network: z.object({ prefix: z.string() }),
  reputation: z.object({ baseRate: z.number(), observations: z.number() }),
  listing: z.unknown(),
  expires: z.string(),
});

function bodyOf({ text }: SentAnswer): z.infer<typeof bodySchema> {
  return bodySchema.parse(JSON.parse(text));
}

/** Subjects that are kept from the first question on: what is concluded of them holds for as long as an answer is kept. */
function lasting(): Subjects {
  const known = new Map<RungKey, KnownSubject>();
  return {
    of: (subject) => {
      const key = rungKey(subject);
      const one = known.get(key) ?? new KnownSubject(subject, key, true);
      known.set(key, one);
      return one;
    },
  };
}

/** A text without its numbers, and those. */
function apart(text: string) {
  const number = /\d+(?:\.\d+)?/g;
  return {
    words: text.replace(number, '#'),
    numbers: Array.from(text.matchAll(number), ([one]) => Number(one)),
  };
}

const orNothing = <T>(read: Promise<T>): Promise<T | null> => read.catch(() => null);

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
  service(memory: number | null, subjects: Subjects = new KnownSubjects()) {
    const editions = [() => this.allocations, () => this.listing];
    const recent = memory === null ? undefined : new RecentAnswers(editions, memory);
    const store = this.#watched();
    return () => {
      const { allocations, listing, book } = this;
      const others = { listingOf: () => listing, divides: () => false };
      return { store, subjects, recent, allocations, book, ...others, withinBudget: orNothing };
    };
  }

  /** A service that keeps its answers, and was asked about the host before. */
  asking(host = HOST) {
    const sources = this.service(1e7);
    const question = { address: mustAddress(host), facts: {} };
    const ask = (now = NOW) => atOnce(lookupAsText(question, sources(), now));
    ask();
    return { ask, tryToAsk: () => lookupAsText(question, sources(), NOW) };
  }

  #watched() {
    const must = (): void => {
      if (this.failing) throw new Error('the disk is gone');
    };
    const watch = watchOver((rung) => this.#store.tally(rung));
    return {
      readTallies: (rungs: readonly RungKey[]) => {
        must();
        return rungs.map((rung) => this.#store.tally(rung));
      },
      rootTally: (family: 4 | 6) => {
        must();
        return this.#store.rootTally(family);
      },
      watchTallies: watch.watchTallies,
      changesAt: (places: ArrayLike<number>, from: number, to: number) => {
        must();
        return watch.changesAt(places, from, to);
      },
      tallyChanges: () => {
        must();
        return this.#changes;
      },
    };
  }
}
