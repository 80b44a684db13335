/** RPSL dumps: what an object says, what is refused, and that the dump goes on after it. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../lib/allocation/lines.ts';
import { RpslReader } from '../../lib/allocation/rpsl.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import vectors from '../vectors/published/rpsl-objects.json' with { type: 'json' };

const DATE = 1_790_000_000;

function read(text: string, cutShort = false) {
  const splitter = new LineSplitter('latin1');
  const reader = new RpslReader({ source: 'dump', date: DATE });
  const lines = [...splitter.push(Buffer.from(text, 'latin1')), ...splitter.end(cutShort)];
  const rows = lines.flatMap((line) => reader.line(line));
  return { rows: [...rows, ...reader.end(cutShort)], pointers: reader.pointers };
}

/** `block length origin`, or the line and the reason of a refusal. */
function summaryOf(text: string, cutShort = false): string[] {
  return read(text, cutShort).rows.map((row) =>
    row.ok
      ? `${formatPrefix(row.value.prefix)} ${row.value.endSiteLength} ${row.value.origin}`
      : `${row.error.line}: ${row.error.reason}`,
  );
}

describe('one object', () => {
  it.each(vectors)('$why: $object', ({ object, says, refused }) => {
    const summary = summaryOf(`${object.join('\n')}\n`);
    if (refused !== undefined) {
      expect(summary).toHaveLength(1);
      expect(summary[0]).toContain(refused);
    } else {
      const facts = (says ?? []).map((one) => `${one.prefix} ${one.endSiteLength} ${one.origin}`);
      expect(summary.filter((line) => !line.endsWith('has a status'))).toEqual(facts);
    }
  });

  it('carries its own registry and the day it was changed', () => {
    const { rows } = read(
      'inet6num: 2a00:0:1::/48\nstatus: ASSIGNED\ncreated: 2011-01-01T00:00:00Z\nlast-modified: 2016-03-09T19:03:51Z\nsource: RIPE # Filtered\n',
    );
    expect(rows).toMatchObject([
      { ok: true, value: { reference: 'RIPE inet6num', date: Date.UTC(2016, 2, 9) / 1000 } },
    ]);
  });

  it.each([
    ['no date and no source', ''],
    ['dates and a source that make no sense', 'last-modified: yesterday\nsource: <script>\n'],
    ['a date in the future', 'last-modified: 2099-01-01T00:00:00Z\n'],
    ['a date before all registries', 'last-modified: 1901-01-01T00:00:00Z\n'],
  ])("with %s takes the dump's", (_, attributes) => {
    const { rows } = read(`inet6num: 2a00:0:1::/48\nstatus: ASSIGNED\n${attributes}`);
    expect(rows).toMatchObject([{ ok: true, value: { reference: 'dump inet6num', date: DATE } }]);
  });

  it('keeps the first of two attributes that exist once', () => {
    const text = 'inet6num: 2a00::/32\nstatus: AGGREGATED-BY-LIR\nassignment-size: 56\nassignment-size: 64\n';
    expect(summaryOf(text)).toEqual(['2a00::/32 56 assignment-size']);
  });
});

describe('pointers', () => {
  const pointersOf = (attributes: string) =>
    read(`inet6num: 2a00::/32\nstatus: ALLOCATED-BY-RIR\n${attributes}\n`).pointers.map(({ url }) => url);

  it.each([
    ['the attribute', 'prefixlen: https://example.net/a.csv'],
    ['the attribute without a space', 'prefixlen:https://example.net/a.csv'],
    ['a remark', 'remarks: Prefixlen https://example.net/a.csv'],
    ['a remark in lower case', 'remarks: prefixlen   https://example.net/a.csv'],
    [
      'a remark among others',
      'remarks: INFRA-AW\nremarks: Prefixlen https://example.net/a.csv\nremarks: bye',
    ],
    [
      'both: the attribute wins',
      'remarks: Prefixlen https://example.net/b.csv\nprefixlen: https://example.net/a.csv',
    ],
    ['a continued remark', 'remarks: Prefixlen\n  https://example.net/a.csv'],
    ['a URL with a fragment', 'prefixlen: https://example.net/a.csv#part'],
  ])('come from %s', (_, attributes) => {
    expect(pointersOf(attributes)).toEqual(['https://example.net/a.csv']);
  });

  it.each([
    ['http', 'prefixlen: http://example.net/a.csv', 'https URL'],
    ['a file', 'prefixlen: file:///etc/passwd', 'https URL'],
    ['two URLs', 'prefixlen: https://example.net/a.csv https://example.net/b.csv', 'one URL'],
    ['no URL', 'remarks: Prefixlen on request', 'one URL'],
    ['credentials', 'prefixlen: https://user:secret@example.net/a.csv', 'user name'],
    ['an endless URL', `prefixlen: https://example.net/${'a'.repeat(3_000)}`, 'at most'],
  ])('of %s are refused', (_, attributes, reason) => {
    const { rows, pointers } = read(`inet6num: 2a00::/32\nstatus: ALLOCATED-BY-RIR\n${attributes}\n`);
    expect(pointers).toEqual([]);
    expect(rows).toMatchObject([{ ok: false, error: { line: 1, reason: expect.stringContaining(reason) } }]);
  });

  it("carry the object's range and key, and leave what else it says alone", () => {
    const { rows, pointers } = read(
      'inetnum: 193.0.0.0 - 193.0.0.191\nstatus: AGGREGATED-BY-LIR\nassignment-size: 29\nremarks: Prefixlen https://example.net/a.csv\n',
    );
    expect(rows).toHaveLength(2);
    expect(pointers).toMatchObject([
      {
        objectKey: '193.0.0.0 - 193.0.0.191',
        range: { first: { w0: 0xc1000000 }, last: { w0: 0xc10000bf } },
      },
    ]);
  });

  it('of a remark that only mentions the word are none', () => {
    expect(
      pointersOf(
        'remarks: our Prefixlen is https://example.net/a.csv\nremarks: Prefixlength https://example.net',
      ),
    ).toEqual([]);
  });
});

describe('a dump', () => {
  it('of the RIPE database reads as it should', () => {
    const text = readFileSync('test/vectors/published/inet6num_samples.txt', 'latin1');
    expect(summaryOf(text)).toEqual([
      '2a00:1450:4000::/37 48 assignment-size',
      '2001:780:43::/48 64 assignment-size',
    ]);
  });

  const good = 'inet6num: 2a00:0:1::/48\nstatus: ASSIGNED\n';

  it('goes on after broken objects, and numbers them by their first line', () => {
    const text = `# terms\n\n${good}\ninet6num: nonsense\nstatus: ASSIGNED\n\n\n${good}\n\u0000\u00ff\u00fe\n\ninetnum: 1\nstatus: ASSIGNED PA\n`;
    expect(summaryOf(text)).toEqual([
      '2a00:0:1::/48 48 assigned',
      expect.stringMatching(/^6: /),
      '2a00:0:1::/48 48 assigned',
      expect.stringMatching(/^15: /),
    ]);
  });

  it('with CRLF and blank lines of spaces reads the same', () => {
    expect(summaryOf(`${good}   \n${good}`.replaceAll('\n', '\r\n'))).toHaveLength(2);
  });

  it('that broke off does not take half an object for a whole one', () => {
    const text = `${good}\ninet6num: 2a00:0:2::/48\nstatus: AGGREGATED-BY-LIR\nassignment-size: 5`;
    expect(summaryOf(text, true)).toEqual([
      '2a00:0:1::/48 48 assigned',
      '4: the input broke off inside this object',
    ]);
    expect(summaryOf('inet6n', true)).toEqual([]);
    expect(summaryOf('person: x\nna', true)).toEqual([]);
  });

  it('in ISO-8859-1 keeps its names and loses nothing', () => {
    expect(
      summaryOf(`inet6num: 2a00:0:1::/48\ndescr: B\u00fcro M\u00fcnchen\nstatus: ASSIGNED\n`),
    ).toHaveLength(1);
  });

  it('with more than 262,144 objects in one /32 gets that many', () => {
    const reader = new RpslReader({ source: 'dump', date: DATE });
    let refused = 0;
    for (let i = 0; i < 263_000; i++) {
      const key = `2a00:0:${(i >>> 8).toString(16)}:${(i & 255).toString(16)}00::/56`;
      const rows = [`inet6num: ${key}`, 'status: ASSIGNED', ''].flatMap((line) => reader.line(line));
      refused += rows.filter((row) => !row.ok).length;
    }
    expect(refused).toBe(263_000 - 262_144);
  });

  it('keeps no more of an endless value than it could need', () => {
    const reader = new RpslReader({ source: 'dump', date: DATE });
    reader.line('inet6num: 2a00:0:1::/48');
    reader.line('status: ASSIGNED');
    for (let i = 0; i < 100_000; i++) reader.line(`+ ${'x'.repeat(100)}`);
    expect(reader.end()).toEqual([]);
  });

  it('of any lines at all never throws', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'inetnum: 193.0.0.0 - 193.0.0.7',
        'inet6num: 2a00::/48',
        'status: ASSIGNED',
        'status: AGGREGATED-BY-LIR',
      ),
      fc.constantFrom(
        'assignment-size: 64',
        'assignment-size:',
        'prefixlen: https://a',
        '',
        ' ',
        '+',
        '+ 48',
        '\t/29',
        '%',
        '#',
      ),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.boolean(), (lines, cutShort) => {
        for (const row of read(lines.join('\n'), cutShort).rows) {
          if (row.ok) expect(row.value.endSiteLength).toBeGreaterThanOrEqual(row.value.prefix.length);
          else expect(row.error.line).toBeGreaterThan(0);
        }
      }),
      { seed: 42, numRuns: 2_000 },
    );
  });
});
