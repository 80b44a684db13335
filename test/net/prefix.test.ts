/** Prefixes: text, masks, and the questions asked of them. Agreement with plain numbers is in the property tests. */
import { describe, expect, it } from 'vitest';
import { formatAddress } from '../../lib/net/address.ts';
import {
  comparePrefix,
  contains,
  covers,
  equalPrefix,
  firstAddress,
  formatPrefix,
  hostPrefix,
  lastAddress,
  Prefix,
  parsePrefix,
  parsePrefixLoosely,
  unmapped,
} from '../../lib/net/prefix.ts';
import { mustAddress, mustPrefix } from '../support/must-address.ts';
import refused from '../vectors/address-prefixes-refused.json' with { type: 'json' };

describe('the text of a prefix', () => {
  it.each([
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.1', '192.0.2.1/32'],
    ['2001:db8::1', '2001:db8::1/128'],
    ['::ffff:192.0.2.0/120', '::ffff:c000:200/120'],
    ['2001:db8:0:8000::/49', '2001:db8:0:8000::/49'],
  ])('%s is written %s', (text, canonical) => {
    expect(formatPrefix(mustPrefix(text))).toBe(canonical);
  });

  it.each(refused)('$text is refused: $reason', ({ text, detail }) => {
    expect(parsePrefix(text)).toEqual({ ok: false, error: { kind: 'bad-prefix', detail } });
  });

  it.each([
    ['2001:db8::1/32', '2001:db8::/32'],
    ['192.0.2.255/25', '192.0.2.128/25'],
    ['::1/0', '::/0'],
  ])('%s read loosely is %s', (text, canonical) => {
    const parsed = parsePrefixLoosely(text);
    expect(parsed.ok && formatPrefix(parsed.value)).toBe(canonical);
  });

  it('read loosely is still refused for anything but host bits', () => {
    const loose = refused.filter(({ text }) => parsePrefixLoosely(text).ok).map(({ text }) => text);
    expect(loose).toEqual(['2001:db8::1/32', '192.0.2.1/24', '::1/0']);
  });
});

describe('the block that covers', () => {
  it.each([0, 1, 31, 32, 33, 63, 64, 65, 95, 96, 97, 127, 128])(
    'an address with /%i ends where it says',
    (length) => {
      const all = mustAddress('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
      const prefix = Prefix.covering(all, length);
      expect(prefix.length).toBe(length);
      expect(formatAddress(lastAddress(prefix))).toBe(formatAddress(all));
      expect(Prefix.covering(firstAddress(prefix), length)).toEqual(prefix);
    },
  );

  it('a prefix is never longer than it', () => {
    const inner = mustPrefix('2001:db8::/32');
    expect(formatPrefix(Prefix.covering(inner, 24))).toBe('2001:d00::/24');
    expect(equalPrefix(Prefix.covering(inner, 32), inner)).toBe(true);
    expect(() => Prefix.covering(inner, 33)).toThrow(new RangeError('no /33 covers a /32'));
  });

  it.each([-1, 33, 1.5, Number.NaN])('an IPv4 address cannot have length %d', (length) => {
    expect(() => Prefix.covering(mustAddress('192.0.2.1'), length)).toThrow(RangeError);
  });

  it('a host is all of its bits', () => {
    expect(formatPrefix(hostPrefix(mustAddress('192.0.2.1')))).toBe('192.0.2.1/32');
    expect(formatPrefix(hostPrefix(mustAddress('::1')))).toBe('::1/128');
  });
});

describe('a block of IPv4-mapped addresses', () => {
  it.each([
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:192.0.2.1', '192.0.2.1/32'],
    ['::ffff:192.0.2.128/121', '192.0.2.128/25'],
  ])('%s is the IPv4 block %s', (mapped, plain) => {
    expect(formatPrefix(unmapped(mustPrefix(mapped)))).toBe(plain);
  });

  it.each(['::/0', '::fffe:0:0/95', '::fffe:10.0.0.0/104', '2001:db8::/32', '64:ff9b::/96', '10.0.0.0/8'])(
    '%s is none and stays as it is',
    (text) => {
      const prefix = mustPrefix(text);
      expect(unmapped(prefix)).toBe(prefix);
    },
  );
});

describe('inside and outside', () => {
  it.each([
    ['2001:db8::/32', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:db8::/32', '2001:db9::', false],
    ['2001:db8:0:8000::/49', '2001:db8:0:7fff::', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '192.0.2.1', false],
    ['::ffff:0:0/96', '192.0.2.1', false],
  ])('%s contains %s: %s', (prefix, address, answer) => {
    expect(contains(mustPrefix(prefix), mustAddress(address))).toBe(answer);
  });

  it.each([
    ['2001:db8::/32', '2001:db8::/32', true],
    ['2001:db8::/32', '2001:db8::/31', false],
    ['2001:db8::/32', '2001:db8:1::/48', true],
    ['0.0.0.0/0', '::/0', false],
    ['::/0', '0.0.0.0/0', false],
  ])('%s covers %s: %s', (outer, inner, answer) => {
    const narrower = parsePrefixLoosely(inner);
    expect(narrower.ok && covers(mustPrefix(outer), narrower.value)).toBe(answer);
  });

  it('a block comes before the blocks inside it', () => {
    const ordered = ['0.0.0.0/0', '10.0.0.0/8', '::/0', '2001:db8::/32', '2001:db8::/48', '2001:db8:1::/48'];
    const shuffled = [...ordered].reverse().map(mustPrefix);
    expect(shuffled.sort(comparePrefix).map(formatPrefix)).toEqual(ordered);
  });
});
