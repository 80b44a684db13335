import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../bench/accuracy/families.ts';
import { REPORTERS } from '../../bench/accuracy/ledger.ts';
import { SPAN, START, type TrafficEvent } from '../../bench/accuracy/traffic.ts';
import { bitsOf } from '../../lib/net/address.ts';
import { classify } from '../../lib/net/kind.ts';
import { contains, formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { mustAddress } from '../support/must-address.ts';
import { isSpam, publishedBy, SEEDS, trafficOf } from './labelled-traffic.ts';

/** Ten thousand events at once: as text, since a structural comparison takes seconds. */
const sameEvents = (a: readonly object[], b: readonly object[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

describe.each(FAMILIES)('traffic of the family $name', (family) => {
  it.each(SEEDS)('is the same for the same seed, and another for the next (seed %i)', (seed) => {
    const once = family.generate(seed, 'crowd');
    const again = family.generate(seed, 'crowd');
    expect(sameEvents(again.events, once.events)).toBe(true);
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
    expect(sameEvents(trusted.events, nameless)).toBe(true);
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
