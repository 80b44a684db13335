/** What was concluded before is only ever given again where concluding anew would say the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { type Reputation, reputationOf } from '../../lib/reputation/reputation.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHistory, SEED } from '../support/arbitraries.ts';
import { NOW, recordOf } from '../support/records.ts';
import { watchOver } from '../support/watch-over.ts';

const HOST = '2a00:1450:4001:81b::5';
const OTHER = '2a00:1450:4001:81b::6';
const SECOND = 1000;

describe('a known subject', () => {
  it('is told the same as long as nothing changes, for a minute', () => {
    const { ask } = asking([recordOf(HOST)]);
    const first = ask(HOST, NOW);
    expect(ask(HOST, NOW + 59 * SECOND)).toBe(first);
    expect(ask(HOST, NOW + 61 * SECOND)).not.toBe(first);
  });

  it('is concluded anew when the clock goes back', () => {
    const { ask } = asking([recordOf(HOST)]);
    const first = ask(HOST, NOW);
    expect(ask(HOST, NOW - 1)).not.toBe(first);
  });

  it('is concluded anew at once when something is said of it or of its neighbours', () => {
    const { ask, learn } = asking([recordOf(HOST)]);
    const first = ask(HOST, NOW);
    learn(recordOf(HOST, { id: 'more' }));
    const second = ask(HOST, NOW);
    expect(second.observations).toBeGreaterThan(first.observations);
    learn(recordOf('2a00:1450:4001:81c::5'));
    expect(ask(HOST, NOW).neighbourhood.observations).toBeGreaterThan(second.neighbourhood.observations);
  });

  it('follows the base rate within two seconds', () => {
    const { ask, learn } = asking([]);
    const first = ask(HOST, NOW);
    learn(recordOf('2001:4860:4860::8888'));
    expect(ask(HOST, NOW + SECOND)).toBe(first);
    expect(ask(HOST, NOW + 3 * SECOND).baseRate).toBeGreaterThan(first.baseRate);
  });

  it('of a mixed end site is told host by host', () => {
    const { ask } = asking([recordOf(HOST, { count: 40 }), recordOf(OTHER, { count: 40, verdict: 'ham' })]);
    const [bad, good] = [ask(HOST, NOW), ask(OTHER, NOW)];
    expect(bad.spam).toBeGreaterThan(good.spam);
    expect([ask(HOST, NOW), ask(OTHER, NOW)]).toEqual([bad, good]);
    expect(ask(HOST, NOW)).toBe(bad);
  });

  it.each([
    ['can tell whether tallies changed', true],
    ['cannot', false],
  ])(
    'of a store that %s has, whatever is said in between, the reputation of a stranger',
    (_what, canTell) => {
      fc.assert(
        fc.property(anyHistory, (history) => {
          const { ask, fresh, learn } = asking([], canTell);
          for (const [step, record] of history.entries()) {
            const now = NOW + step * 3 * SECOND;
            for (const other of history.slice(0, 4)) {
              expect(plain(ask(other, now))).toEqual(plain(fresh(other, now)));
            }
            learn(record);
          }
        }),
        { seed: SEED, numRuns: 60 },
      );
    },
  );
});

/** What an answer shows, to fewer digits than a minute's decay moves. */
function plain({ spam, interval, observations, reporters, evidence, host }: Reputation): unknown {
  const rounded = (value: number): number => Number((Math.round(value * 200) / 200).toPrecision(2));
  return [
    spam,
    ...interval,
    observations,
    host?.posterior ?? 0,
    ...Array.from(evidence, (level) => level.spam),
  ]
    .map(rounded)
    .concat(reporters);
}

function asking(records: readonly VerdictRecord[], canTell = true) {
  const store = new MemoryStore();
  const watching = canTell ? watchOver((rung) => store.tally(rung)) : {};
  store.record(records, NOW);
  const subjects = new KnownSubjects();
  // Whoever is asked about for the first time is not kept.
  for (const { ladder } of [HOST, OTHER].map((host) => recordOf(host))) subjects.of(ladder.subject);
  const placed = (who: string | VerdictRecord) => (typeof who === 'string' ? recordOf(who) : who);
  return {
    learn: (record: VerdictRecord) => store.record([record], NOW),
    ask: (who: string | VerdictRecord, now: number): Reputation => {
      const { ladder, bin } = placed(who);
      const known = subjects.of(ladder.subject);
      const root = () => store.rootTally(ladder.subject.family);
      const still = known.known(bin, watching, root, now);
      if (still !== null) return still.reputation;
      const tallies = known.rungs.map((rung) => store.tally(rung));
      return known.conclude(tallies, root(), bin, watching, now).reputation;
    },
    fresh: (who: string | VerdictRecord, now: number): Reputation => {
      const { ladder, bin } = placed(who);
      const tallies = new KnownSubjects().of(ladder.subject).rungs.map((rung) => store.tally(rung));
      return reputationOf({ ladder, tallies, bin, root: store.rootTally(ladder.subject.family) }, now);
    },
  };
}
