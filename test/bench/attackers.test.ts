import { describe, expect, it } from 'vitest';
import { REPORTERS } from '../../bench/accuracy/ledger.ts';
import { prefixOf } from '../../bench/accuracy/space.ts';
import { DAY, FABRICATED, START, type TrafficEvent, truthOf } from '../../bench/accuracy/traffic.ts';
import { classify } from '../../lib/net/kind.ts';
import { contains, covers, formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { mustAddress } from '../support/must-address.ts';
import { bySite, isSpam, publishedBy, SEEDS, trafficOf } from './labelled-traffic.ts';

const lanOf = (event: TrafficEvent): string => formatPrefix(Prefix.covering(mustAddress(event.address), 64));

describe('attackers do what they claim', () => {
  it('residential bots hop over many /64s of delegations of five lengths, beside good servers', () => {
    const sites = [...bySite(trafficOf('residential'))];
    const bots = sites.filter(([, events]) => events.every(isSpam));
    expect(new Set(bots.map(([site]) => prefixOf(site).length))).toEqual(new Set([48, 56, 60, 62, 64]));
    const hops = bots
      .filter(([site]) => prefixOf(site).length <= 56)
      .map(([, events]) => new Set(events.map(lanOf)).size);
    expect(Math.min(...hops)).toBeGreaterThan(1);
    expect(hops.filter((lans) => lans > 20).length).toBeGreaterThan(hops.length / 2);
    expect(sites.length - bots.length).toBeGreaterThan(bots.length);
  });

  it('hosting spams from a few percent of its /64s', () => {
    const sites = [...bySite(trafficOf('hosting'))];
    const bad = sites.filter(([, events]) => events.every(isSpam));
    expect(sites.every(([site]) => prefixOf(site).length === 64)).toBe(true);
    expect(bad.length / sites.length).toBeGreaterThan(0.02);
    expect(bad.length / sites.length).toBeLessThan(0.1);
  });

  it('shared64 has good and bad customers inside each published /64', () => {
    const traffic = trafficOf('shared64');
    const sites = [...bySite(traffic)];
    for (const { block, length } of publishedBy(traffic)) {
      expect([block.length, length]).toEqual([64, 124]);
      const inside = sites.filter(([site]) => covers(block, prefixOf(site)));
      expect(inside.some(([, events]) => events.every(isSpam))).toBe(true);
      expect(inside.filter(([, events]) => !events.some(isSpam)).length).toBeGreaterThan(50);
    }
  });

  it.each(SEEDS)('the snowshoe never uses a /64 twice, from blocks of /32 to /44 (seed %i)', (seed) => {
    const blocks = [...bySite(trafficOf('snowshoe', seed))].filter(([site]) => prefixOf(site).length <= 44);
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    for (const [, events] of blocks) {
      expect(events.every(isSpam)).toBe(true);
      expect(new Set(events.map(lanOf)).size).toBe(events.length);
    }
  });

  it('the evader publishes /128 for all of its own block, and no good mail comes from there', () => {
    const traffic = trafficOf('evader');
    const own = publishedBy(traffic).filter(({ block, length }) =>
      traffic.events.some(
        (event) =>
          length === 128 &&
          formatPrefix(traffic.endSiteOf(mustAddress(event.address))) === formatPrefix(block),
      ),
    );
    expect(own).toHaveLength(5);
    for (const { block } of own) {
      const events = traffic.events.filter(({ address }) => contains(block, mustAddress(address)));
      expect(events.every(isSpam)).toBe(true);
      expect(new Set(events.map(({ address }) => address)).size).toBeGreaterThan(events.length / 4);
    }
  });

  it('a host in transition is one IPv4 address under several kinds', () => {
    const kinds = new Set<string>();
    for (const [site, events] of bySite(trafficOf('transition'))) {
      expect(prefixOf(site)).toMatchObject({ family: 4, length: 32 });
      expect(new Set(events.map(isSpam)).size).toBe(1);
      for (const { address } of events) kinds.add(classify(mustAddress(address)).kind);
    }
    expect(kinds).toEqual(new Set(['ipv4', 'ipv4-mapped', '6to4', 'teredo', 'nat64']));
  });

  it.each(SEEDS)(
    'a turncoat spams for two days at most, with good mail before and after (seed %i)',
    (seed) => {
      const taken = [...bySite(trafficOf('turncoat', seed)).values()].filter((events) => events.some(isSpam));
      expect(taken).toHaveLength(40);
      for (const events of taken) {
        const spam = events.filter(isSpam);
        const first = spam[0]?.at ?? 0;
        const last = spam.at(-1)?.at ?? 0;
        expect(last - first).toBeLessThanOrEqual(2 * DAY);
        const ham = events.filter((event) => !isSpam(event));
        expect(ham.some(({ at, group }) => at < first && group === undefined)).toBe(true);
        expect(
          ham.filter(({ at }) => at > last + 2 * DAY).every(({ group }) => group === 'after-cleaning'),
        ).toBe(true);
        expect(ham.filter(({ group }) => group === 'after-cleaning').every(({ at }) => at >= last)).toBe(
          true,
        );
      }
    },
  );

  it.each(SEEDS)(
    'a sleeper sends only good mail, then within a day only spam, then nothing (seed %i)',
    (seed) => {
      const sleepers = [...bySite(trafficOf('sleeper', seed)).values()].filter((events) =>
        events.some(isSpam),
      );
      expect(sleepers.length).toBe(24);
      for (const events of sleepers) {
        const turn = events.findIndex(isSpam);
        expect(turn).toBeGreaterThan(5);
        const after = events.slice(turn);
        expect(after.every(isSpam)).toBe(true);
        expect((after.at(-1)?.at ?? 0) - (after[0]?.at ?? 0)).toBeLessThanOrEqual(DAY);
      }
    },
  );

  it('renumbered homes hold a /56 for one day', () => {
    const traffic = trafficOf('renumber');
    const days = new Map<string, Set<number>>();
    for (const [site, events] of bySite(traffic)) {
      expect(prefixOf(site).length).toBe(56);
      const held = new Set(events.map(({ at }) => Math.floor((at - START) / DAY)));
      days.set(site, held);
      for (const day of held) {
        const ofDay = events.filter(({ at }) => Math.floor((at - START) / DAY) === day);
        expect(new Set(ofDay.map(isSpam)).size).toBe(1);
      }
    }
    expect([...days.values()].filter(({ size }) => size === 1).length).toBeGreaterThan(days.size / 2);
    expect([...days.values()].some(({ size }) => size > 1)).toBe(true);
  });

  it.each(SEEDS)('about one message in twenty-five of a freemail pool is spam (seed %i)', (seed) => {
    const pools = [...bySite(trafficOf('freemail', seed)).values()].filter((events) => events.length > 1000);
    const events = pools.flat();
    const share = events.filter(isSpam).length / events.length;
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.06);
  });

  it.each(SEEDS)('a tenth of the reporters lie, about victims only (seed %i)', (seed) => {
    const { events } = trafficOf('poison', seed);
    const lies = events.filter(({ truth }) => truth !== undefined);
    expect(new Set(lies.map(({ reporter }) => reporter)).size).toBe(REPORTERS / 10);
    expect(new Set(lies.map(({ group }) => group))).toEqual(new Set(['victims', FABRICATED]));
    expect(lies.every((event) => truthOf(event) === 'ham' && event.verdict === 'spam')).toBe(true);
    expect(events.filter(({ group }) => group === FABRICATED).every(({ truth }) => truth === 'ham')).toBe(
      true,
    );
  });
});
