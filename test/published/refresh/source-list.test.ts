import { describe, expect, it } from 'vitest';
import { parseSourceList } from '../../../lib/published/refresh/source-list.ts';

describe('the list of sources to refresh', () => {
  it('names a source after its file, or as the operator does', () => {
    const list =
      'https://ftp.example/dbase/ripe.db.inet6num.gz\n ours=https://files.example/a?b=c https://[2001:db8::1]/p.csv';
    expect(parseSourceList(list)).toEqual({
      ok: true,
      value: [
        { name: 'ripe.db.inet6num', url: 'https://ftp.example/dbase/ripe.db.inet6num.gz' },
        { name: 'ours', url: 'https://files.example/a?b=c' },
        { name: 'p.csv', url: 'https://[2001:db8::1]/p.csv' },
      ],
    });
  });

  it('may be empty', () => {
    expect(parseSourceList(' \n ')).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['http://files.example/a.csv', 'is no https URL'],
    ['files.example/a.csv', 'is no https URL'],
    ['https://user:secret@files.example/a.csv', 'is no https URL'],
    ['a=', 'is no https URL'],
    ['https://files.example/', '1 to 100 letters'],
    ['a b=https://files.example/x', 'is no https URL'],
    ['ü=https://files.example/x', '1 to 100 letters'],
    ['https://a.example/x.csv https://b.example/x.csv', 'two files would be source x.csv'],
  ])('is refused with %j in it', (list, words) => {
    const parsed = parseSourceList(list);
    expect(parsed.ok ? '' : parsed.error).toContain(words);
  });
});
