/** Prefixlen files (RFC 9977): what is believed of a line, what is refused, and that a refusal costs its line alone. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../lib/allocation/lines.ts';
import { type PrefixlenOptions, PrefixlenReader } from '../../lib/allocation/prefixlen.ts';
import { covers, formatPrefix } from '../../lib/net/prefix.ts';
import { mustPrefix } from '../support/must-address.ts';
import vectors from '../vectors/published/prefixlen-rows.json' with { type: 'json' };

const OPTIONS: PrefixlenOptions = { reference: 'https://example.net/prefixlen.csv', date: 1_790_000_000 };

/** All rows of a file, and the reader after them. */
function readFile(bytes: Uint8Array, options = OPTIONS) {
  const splitter = new LineSplitter('utf-8');
  const reader = new PrefixlenReader(options);
  const rows = [...splitter.push(bytes), ...splitter.end()].flatMap((line) => reader.line(line) ?? []);
  return { rows, reader };
}

function readText(text: string, options = OPTIONS) {
  return readFile(new TextEncoder().encode(text), options);
}

function summaryOf(text: string, options = OPTIONS): string[] {
  return readText(text, options).rows.map((row) =>
    row.ok
      ? `${formatPrefix(row.value.prefix)} ${row.value.endSiteLength} ${row.value.endSites}`
      : row.error.reason,
  );
}

describe('one line', () => {
  it.each(vectors)('"$line": $why', (vector) => {
    // Not the first row of its file: there a word would be a header.
    const reader = new PrefixlenReader(OPTIONS);
    reader.line('2600:d401::/32,56,');
    const row = reader.line(vector.line);
    if (vector.refused !== undefined) {
      expect(row).toMatchObject({ ok: false, error: { line: 2, text: vector.line } });
      expect(row?.ok === false && row.error.reason).toContain(vector.refused);
    } else if (vector.says === null || vector.says === undefined) expect(row).toBeUndefined();
    else {
      const { prefix, endSiteLength, endSites } = vector.says;
      expect(row).toEqual({
        ok: true,
        value: {
          prefix: mustPrefix(prefix),
          origin: 'prefixlen',
          endSiteLength,
          endSites,
          mechanism: 'native',
          ipv4MaskLength: 0,
          ipv4Prefix: null,
          date: OPTIONS.date,
          reference: OPTIONS.reference,
        },
      });
    }
  });

  it('is refused when it is longer than any row', () => {
    const reader = new PrefixlenReader(OPTIONS);
    const long = `2600:d401::/32,56,${' '.repeat(600)}# note`;
    expect(reader.line(long)).toMatchObject({
      ok: false,
      error: { reason: 'a line has at most 512 characters' },
    });
    expect(reader.line(`# ${'x'.repeat(10_000)}`)).toBeUndefined();
  });

  it('is quoted in a refusal only as far as a person reads', () => {
    const row = new PrefixlenReader(OPTIONS).line('2600:'.repeat(90));
    expect(row?.ok === false && row.error.text.length).toBe(123);
  });
});

describe('a file', () => {
  it('of a real ISP imports whole', () => {
    const { rows, reader } = readFile(readFileSync('test/vectors/published/ebox_prefixlen.csv'));
    const lengths = rows.map((row) => row.ok && [formatPrefix(row.value.prefix), row.value.endSiteLength]);
    expect(lengths).toEqual([
      ['2600:d401::/32', 56],
      ['2606:6d00::/44', 64],
      ['2606:6d00:100::/40', 56],
      ['2606:6d00:300::/40', 56],
      ['2606:6d00:c00::/40', 56],
      ['2606:6d00:d00::/40', 56],
      ['2606:6d00:eb0::/48', 128],
      ['2606:6d00:f00::/40', 56],
    ]);
    expect(reader.signature).toBe('none');
  });

  it('with a header row of its own imports the rest', () => {
    const { rows } = readFile(readFileSync('test/vectors/published/other_prefixlen.csv'));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ ok: true, value: { endSiteLength: 48 } });
  });

  it('has one header at most: a second one is refused', () => {
    expect(summaryOf('prefix,size\nprefix,size\n')).toHaveLength(1);
  });

  it.each([
    ['CRLF', '2600:d401::/32,56,\r\n2606:6d00::/44,64,\r\n'],
    ['LF', '2600:d401::/32,56,\n2606:6d00::/44,64,\n'],
    ['no end after the last line', '2600:d401::/32,56,\n2606:6d00::/44,64,'],
    ['a byte order mark', '\uFEFF2600:d401::/32,56,\n2606:6d00::/44,64,\n'],
    ['blank lines', '\n\n2600:d401::/32,56,\n \n\n2606:6d00::/44,64,\n\n'],
  ])('reads the same with %s', (_, text) => {
    expect(summaryOf(text)).toEqual(['2600:d401::/32 56 1', '2606:6d00::/44 64 1']);
  });

  it('with a signature is read as data, and the signature reported as unverified', () => {
    const { rows, reader } = readText(
      [
        '2600:d401::/32,56,',
        '# RPKI Signature: 2600:d401::/32',
        '# MIIGlwYJKoZIhvcNAQcCoIIGiDCCBoQCAQMxDTALBglghkgBZQMEAgEwDQYLKoZIhvcN',
        '# End Signature: 2600:d401::/32',
        '',
      ].join('\r\n'),
    );
    expect(rows).toHaveLength(1);
    expect(reader.signature).toBe('unverified');
  });

  it('keeps its good rows whatever stands between them', () => {
    const junk = ['\u0000\u0001\u0002', 'prefix;length', '2600:d401::/32,99999,', '","","', '::,::,::', 'ÿþ'];
    const text = junk.map((line, i) => `${line}\n2600:d401:${i + 1}::/48,56,`).join('\n');
    const rows = readText(text).rows;
    expect(rows.filter((row) => row.ok)).toHaveLength(6);
    expect(rows.flatMap((row) => (row.ok ? [] : [row.error.line]))).toEqual([1, 3, 5, 7, 9, 11]);
  });

  it('speaks only for the space it may speak for', () => {
    const within = mustPrefix('2600:d401::/32');
    const options = { ...OPTIONS, within: (block: typeof within) => covers(within, block) };
    expect(summaryOf('2600:d401:1::/48,56,\n2600:d402:1::/48,56,\n2600:d400::/31,56,', options)).toEqual([
      '2600:d401:1::/48 56 1',
      'no registry object lets this file speak for this space',
      'no registry object lets this file speak for this space',
    ]);
  });

  it('gets 65,536 rows within one /32 and no more, and its other rows all the same', () => {
    const reader = new PrefixlenReader(OPTIONS);
    let refused = 0;
    for (let i = 0; i < 70_000; i++) {
      const row = reader.line(`2600:d401:0:${(i >>> 4).toString(16)}:${(i & 15).toString(16)}000::/68,128,`);
      if (row?.ok === false) {
        refused++;
        expect(row.error.reason).toBe('more than 65536 rows within one /32');
      }
    }
    expect(refused).toBe(70_000 - 65_536);
    expect(reader.line('2600:d402::/32,56,')).toMatchObject({ ok: true });
  });

  it('never throws, and never says anything that is not plausible, for any text', () => {
    const piece = fc.constantFrom(
      '2600:d401::',
      '193.0.0.0',
      '::',
      '/',
      '32',
      '48',
      '56',
      ',',
      ',',
      '#',
      ' ',
      '"',
      '\n',
      '0',
      '-',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        for (const row of readText(pieces.join('')).rows) {
          if (!row.ok) continue;
          const { prefix, endSiteLength, endSites } = row.value;
          expect(endSiteLength).toBeGreaterThanOrEqual(prefix.length);
          expect(endSiteLength).toBeLessThanOrEqual(prefix.family === 4 ? 32 : 128);
          expect(endSites).toBeGreaterThan(0);
        }
      }),
      { seed: 42, numRuns: 2_000 },
    );
  });
});
