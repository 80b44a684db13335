/** The sentence that says what decided: one sentence, with the prefix and the numbers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../lib/allocation/network.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { describeEvidence, describeUnrated } from '../../lib/policy/reason.ts';
import { Evidence, LINK } from '../../lib/reputation/evidence.ts';
import { reputationOf } from '../../lib/reputation/reputation.ts';
import { rungsOf } from '../../lib/reputation/rung.ts';
import { EMPTY_TALLY } from '../../lib/reputation/tally.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { VerdictRecord } from '../../lib/store/port.ts';
import { anyHistory, anyRecord, SEED } from '../support/arbitraries.ts';
import { DAY, mustAddress, NO_ALLOCATIONS, NOW, recordOf } from '../support/records.ts';

const HOST = '2a00:1450:4001:81b::5';

describe('the reason', () => {
  it('counts what reporters said of the end site lately', () => {
    const said = [recordOf(HOST, { id: 'a', count: 3 }), recordOf(HOST, { id: 'b', verdict: 'ham' })];
    expect(reason(said, HOST)).toMatch(
      /^3 of 4 weighted reports in [\w ]+ from 1 reporter call mail from 2a00:1450:4001:81b::\/64 spam/,
    );
  });

  it('counts tenths of reports below ten, whole ones from there on', () => {
    const anyDouble = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    const numbers = fc.tuple(anyDouble(0, 12), anyDouble(1, 5000));
    fc.assert(
      fc.property(numbers, fc.nat(3000), ([bad, good], reporters) => {
        const { ladder } = recordOf(HOST);
        const tallies = rungsOf(ladder).map(() => EMPTY_TALLY);
        const nothing = reputationOf({ ladder, tallies, bin: null, root: EMPTY_TALLY }, NOW);
        const own = nothing.evidence.startOf(0, 0);
        const said = nothing.evidence.numbers.map((number, i) =>
          i <= own || i % LINK === 0 ? number : i % LINK === 1 ? bad : good,
        );
        const evidence = new Evidence(said, nothing.evidence.length);
        const text = (value: number) =>
          value >= 10 ? `${Math.round(value)}` : `${Math.round(value * 10) / 10}`;
        const count = reporters === 1 ? '1 reporter' : `${reporters} reporters`;
        expect(describeEvidence({ ...nothing, reporters, evidence })).toBe(
          `${text(bad)} of ${text(bad + good)} weighted reports in 12 hours from ${count} call mail from 2a00:1450:4001:81b::/64 spam`,
        );
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('counts reporters', () => {
    const said = ['r1', 'r2', 'r3'].map((id) => recordOf(HOST, { id, reporter: { id, trusted: false } }));
    expect(reason(said, HOST)).toMatch(/^3 of 3 weighted reports in [\w ]+ from 3 reporters /);
  });

  it('speaks of a longer time when there is nothing newer to say', () => {
    const windows = [0, 2, 20].map((days) => {
      const said = reason([recordOf(HOST, { count: 40, at: NOW - days * DAY })], HOST);
      return /in ([\w ]+) from/.exec(said)?.[1];
    });
    expect(new Set(windows).size).toBe(3);
  });

  it('speaks of the one host inside an end site that sends both kinds', () => {
    const said = [
      recordOf(HOST, { id: 'a', count: 30 }),
      recordOf('2a00:1450:4001:81b::99', { id: 'b', verdict: 'ham', count: 30 }),
    ];
    expect(reason(said, HOST)).toMatch(
      /2a00:1450:4001:81b::\/64 sends both kinds of mail, and 30 of 30 weighted reports/,
    );
  });

  it('speaks of the newest reports when their order decides', () => {
    const good = recordOf(HOST, { id: 'good', verdict: 'ham', count: 200, at: NOW - DAY });
    const taken = [1, 2, 3, 4].map((n) => recordOf(HOST, { id: `bad-${n}`, at: NOW - 60_000 + n * 1000 }));
    expect(reason([good, ...taken], HOST)).toMatch(
      /^going by the newest 4 reports, 2a00:1450:4001:81b::\/64 has turned bad with a probability of \d+ %$/,
    );
  });

  it('speaks of the neighbours when nothing is known of the end site itself', () => {
    const said = [1, 2, 3].map((i) => recordOf(`2a00:1450:4001:80${i}::5`));
    expect(reason(said, HOST)).toMatch(
      /^nothing is known of 2a00:1450:4001:81b::\/64, and of its neighbours in 2a00:1450:4001:800::\/56 about \d+ % is spam$/,
    );
  });

  it('says so when nothing is known at all', () => {
    expect(reason([], HOST)).toMatch(
      /^nothing is known of 2a00:1450:4001:81b::\/64 or its neighbours; of all mail seen here about \d+ % is spam$/,
    );
  });

  it('is one sentence with the end site and a number, whatever is known', () => {
    fc.assert(
      fc.property(anyHistory, anyRecord, fc.nat(60), (history, stranger, days) => {
        for (const { ladder, bin } of [...history.slice(0, 3), stranger]) {
          const sentence = reasonOn(history, ladder, bin, NOW + days * DAY);
          expect(sentence).toMatch(/^[\x20-\x7e]{20,250}$/);
          expect(sentence).not.toMatch(/[.!?]( |$)|NaN|Infinity|null|undefined/);
          const site = formatPrefix(ladder.subject);
          expect(sentence).toContain(site);
          expect(sentence.replaceAll(site, '')).toMatch(/\d/);
        }
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});

describe('the reason for no reputation', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1 is special-purpose space (loopback), which has no reputation'],
    ['2001:db8::1', '2001:db8::1 is special-purpose space (documentation), which has no reputation'],
    ['2002:a00:1::1', '2002:a00:1::1 stands for 10.0.0.1, which is private-use space and has no reputation'],
    [
      '64:ff9b::e000:1',
      '64:ff9b::e000:1 stands for 224.0.0.1, which is multicast space and has no reputation',
    ],
    ['::ffff:127.0.0.1', '::ffff:7f00:1 stands for 127.0.0.1, which is loopback space and has no reputation'],
    ['::8.8.8.8', '::808:808 is an ipv4-compatible address, which nobody on the Internet sends from'],
    [
      '::ffff:0:8.8.8.8',
      '::ffff:0:808:808 is an ipv4-translated address, which nobody on the Internet sends from',
    ],
  ])('%s: %s', (address, sentence) => {
    const said = describeUnrated(networkOf(mustAddress(address), NO_ALLOCATIONS));
    expect(said.replace('::ffff:127.0.0.1', '::ffff:7f00:1')).toBe(sentence);
  });
});

function reason(said: readonly VerdictRecord[], host: string): string {
  const { ladder, bin } = recordOf(host);
  return reasonOn(said, ladder, bin, NOW);
}

function reasonOn(
  said: readonly VerdictRecord[],
  ladder: VerdictRecord['ladder'],
  bin: number | null,
  now: number,
): string {
  const store = new MemoryStore();
  store.record(said, NOW);
  const tallies = rungsOf(ladder).map((rung) => store.tally(rung));
  return describeEvidence(
    reputationOf({ ladder, tallies, bin, root: store.rootTally(ladder.subject.family) }, now),
  );
}
