import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonWriter, Phrase } from '../../../lib/http/wire/json-writer.ts';
import { Address, formatAddress } from '../../../lib/net/address.ts';
import { formatPrefix, hostPrefix } from '../../../lib/net/prefix.ts';

const out = new JsonWriter();

describe('a decimal', () => {
  const decimal = (value: number): string => out.decimal(value).finish();

  it.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.5, '0.5'],
    [0.00004, '0'],
    [0.00005, '0.0001'],
    [0.99995, '1'],
    [1.0001, '1.0001'],
    [41.70000000000001, '41.7'],
    [12.01, '12.01'],
    [123456.7891, '123456.7891'],
    [2 ** 31 - 0.5, '2147483647.5'],
    [2 ** 31, '2147483648'],
    [123456789012.25, '123456789012.25'],
    [1e12, '1000000000000'],
    [1e20, '100000000000000000000'],
  ])('writes %d as %s', (value, text) => {
    expect(decimal(value)).toBe(text);
  });

  it('is what rounding and the platform’s own text give', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
        expect(Number(decimal(value))).toBe(Math.round(value * 10_000) / 10_000);
        expect(JSON.stringify(JSON.parse(decimal(value)))).toBe(decimal(value));
      }),
      { seed: 42, numRuns: 2000 },
    );
  });

  it('has every four decimals', () => {
    for (let scaled = 0; scaled <= 20_000; scaled++) {
      expect(decimal(scaled / 10_000)).toBe(String(scaled / 10_000));
    }
  });
});

describe('a JSON text', () => {
  it('has numbers and strings as JSON.stringify writes them', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constant('a"b\\c\n\u007f\u00e9\ud800'),
    );
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constant(2 ** 31),
    );
    fc.assert(
      fc.property(texts, numbers, fc.boolean(), texts, (first, number, flag, second) => {
        out.plain('[').string(first).plain(',').number(number).plain(',').boolean(flag);
        const text = out.plain(',').string(second).plain(',').string(null).plain(']').finish();
        expect(text).toBe(JSON.stringify([first, number, flag, second, null]));
      }),
      { seed: 42, numRuns: 2000 },
    );
  });

  it('has phrases of every length, one after the other', () => {
    const words = Array.from({ length: 20 }, (_, length) => 'abcdefghijklmnopqrst'.slice(0, length));
    for (const word of words) out.phrase(new Phrase(word));
    expect(out.finish()).toBe(words.join(''));
  });

  it('has addresses, prefixes and times as they are written alone', () => {
    const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffffffff }));
    const address = fc.oneof(
      word.map((bits) => Address.v4(bits)),
      fc.tuple(word, word, word, word).map((words) => Address.v6(...words)),
    );
    fc.assert(
      fc.property(address, fc.date({ noInvalidDate: true, min: new Date(0) }), (of, date) => {
        const prefix = hostPrefix(of);
        expect(out.address(of).plain(' ').prefix(prefix).finish()).toBe(
          `${formatAddress(of)} ${formatPrefix(prefix)}`,
        );
        const seconds = Math.min(date.getTime(), Date.UTC(9999, 11, 31));
        const text = new Date(seconds).toISOString().replace(/\.\d+Z/, 'Z');
        expect(out.time(seconds).time(null).finish()).toBe(`"${text}"null`);
      }),
      { seed: 42, numRuns: 1000 },
    );
  });

  it('may be longer than any before it', () => {
    const fresh = new JsonWriter();
    const name = new Phrase('0123456');
    for (let i = 0; i < 5000; i++) fresh.phrase(name);
    expect(fresh.finish()).toBe('0123456'.repeat(5000));
    expect(fresh.string('é'.repeat(100_000)).finish()).toBe(`"${'é'.repeat(100_000)}"`);
    expect(fresh.plain('x'.repeat(500_000)).finish()).toBe('x'.repeat(500_000));
  });

  it('begins anew after one that was given up', () => {
    out.string('never ended é');
    expect(out.clear().plain('null').finish()).toBe('null');
  });
});
