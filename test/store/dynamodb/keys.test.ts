import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Address, compareAddress } from '../../../lib/net/address.ts';
import { firstAddress, Prefix } from '../../../lib/net/prefix.ts';
import { NAME_BYTES, namedKey, namedRungsOf, rootKey, rungKey } from '../../../lib/reputation/rung.ts';
import {
  cascadeKey,
  counterKey,
  forgottenKey,
  groupNoteOf,
  reporterNameOf,
  reportersOf,
  rootLaneOf,
  rootLanes,
  stanceBeside,
  subjectOf,
  tallyKey,
  verdictKey,
} from '../../../lib/store/dynamodb/keys.ts';
import { plainId, reporterKey, stanceKey } from '../../../lib/store/impulse.ts';
import { mustPrefix } from '../../support/records.ts';

const word = fc.integer({ min: 0, max: 0xffffffff });
const v4 = fc
  .tuple(word, fc.integer({ min: 1, max: 32 }))
  .map(([bits, length]) => Prefix.covering(Address.v4(bits), length));
const v6 = fc
  .tuple(word, word, word, word, fc.integer({ min: 1, max: 128 }))
  .map(([a, b, c, d, length]) => Prefix.covering(Address.v6(a, b, c, d), length));
const prefix = fc.oneof(v4, v6);
const RUNS = { seed: 42, numRuns: 2000 };

describe('the keys of the table', () => {
  it.each([
    ['2001:db8::/32', { pk: 't620.2001', sk: '20010db8' }],
    ['2001:db8:1200::/40', { pk: 't628.20010db8', sk: '20010db812' }],
    ['2001:db8:0:1::/64', { pk: 't640.20010db8', sk: '20010db800000001' }],
    ['2001:db8::/29', { pk: 't61d.2001', sk: '20010db8' }],
    ['198.51.0.0/16', { pk: 't410.c6', sk: 'c633' }],
    ['198.51.100.7/32', { pk: 't420.c633', sk: 'c6336407' }],
  ])('has %s under its family, length and group', (text, key) => {
    expect(tallyKey(rungKey(mustPrefix(text)))).toEqual(key);
  });

  it('has counters under keys that the roll-up does not listen to, and no two senders under one', () => {
    expect(counterKey(rungKey(mustPrefix('2001:db8:0:100::/56')))).toEqual({
      pk: 'q638.20010db8000001',
      sk: '-',
    });
    expect(counterKey(namedKey('account', 'G'.repeat(16)))).toEqual({ pk: `qa${'47'.repeat(16)}`, sk: '-' });
  });

  it('gives the key of the cascade back, for rungs, for reporters and for lanes of a root', () => {
    fc.assert(
      fc.property(prefix, fc.string({ maxLength: 80 }), fc.boolean(), (rung, id, trusted) => {
        const own = rungKey(rung);
        const reporter = reporterKey(own, { id, trusted });
        for (const key of [own, reporter, rootLaneOf(rootKey(rung.family), own)]) {
          expect(cascadeKey(tallyKey(key))).toBe(key);
        }
      }),
      RUNS,
    );
  });

  it('has an account, its organisation and their reporters under their hashes', () => {
    const member = namedKey('member', '\u0001'.repeat(16), '\u00ff'.repeat(16));
    expect(tallyKey(member)).toEqual({ pk: `nm${'01'.repeat(16)}`, sk: 'ff'.repeat(16) });
    const said = reporterKey(member, { id: 'r', trusted: false });
    expect(tallyKey(said)).toEqual({ pk: reportersOf(member), sk: 'ur' });
    for (const key of [member, said, ...namedRungsOf(member), namedKey('account', '\u00ff'.repeat(16))]) {
      expect(cascadeKey(tallyKey(key))).toBe(key);
    }
    expect(subjectOf(forgottenKey(member))).toBe(member);
    expect(subjectOf({ pk: 'fm01', sk: '-' })).toBeNull();
  });

  it('gives no two tallies one key', () => {
    fc.assert(
      fc.property(prefix, prefix, (a, b) => {
        const [x, y] = [tallyKey(rungKey(a)), tallyKey(rungKey(b))];
        expect(x.pk === y.pk && x.sk === y.sk).toBe(rungKey(a) === rungKey(b));
      }),
      RUNS,
    );
  });

  it('orders the rungs of a group as their addresses are', () => {
    fc.assert(
      fc.property(prefix, word, (rung, other) => {
        const { family, w0, w1, w2, length } = rung;
        const neighbour = Prefix.covering(
          family === 4 ? Address.v4((w0 & 0xffff0000) | (other & 0xffff)) : Address.v6(w0, w1, w2, other),
          length,
        );
        const [x, y] = [tallyKey(rungKey(rung)), tallyKey(rungKey(neighbour))];
        expect(x.pk).toBe(y.pk);
        const order = Math.sign(compareAddress(firstAddress(rung), firstAddress(neighbour)));
        expect(x.sk < y.sk ? -1 : x.sk > y.sk ? 1 : 0).toBe(order);
      }),
      RUNS,
    );
  });

  it('never lets families meet', () => {
    fc.assert(
      fc.property(v4, v6, (a, b) => {
        expect(tallyKey(rungKey(a)).pk).not.toBe(tallyKey(rungKey(b)).pk);
        expect(forgottenKey(rungKey(a)).pk).not.toBe(forgottenKey(rungKey(b)).pk);
      }),
      RUNS,
    );
  });

  it('tells the subject of a reporter and of a marker', () => {
    fc.assert(
      fc.property(prefix, (subject) => {
        expect(subjectOf(forgottenKey(rungKey(subject)))).toBe(rungKey(subject));
        expect(tallyKey(reporterKey(rungKey(subject), { id: 'r', trusted: true }))).toEqual({
          pk: reportersOf(rungKey(subject)),
          sk: 'tr',
        });
      }),
      RUNS,
    );
  });

  it('notes the groups of wide rungs only', () => {
    expect(groupNoteOf(mustPrefix('2001:db8::/32'))).toEqual({ pk: 'g6', sk: '20.2001' });
    expect(groupNoteOf(mustPrefix('2001:db8::/33'))).toBeNull();
    expect(groupNoteOf(mustPrefix('10.0.0.0/16'))).toEqual({ pk: 'g4', sk: '10.0a' });
    expect(groupNoteOf(mustPrefix('10.0.0.0/24'))).toBeNull();
  });

  it('keeps what feeds one tally under few partition keys, hence in few shards of the stream', () => {
    const keys = (rungs: readonly string[]): ReadonlySet<string> =>
      new Set(rungs.map((key) => tallyKey(key).pk));
    const subjects = fc.sample(prefix, { seed: 42, numRuns: 500 }).map(rungKey);
    expect(keys(subjects.map((subject) => stanceKey(subject, 'mx.1'))).size).toBe(4);
    const names = subjects.map((_, i) => String(i).padStart(NAME_BYTES));
    expect(keys(names.map((name) => namedKey('member', 'o'.repeat(NAME_BYTES), name))).size).toBe(1);
    const children = Array.from({ length: 256 }, (_, i) => rungKey(mustPrefix(`198.${i}.0.0/16`)));
    expect(new Set(children.map((child) => rootLaneOf(rootKey(4), child))).size).toBe(1);
  });

  it('finds a stance by what its reporter said of the subject, and its subject by itself', () => {
    fc.assert(
      fc.property(prefix, fc.string({ maxLength: 80 }), (rung, id) => {
        const subject = rungKey(rung);
        const stance = tallyKey(stanceKey(subject, plainId(id)));
        for (const faint of [true, false]) {
          expect(stanceBeside(tallyKey(reporterKey(subject, { id, trusted: false, faint })))).toEqual(stance);
        }
        expect(subjectOf(stance)).toBe(subject);
        expect(cascadeKey(stance)).toBe(stanceKey(subject, plainId(id)));
        expect(stanceBeside(stance)).toBeNull();
      }),
      RUNS,
    );
  });

  it('spreads a root over lanes by its children', () => {
    const lanes = new Set(
      fc.sample(v6, { seed: 42, numRuns: 500 }).map((rung) => rootLaneOf(rootKey(6), rungKey(rung))),
    );
    expect([...lanes].sort()).toEqual([...rootLanes(6)].sort());
  });

  it('keeps plain ids readable, and any other apart by its digest', () => {
    expect(plainId('mx1.example.net')).toBe('mx1.example.net');
    const odd = ['', ' ', 'a b', 'ä', '\ud800', '\ud801', 'x'.repeat(65), 'x'.repeat(66)];
    const names = odd.map(plainId);
    expect(new Set(names).size).toBe(odd.length);
    for (const name of names) {
      expect(name).toMatch(/^~[\w-]{43}$/);
      expect(plainId(name)).toBe(name);
    }
  });

  it('names the reporter in a verdict’s key, dots and all', () => {
    expect(reporterNameOf(verdictKey('mx1.example.net', 'id'))).toBe('mx1.example.net');
  });
});
