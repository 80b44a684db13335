/** Address text: what is read, what is refused and why, what is written (RFC 4291 section 2.2, RFC 5952 section 4). */
import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  Address,
  bitsOf,
  compareAddress,
  equalAddress,
  formatAddress,
  parseAddress,
} from '../../lib/net/address.ts';
import { mustAddress } from '../support/must-address.ts';
import canonical from '../vectors/address-canonical.json' with { type: 'json' };
import refused from '../vectors/address-refused.json' with { type: 'json' };
import collected from '../vectors/address-vectors.json' with { type: 'json' };

describe('a legal text', () => {
  it.each(canonical)('$text is written $canonical: $reason', ({ text, canonical }) => {
    expect(formatAddress(mustAddress(text))).toBe(canonical);
  });

  it.each([
    ...collected.canonical_forms,
    ...collected.vectors.map(({ address, canonical }) => ({ in: address, out: canonical })),
  ])('$in is written $out', ({ in: text, out }) => {
    expect(formatAddress(mustAddress(text))).toBe(out);
  });
});

describe('a refused text', () => {
  it.each(refused)('$text is refused: $reason', ({ text, detail }) => {
    expect(parseAddress(text)).toEqual({ ok: false, error: { kind: 'bad-address', detail } });
  });

  it.each(collected.invalid)('%s is refused', (text) => {
    expect(parseAddress(text).ok).toBe(false);
  });

  it('is one that net.isIP refuses too, zones apart', () => {
    const accepted = refused.filter(({ text }) => isIP(text) !== 0).map(({ text }) => text);
    expect(accepted).toEqual(['fe80::1%eth0', 'fe80::1%25eth0']);
  });

  it('is a text of any length, at the cost of its length only', () => {
    expect(parseAddress(':'.repeat(10_000_000))).toMatchObject({
      error: { detail: 'an address has at most 45 characters' },
    });
  });
});

describe('the bits of an address', () => {
  it('are unsigned words, most significant first', () => {
    expect(mustAddress('ffff:fffe:8000:1:0:2:f000:3')).toMatchObject({
      family: 6,
      w0: 0xfffffffe,
      w1: 0x80000001,
      w2: 2,
      w3: 0xf0000003,
    });
    expect(mustAddress('255.0.2.1')).toMatchObject({ family: 4, w0: 0xff000201, w1: 0, w2: 0, w3: 0 });
  });

  it('are taken modulo 2^32, so that signed words from bit operations are welcome', () => {
    expect(formatAddress(Address.v4(-1))).toBe('255.255.255.255');
    expect(formatAddress(Address.v6(-1, ~0xffff, 1 << 31, 0x1_0000_0001))).toBe('ffff:ffff:ffff:0:8000::1');
  });

  it('leave nothing behind for the next address', () => {
    mustAddress('1:2:3:4:5:6:7:8');
    parseAddress('9:9:9:9:9:9:9:9:9');
    expect(formatAddress(mustAddress('::'))).toBe('::');
    expect(formatAddress(mustAddress('1::'))).toBe('1::');
  });

  it('number 32 or 128', () => {
    expect([bitsOf(4), bitsOf(6)]).toEqual([32, 128]);
  });
});

describe('two addresses', () => {
  it('are equal whatever their spelling', () => {
    expect(equalAddress(mustAddress('2001:DB8::'), mustAddress('2001:db8:0:0:0:0:0.0.0.0'))).toBe(true);
  });

  it('never are across families, though the bits agree', () => {
    expect(equalAddress(mustAddress('0.0.0.0'), mustAddress('::'))).toBe(false);
    expect(equalAddress(mustAddress('1.2.3.4'), mustAddress('::ffff:1.2.3.4'))).toBe(false);
  });

  it('are ordered IPv4 first, then by bits', () => {
    const ordered = [
      '0.0.0.0',
      '127.255.255.255',
      '255.255.255.255',
      '::',
      '::1',
      '7fff::',
      '8000::',
      'ffff::',
    ];
    const shuffled = [...ordered].reverse().map(mustAddress);
    expect(shuffled.sort(compareAddress).map(formatAddress)).toEqual(ordered);
  });
});
