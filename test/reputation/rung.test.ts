/** Keys of rungs: equal exactly when the prefixes are, in address order, one range for all that lies inside a block. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ladderOf } from '../../lib/allocation/ladder.ts';
import { bitsOf } from '../../lib/net/address.ts';
import { comparePrefix, equalPrefix, formatPrefix, Prefix } from '../../lib/net/prefix.ts';
import {
  isInside,
  NAME_BYTES,
  namedKey,
  namedKindOf,
  namedRungsOf,
  prefixOfKey,
  rootKey,
  rungKey,
  rungLength,
  rungRange,
  rungsOf,
} from '../../lib/reputation/rung.ts';
import { anyAddress, anyPrefix } from '../support/address-arbitrary.ts';
import { fastOf, slowCovers, slowPrefix } from '../support/address-slow.ts';
import { SEED } from '../support/arbitraries.ts';
import { mustPrefix } from '../support/must-address.ts';

const NAME = 'n'.repeat(NAME_BYTES);

/** Two prefixes that are often the same, or differ in one bit or in length alone. */
const nearPrefixes = fc
  .tuple(anyPrefix, anyPrefix, fc.nat(5), fc.nat(128))
  .map(([a, b, choice, length]): readonly [Prefix, Prefix] => {
    if (choice === 0) return [a, Prefix.covering(a, a.length)];
    if (choice <= 2) return [a, Prefix.covering(a, length % (a.length + 1))];
    return [a, b];
  });

describe('a rung’s key', () => {
  it('is family, length and as many address bytes as the length needs', () => {
    expect(bytes(rungKey(mustPrefix('198.35.26.96/32')))).toEqual([4, 32, 198, 35, 26, 96]);
    expect(bytes(rungKey(mustPrefix('198.35.0.0/16')))).toEqual([4, 16, 198, 35]);
    expect(bytes(rungKey(mustPrefix('0.0.0.0/0')))).toEqual([4, 0]);
    expect(bytes(rungKey(mustPrefix('2a00:1450::/32')))).toEqual([6, 32, 0x2a, 0, 0x14, 0x50]);
    expect(bytes(rungKey(mustPrefix('2a00:1450:f000::/36')))).toEqual([6, 36, 0x2a, 0, 0x14, 0x50, 0xf0]);
    expect(bytes(rungKey(mustPrefix('2a00:1450:4001:81b::/64')))).toEqual([
      6, 64, 0x2a, 0, 0x14, 0x50, 0x40, 1, 8, 0x1b,
    ]);
    expect(rungKey(mustPrefix('2a00::ff/128'))).toHaveLength(18);
  });

  it('is equal exactly for equal prefixes, and orders those of one length as their addresses', () => {
    fc.assert(
      fc.property(nearPrefixes, ([a, b]) => {
        const [x, y] = [rungKey(a), rungKey(b)];
        if ((x === y) !== equalPrefix(a, b)) return false;
        const sameKind = a.family === b.family && a.length === b.length;
        return !sameKind || Math.sign(comparePrefix(a, b)) === (x < y ? -1 : x > y ? 1 : 0);
      }),
      { seed: SEED, numRuns: 8000 },
    );
  });

  it('tells which prefixes lie inside which', () => {
    fc.assert(
      fc.property(nearPrefixes, ([a, b]) => {
        const lies = (inner: Prefix, outer: Prefix) =>
          inner.family === outer.family &&
          inner.length > outer.length &&
          equalPrefix(Prefix.covering(inner, outer.length), outer);
        const [x, y] = [rungKey(a), rungKey(b)];
        return isInside(x, y) === lies(a, b) && isInside(y, x) === lies(b, a);
      }),
      { seed: SEED, numRuns: 8000 },
    );
    const named = namedKey('account', 'a'.repeat(16));
    for (const other of [named, rootKey(4), rootKey(6), rungKey(mustPrefix('0.0.0.0/0'))]) {
      expect([isInside(named, other), isInside(rootKey(6), other), isInside(other, named)]).toEqual([
        false,
        false,
        false,
      ]);
    }
  });

  it('is a string of bytes, which any store can hold', () => {
    fc.assert(
      fc.property(anyPrefix, (prefix) => {
        const key = rungKey(prefix);
        return key.length <= 18 && [...key].every((c) => c.charCodeAt(0) < 256);
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it('gives its prefix back', () => {
    fc.assert(
      fc.property(anyPrefix, (prefix) => {
        const back = prefixOfKey(rungKey(prefix));
        return back !== null && equalPrefix(back, prefix);
      }),
      { seed: SEED, numRuns: 8000 },
    );
  });

  it('names no prefix when it is the root’s or a named one', () => {
    for (const key of [rootKey(4), rootKey(6), namedKey('account', NAME), namedKey('org', NAME), '']) {
      expect(prefixOfKey(key)).toBeNull();
    }
  });

  it('never meets a key of another sort', () => {
    const keys = [rootKey(4), rootKey(6), namedKey('account', NAME), namedKey('org', NAME)];
    keys.push(
      ...['0.0.0.0/0', '::/0', '4.0.0.0/8', '6.0.0.0/8', '600::/8'].map((text) => rungKey(mustPrefix(text))),
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('the rung of a name', () => {
  const org = 'o'.repeat(NAME_BYTES);

  it('says by itself what is above it: a member has its organisation, the others nothing', () => {
    const member = namedKey('member', org, NAME);
    expect(namedRungsOf(member)).toEqual([member, namedKey('org', org)]);
    expect(namedRungsOf(namedKey('account', NAME))).toEqual([namedKey('account', NAME)]);
    expect(namedRungsOf(namedKey('org', org))).toEqual([namedKey('org', org)]);
  });

  it('is told from what a store puts behind it, as the rung of a prefix is', () => {
    const rungs = [
      namedKey('member', org, NAME),
      namedKey('account', NAME),
      namedKey('org', org),
      rungKey(mustPrefix('2a00:1450::/36')),
      rungKey(mustPrefix('198.35.26.96/32')),
      rootKey(6),
    ];
    for (const rung of rungs) expect(rungLength(`${rung}\u00ffu-reporter`)).toBe(rung.length);
  });

  it('has as many names as its kind, each of full length', () => {
    expect(() => namedKey('member', NAME)).toThrow(RangeError);
    expect(() => namedKey('account', 'short')).toThrow(RangeError);
    expect(namedKindOf(namedKey('member', org, NAME))).toBe('member');
    expect(namedKindOf(rungKey(mustPrefix('::/8')))).toBeNull();
  });
});

describe('the range of a block', () => {
  /** A block with a longer length, and rungs of that length: the ends of the block, just outside it, and anywhere. */
  const around = fc
    .tuple(anyPrefix, fc.array(anyAddress, { maxLength: 6 }), fc.nat(128))
    .map(([block, others, extra]) => {
      const { family, first, last } = slowPrefix(block);
      const length = block.length + (extra % (bitsOf(family) - block.length + 1));
      const beyond = (1n << BigInt(bitsOf(family))) - 1n;
      const ends = [first, last, first > 0n ? first - 1n : first, last < beyond ? last + 1n : last];
      const addresses = [
        ...ends.map((bits) => fastOf({ family, bits })),
        ...others.filter((a) => a.family === family),
      ];
      return { block, length, rungs: addresses.map((address) => Prefix.covering(address, length)) };
    });

  it('holds exactly the rungs of the length inside the block', () => {
    fc.assert(
      fc.property(around, ({ block, length, rungs }) => {
        const { start, end } = rungRange(block, length);
        return rungs.every((rung) => {
          const key = rungKey(rung);
          return (key >= start && key < end) === slowCovers(block, rung);
        });
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it('holds no rung of another length, of the other family, and no root', () => {
    const { start, end } = rungRange(mustPrefix('2a00:1450::/32'), 64);
    const others = [
      '2a00:1450::/32',
      '2a00:1450::/56',
      '2a00:1450::/65',
      '2a00:1450::1/128',
      '42.0.20.80/32',
    ];
    for (const key of [
      ...others.map((text) => rungKey(mustPrefix(text))),
      rootKey(6),
      namedKey('org', NAME),
    ]) {
      expect(key >= start && key < end).toBe(false);
    }
  });
});

describe('the keys of a ladder', () => {
  it('are those of the subject and its ancestors in reading order, at most six', () => {
    for (let length = 0; length <= 128; length++) {
      const ladder = ladderOf(
        Prefix.covering(mustPrefix('2a00:1450:4001:81b:ffff:ffff:ffff:ffff/128'), length),
      );
      const keys = rungsOf(ladder);
      expect(keys.length).toBeLessThanOrEqual(6);
      expect(keys.map((key) => shown(prefixOfKey(key)))).toEqual(
        [ladder.subject, ...ladder.ancestors].map(shown),
      );
    }
  });
});

function bytes(key: string): readonly number[] {
  return [...key].map((c) => c.charCodeAt(0));
}

function shown(prefix: Prefix | null): string | null {
  return prefix && formatPrefix(prefix);
}
