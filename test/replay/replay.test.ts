/** Back-tests: each answer comes before its lesson, and is the one a lookup would have given. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { type LookupSources, lookup } from '../../lib/lookup/lookup.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { Replay, type ReplayAnswer, type ReplayEvent } from '../../lib/replay/replay.ts';
import { ReplaySummary } from '../../lib/replay/summary.ts';
import { FIRST_BASE_RATE } from '../../lib/reputation/parameters.ts';
import { type Reputation, reputationOf } from '../../lib/reputation/reputation.ts';
import { rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHost, batchesOf, CROWDED, placeOf, SEED } from '../support/arbitraries.ts';
import { DAY, HOUR, mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';

const LOCAL = { id: 'local', trusted: true };

describe('a replay', () => {
  it('answers before it learns', () => {
    const replay = new Replay({ allocations: NO_ALLOCATIONS });
    const [first, second] = [replay.step(event(0)), replay.step(event(1))];
    expect(first.spam).toBeCloseTo(FIRST_BASE_RATE.spam, 12);
    expect(second.spam).toBeGreaterThan(first.spam ?? 1);
  });

  it('learns nothing from answering, and answers nothing else for having been asked', () => {
    const [asked, silent] = [
      new Replay({ allocations: NO_ALLOCATIONS }),
      new Replay({ allocations: NO_ALLOCATIONS }),
    ];
    for (const replay of [asked, silent]) replay.learn(event(0));
    for (let i = 0; i < 10; i++) asked.answer(event(1));
    expect(asked.answer(event(2))).toEqual(silent.answer(event(2)));
  });

  it('tells the prefix, the subject, the probability, the class and the action of each line', () => {
    const replay = new Replay({ allocations: NO_ALLOCATIONS });
    const address = mustAddress('2002:c623:1a60::25');
    expect(replay.step({ ...event(0), address })).toEqual({
      id: 'line-0',
      prefix: '2002:c623:1a60::/48',
      subject: '198.35.26.96/32',
      spam: expect.closeTo(FIRST_BASE_RATE.spam, 12),
      class: 'unknown',
      action: 'throttle',
    });
    expect(replay.step({ ...event(1), address: mustAddress('::1') })).toEqual({
      id: 'line-1',
      prefix: '::1/128',
      subject: null,
      spam: null,
      class: 'local',
      action: 'accept',
    });
  });

  it('takes a line without a reporter for the trusted owner’s, one with a reporter for a stranger’s', () => {
    const learnedFrom = (reporter?: string) => {
      const replay = new Replay({ allocations: NO_ALLOCATIONS });
      for (let i = 0; i < 20; i++) replay.learn({ ...event(i), reporter });
      return replay.answer(event(20)).spam ?? 0;
    };
    expect(learnedFrom()).toBeGreaterThan(learnedFrom('somebody'));
  });

  it('uses the allocations and the book it is given', () => {
    const replay = new Replay({ allocations: CROWDED, book: { ...DEFAULT_POLICY_BOOK, rollout: 'closed' } });
    const answer = replay.step({ ...event(0), address: mustAddress('2a00:1450:200:100::1') });
    expect(answer).toMatchObject({ prefix: '2a00:1450:200:100::/56', action: 'tempfail' });
  });

  it('gives each line the answer that the lookup line gives at that moment', async () => {
    const line = fc.record({
      host: anyHost,
      verdict: fc.constantFrom('spam', 'ham', 'trap', 'invalid-recipients'),
      reporter: fc.constantFrom(undefined, undefined, 'r1', 'r2'),
      gap: fc.oneof(fc.integer({ min: 0, max: HOUR }), fc.integer({ min: 0, max: 3 * DAY })),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 40 }), async (lines) => {
        const replay = new Replay({ allocations: CROWDED });
        const store = new MemoryStore();
        const sources: LookupSources = {
          store,
          allocations: CROWDED,
          subjects: new KnownSubjects(),
          book: DEFAULT_POLICY_BOOK,
          listingOf: () => null,
          divides: () => false,
          withinBudget: (read) => read,
        };
        let at = NOW - 60 * DAY;
        for (const [i, { host, verdict, reporter, gap }] of lines.entries()) {
          at += gap;
          const address = mustAddress(host);
          const looked = await lookup({ address, facts: {} }, sources, at);
          const replayed = replay.step({ id: `${i}`, at, address, verdict, reporter });
          expect(replayed).toMatchObject({
            prefix: formatPrefix(looked.network.prefix),
            spam: looked.reputation?.spam,
            class: looked.policy.class,
            action: looked.policy.action,
          });
          const by = reporter === undefined ? LOCAL : { id: reporter, trusted: false };
          store.record([{ ...placeOf(host), id: `${i}`, reporter: by, verdict, count: 1, at }], at);
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });
});

describe('on the first 5,000 lines of the recorded mail stream', () => {
  let events: readonly ReplayEvent[];
  let answers: readonly ReplayAnswer[];
  let records: readonly VerdictRecord[];
  let end: number;
  beforeAll(() => {
    events = recorded(5000);
    const replay = new Replay({ allocations: NO_ALLOCATIONS });
    answers = events.map((one) => replay.step(one));
    records = events.map(({ id, at, verdict }, i) => ({ ...recordOf(texts[i] ?? ''), id, at, verdict }));
    end = events.at(-1)?.at ?? 0;
  });

  it('every line has an answer, and most of the mail is told apart before its verdict is known', () => {
    const summary = new ReplaySummary();
    for (const [i, { spam, action, class: name }] of answers.entries()) {
      const truth = events[i]?.verdict === 'ham' ? 'ham' : 'spam';
      summary.add({ spam, action, class: name, truth });
    }
    const { events: count, unrated, auc, brier, goodRefused } = summary.result();
    expect({ count, unrated }).toEqual({ count: 5000, unrated: 0 });
    expect(auc).toBeGreaterThan(0.85);
    expect(brier).toBeLessThan(0.1);
    expect(goodRefused).toBeLessThanOrEqual(0.001);
  });

  it('a second replay gives the very same answers', () => {
    const again = new Replay({ allocations: NO_ALLOCATIONS });
    expect(events.map((one) => again.step(one))).toEqual(answers);
  });

  it('batches of any size end with identical answers, and so does the reverse order within a batch', () => {
    const whole = everywhere(learnt([1]));
    for (const sizes of [[7, 100, 3], [5000]]) expect(everywhere(learnt(sizes))).toEqual(whole);
    expect(everywhere(learnt([250], true))).toEqual(whole);
  });

  it('one angry reporter changes its victim, and leaves every other tally of a subject as it was', () => {
    const [calm, angry] = [learnt([1000]), learnt([1000])];
    const victim = recordOf('217.72.188.122');
    for (let i = 0; i < 500; i++) {
      angry.record(
        [{ ...victim, id: `angry-${i}`, reporter: { id: 'angry', trusted: false }, at: end }],
        end,
      );
    }
    const own = rungKey(victim.ladder.subject);
    expect(angry.tally(own)).not.toEqual(calm.tally(own));
    const others = subjects().filter((ladder) => rungKey(ladder.subject) !== own);
    expect(others.length).toBeGreaterThan(500);
    for (const { subject } of others)
      expect(angry.tally(rungKey(subject))).toEqual(calm.tally(rungKey(subject)));
    const shift = others.map((ladder) => {
      const [before, after] = [calm, angry].map((store) => about(store, ladder).spam);
      return Math.abs((after ?? 1) - (before ?? 0));
    });
    // Of 500 reports the network hears one unit in each of its time scales, and everybody else next to nothing.
    const far = others.map(({ ancestors: [, wide] }, i) =>
      wide && rungKey(wide) === wideOf(victim) ? 0 : (shift[i] ?? 1),
    );
    expect(Math.max(...far)).toBeLessThan(0.01);
  });

  const texts: string[] = [];

  function recorded(count: number): readonly ReplayEvent[] {
    const file = new URL('../../bench/data/mail-stream.csv.gz', import.meta.url);
    const lines = gunzipSync(readFileSync(file))
      .toString('utf8')
      .split('\n')
      .slice(1, count + 1);
    return lines.map((line, i) => {
      const [time = '', address = '', verdict = ''] = line.trim().split(',');
      texts.push(address);
      return {
        id: `line-${i}`,
        at: Date.parse(time),
        address: mustAddress(address),
        verdict: verdict === 'ham' ? 'ham' : 'spam',
      };
    });
  }

  /** A store that took the stream in batches, each received when its last line was written. */
  function learnt(sizes: readonly number[], backwards = false): MemoryStore {
    const store = new MemoryStore();
    for (const batch of batchesOf(records, sizes)) {
      const now = batch.at(-1)?.at ?? 0;
      store.record(backwards ? batch.toReversed() : batch, now);
    }
    return store;
  }

  function subjects(): readonly VerdictRecord['ladder'][] {
    return [...new Map(records.map(({ ladder }) => [rungKey(ladder.subject), ladder])).values()];
  }

  /** What is said of every subject, a line each. */
  function everywhere(store: MemoryStore): readonly string[] {
    return subjects().map((ladder) => JSON.stringify(about(store, ladder)));
  }

  function about(store: MemoryStore, ladder: VerdictRecord['ladder']): Reputation {
    const tallies = rungsOf(ladder).map((rung) => store.tally(rung));
    const { family } = ladder.subject;
    return reputationOf({ ladder, tallies, bin: null, root: store.rootTally(family) }, end);
  }

  function wideOf({ ladder }: VerdictRecord): string {
    const wide = ladder.ancestors.at(-1);
    return wide === undefined ? '' : rungKey(wide);
  }
});

function event(i: number): ReplayEvent {
  return { id: `line-${i}`, at: NOW + i * 1000, address: mustAddress('198.35.26.96'), verdict: 'spam' };
}
