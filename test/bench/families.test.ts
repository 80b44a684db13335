import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../bench/accuracy/families.ts';
import { REPORTERS } from '../../bench/accuracy/ledger.ts';
import { prefixOf } from '../../bench/accuracy/space.ts';
import {
  DAY,
  FABRICATED,
  SPAN,
  START,
  type Traffic,
  type TrafficEvent,
  truthOf,
} from '../../bench/accuracy/traffic.ts';
import { bitsOf } from '../../lib/net/address.ts';
import { classify } from '../../lib/net/kind.ts';
import { contains, covers, formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { mustAddress } from '../support/must-address.ts';

const SEEDS = [1, 7, 2026];

function trafficOf(name: string, seed = 1): Traffic {
  const family = FAMILIES.find((one) => one.name === name);
  if (family === undefined) throw new Error(`no family ${name}`);
  return family.generate(seed, 'crowd');
}

/** Events by the true end site, as text. */
function bySite({ events, endSiteOf }: Traffic): Map<string, TrafficEvent[]> {
  const sites = new Map<string, TrafficEvent[]>();
  for (const event of events) {
    const site = formatPrefix(endSiteOf(mustAddress(event.address)));
    sites.set(site, [...(sites.get(site) ?? []), event]);
  }
  return sites;
}

const isSpam = (event: TrafficEvent): boolean => truthOf(event) === 'spam';
const lanOf = (event: TrafficEvent): string => formatPrefix(Prefix.covering(mustAddress(event.address), 64));
const publishedBy = ({ published }: Traffic): { block: Prefix; length: number }[] =>
  published
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [block = '', length = ''] = line.split(',');
      return { block: prefixOf(block), length: Number(length) };
    });

describe.each(FAMILIES)('traffic of the family $name', (family) => {
  it.each(SEEDS)('is the same for the same seed, and another for the next (seed %i)', (seed) => {
    const once = family.generate(seed, 'crowd');
    const again = family.generate(seed, 'crowd');
    expect(again.events).toEqual(once.events);
    expect(again.published).toBe(once.published);
    expect(family.generate(seed + 1, 'crowd').events[0]).not.toEqual(once.events[0]);
  });

  it.each(SEEDS)(
    'is thousands of events in 30 days, in time order, each with its own id (seed %i)',
    (seed) => {
      const { events } = family.generate(seed, 'crowd');
      expect(events.length).toBeGreaterThan(4000);
      expect(events.length).toBeLessThan(25_000);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      expect(events.every((event) => event.at >= START && event.at < START + SPAN)).toBe(true);
      expect(events.every((event, index) => index === 0 || (events[index - 1]?.at ?? 0) <= event.at)).toBe(
        true,
      );
      expect(events.some(isSpam)).toBe(true);
      expect(events.some((event) => !isSpam(event))).toBe(true);
    },
  );

  it('comes from global unicast addresses, each inside its true end site', () => {
    const { events, endSiteOf } = family.generate(1, 'crowd');
    const strangers: TrafficEvent[] = [];
    for (const event of events) {
      const address = mustAddress(event.address);
      const { kind, ipv4 } = classify(address);
      const natural = kind === 'ipv4' || kind === 'ipv6';
      const site = endSiteOf(address);
      const inside = contains(site, address) || (ipv4 !== null && contains(site, ipv4));
      if (!inside || !(natural || (family.name === 'transition' && kind !== 'special')))
        strangers.push(event);
    }
    expect(strangers).toEqual([]);
  });

  it('names reporters in the crowd only, and is otherwise the same', () => {
    const crowd = family.generate(1, 'crowd');
    const reporters = new Set(crowd.events.map(({ reporter }) => reporter));
    expect(reporters.size).toBeLessThanOrEqual(REPORTERS);
    expect(reporters.size).toBeGreaterThan(REPORTERS / 2);
    expect(reporters.has(undefined)).toBe(false);
    if (!family.modes.includes('trusted')) return;
    const trusted = family.generate(1, 'trusted');
    const nameless = crowd.events.map(({ reporter: _, ...event }) => event);
    expect(trusted.events).toEqual(nameless);
    expect(trusted.events.every((event) => event.truth === undefined)).toBe(true);
  });

  it('publishes lengths an end site of the block can have', () => {
    for (const seed of SEEDS) {
      for (const { block, length } of publishedBy(family.generate(seed, 'crowd'))) {
        expect(length).toBeGreaterThanOrEqual(block.length);
        expect(length).toBeLessThanOrEqual(bitsOf(block.family));
      }
    }
  });
});

describe('families', () => {
  it('share no address space', () => {
    const homes = new Map<string, string>();
    for (const { name } of FAMILIES) {
      for (const { address } of trafficOf(name).events) {
        const parsed = mustAddress(address);
        if (name === 'transition' && parsed.family === 6) continue;
        const home = formatPrefix(Prefix.covering(parsed, parsed.family === 4 ? 8 : 16));
        if ((homes.get(home) ?? name) !== name) throw new Error(`${name} sends from ${home} too`);
        homes.set(home, name);
      }
    }
  });
});

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
