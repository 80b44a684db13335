import { describe, expect, it } from 'vitest';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { PublishedReader, type ReaderOptions } from '../../lib/published/reader.ts';

const OBJECT = [
  'inet6num:       2a00:1450:4000::/37',
  'status:         AGGREGATED-BY-LIR',
  'assignment-size:48',
  '',
];

function read(lines: readonly string[], options: Partial<ReaderOptions> = {}, cutShort = false) {
  const reader = new PublishedReader({ reference: 'a file', date: 1_790_000_000, ...options });
  const rows = [...lines.flatMap((line) => reader.line(line)), ...reader.end(cutShort)];
  return {
    reader,
    format: reader.format,
    taken: rows.flatMap((row) =>
      row.ok ? [`${formatPrefix(row.value.prefix)} ${row.value.endSiteLength}`] : [],
    ),
    refused: rows.flatMap((row) => (row.ok ? [] : [row.error.line])),
  };
}

describe('the format of a file', () => {
  it.each([
    ['a plain row', ['2600:1f00::/32,56,'], 'prefixlen'],
    ['a header', ['prefix,length,sites', '2600:1f00::/32,56,'], 'prefixlen'],
    ['comments first', ['', '# ours', '  ', '2600:1f00::/32,56,'], 'prefixlen'],
    ['a byte order mark', ['\u00ef\u00bb\u00bf2600:1f00::/32,56,'], 'prefixlen'],
    ['a byte order mark before a comment', ['\u00ef\u00bb\u00bf# ours', '2600:1f00::/32,56,'], 'prefixlen'],
    ['terms first', ['% terms', '', ...OBJECT], 'rpsl'],
    ['no space after the colon', ['inet6num:2a00:1450:4000::/37', ...OBJECT.slice(1)], 'rpsl'],
    ['another class first', ['person: Somebody', 'nic-hdl: X', '', ...OBJECT], 'rpsl'],
  ])('is told by the first line that says something: %s', (_, lines, format) => {
    const result = read(lines);
    expect(result.format).toBe(format);
    expect(result.taken).toHaveLength(1);
    expect(result.refused).toEqual([]);
  });

  it('can be given', () => {
    expect(read(['2600:1f00::/32,56,'], { format: 'prefixlen' }).taken).toHaveLength(1);
    expect(read(OBJECT, { format: 'prefixlen' })).toMatchObject({ taken: [], refused: [1, 2, 3] });
    expect(read(['2600:1f00::/32,56,'], { format: 'rpsl' })).toMatchObject({ taken: [], refused: [] });
    const marked = read(['\u00ef\u00bb\u00bf2600:1f00::/32,56,'], { format: 'prefixlen' });
    expect(marked).toMatchObject({ refused: [] });
  });

  it('stays open while there are comments alone', () => {
    expect(read(['# nothing', ''])).toMatchObject({ format: null, taken: [], refused: [] });
    expect(read([])).toMatchObject({ format: null, taken: [] });
  });

  it('is decided without them after a thousand', () => {
    const comments = Array<string>(1_000).fill('# comment');
    expect(read([...comments, '2600:1f00::/32,56,'])).toMatchObject({ format: 'prefixlen', refused: [] });
  });
});

describe('a file that breaks off', () => {
  it('loses the object it broke off in, which could have said something else', () => {
    expect(read([...OBJECT, ...OBJECT.slice(0, 3)], {}, true)).toMatchObject({
      taken: ['2a00:1450:4000::/37 48'],
      refused: [5],
    });
  });
});

describe('what comes with the rows', () => {
  it('counts lines from 1, comments before the first row included', () => {
    expect(read(['# a', '# b', '2600:1f00::/32,56,', 'rubbish,1,2']).refused).toEqual([4]);
  });

  it('is told of a signature, which nobody checked', () => {
    expect(read(['2600:1f00::/32,56,', '# RPKI Signature: 2600:1f00::/32']).reader.signed).toBe(true);
    expect(read(['2600:1f00::/32,56,']).reader.signed).toBe(false);
    expect(read(OBJECT).reader.signed).toBe(false);
  });

  it('hands pointers out once', () => {
    const { reader } = read([...OBJECT.slice(0, 3), 'remarks: Prefixlen https://files.example/a.csv', '']);
    expect(reader.takePointers().map(({ url }) => url)).toEqual(['https://files.example/a.csv']);
    expect(reader.takePointers()).toEqual([]);
  });
});
