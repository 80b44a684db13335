/** The ladder of a subject: which wider prefixes its evidence also says something about. */
import { describe, expect, it } from 'vitest';
import { ladderOf, rungsAbove } from '../../lib/allocation/ladder.ts';
import { type Address, bitsOf } from '../../lib/net/address.ts';
import { covers, formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import { slowPrefix } from '../support/address-slow.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';

const V6 = mustAddress('2a0f:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
const V4 = mustAddress('198.255.255.255');
/** A ladder for every length a subject can have. */
const LADDERS = [V6, V4].flatMap((host: Address) =>
  Array.from({ length: bitsOf(host.family) + 1 }, (_, length) => ladderOf(Prefix.covering(host, length))),
);

describe('a ladder', () => {
  it('begins with the subject itself', () => {
    const subject = mustPrefix('2a00:1450:4001:81b::/64');
    expect(ladderOf(subject).subject).toBe(subject);
  });

  it('has at most six rungs, the subject among them, so that a lookup is one batch of six reads', () => {
    for (const { ancestors } of LADDERS) expect(1 + ancestors.length).toBeLessThanOrEqual(6);
  });

  it('has rungs that each strictly hold the one before', () => {
    for (const { subject, ancestors } of LADDERS) {
      ancestors.reduce((inner, outer) => {
        expect(covers(outer, inner), `${formatPrefix(outer)} over ${formatPrefix(inner)}`).toBe(true);
        expect(outer.length).toBeLessThan(inner.length);
        const [wide, narrow] = [slowPrefix(outer), slowPrefix(inner)];
        expect(wide.first <= narrow.first && narrow.last <= wide.last).toBe(true);
        return outer;
      }, subject);
    }
  });

  it('is the same for every address of the subject, which decides it alone', () => {
    const [first, last] = [
      mustAddress('2a00:1450:4001:81b::'),
      mustAddress('2a00:1450:4001:81b:ffff:ffff:ffff:ffff'),
    ];
    expect(ladderOf(Prefix.covering(first, 64))).toEqual(ladderOf(Prefix.covering(last, 64)));
  });

  it('goes through what networks hand out and providers hold: /56 or /64, /48, /40, /32', () => {
    expect(lengths('2a00:1450:4001:81b::/64')).toEqual(expect.arrayContaining([56, 48, 40, 32]));
    expect(lengths('2a00:1450:4001:81b::5/128')).toEqual(expect.arrayContaining([64, 48, 40, 32]));
    expect(lengths('2a00:1450:4001::/48')).toEqual(expect.arrayContaining([40, 32]));
  });

  it('goes through /24 and /16 for IPv4', () => {
    expect(lengths('198.35.26.96/32')).toEqual([24, 16]);
    expect(lengths('198.35.26.0/24')).toEqual([16]);
    expect(lengths('198.35.0.0/16')).toEqual([]);
  });

  it('ends at /32 for IPv6 and at /16 for IPv4: nothing wider has one holder', () => {
    for (const { subject, ancestors } of LADDERS) {
      for (const { length } of ancestors)
        expect(length).toBeGreaterThanOrEqual(subject.family === 4 ? 16 : 32);
    }
    expect(lengths('2a00::/32')).toEqual([]);
    expect(lengths('2a00::/20')).toEqual([]);
    expect(lengths('8.0.0.0/8')).toEqual([]);
  });

  it('leads end sites longer than /64 through their /64, so that publishing /128s gains nothing', () => {
    for (let length = 65; length <= 128; length++) {
      const ladder = ladderOf(Prefix.covering(V6, length));
      expect(
        ladder.ancestors.some((rung) => rung.length === 64),
        `/${length}`,
      ).toBe(true);
    }
  });
});

describe('the climb of a subject', () => {
  it('passes every rung that a lookup reads', () => {
    for (const { subject, ancestors } of LADDERS) {
      expect(texts(rungsAbove(subject))).toEqual(expect.arrayContaining(texts(ancestors)));
    }
  });

  it('goes on from each rung as it would from there: else a tally would belong to two parents', () => {
    for (const { subject } of LADDERS) {
      const climb = rungsAbove(subject);
      climb.forEach((rung, i) => {
        expect(texts(rungsAbove(rung)), formatPrefix(rung)).toEqual(texts(climb.slice(i + 1)));
      });
    }
  });
});

function lengths(subject: string): readonly number[] {
  return ladderOf(mustPrefix(subject)).ancestors.map(({ length }) => length);
}

function texts(rungs: readonly Prefix[]): string[] {
  return rungs.map(formatPrefix);
}
