import { describe, expect, it } from 'vitest';
import { dmarc, dmarcRow, mailWith, mustFail, mustRead, plain, read, zip } from './build.ts';

const XML = 'application/xml';
const AT = '2026-11-20T00:00:00Z';
const reason = (type: string, comment = '') =>
  `<reason><type>${type}</type><comment>${comment}</comment></reason>`;

describe('what a DMARC record says', () => {
  it('both checks failed and nothing else passed: an authentication failure, with its count, at the start of the span', async () => {
    const rows = [dmarcRow(), dmarcRow({ ip: '198.51.100.7', count: '1' })];
    expect(plain(await mustRead(XML, dmarc(rows)))).toEqual([
      { index: 0, address: '2a00:1450:bad::1', verdict: 'auth-failure', count: 3, at: AT },
      { index: 1, address: '198.51.100.7', verdict: 'auth-failure', count: 1, at: AT },
    ]);
  });

  it.each([
    ['DKIM passed', { dkim: 'pass' }],
    ['SPF passed', { spf: 'pass' }],
    ['both passed', { dkim: 'pass', spf: 'pass' }],
    [
      'SPF passed under another name',
      { auth: '<spf><domain>lists.example</domain><result>pass</result></spf>' },
    ],
    [
      'a second signature passed',
      { auth: '<dkim><result>fail</result></dkim><dkim><result>pass</result></dkim>' },
    ],
    ['the receiver knows a forwarder', { reason: reason('forwarded') }],
    ['the receiver knows a mailing list', { reason: `${reason('other')}${reason('mailing_list')}` }],
    ['the receiver trusts the forwarder', { reason: reason('trusted_forwarder') }],
    ['an ARC chain passed', { reason: reason('local_policy', 'arc=pass') }],
  ])('nothing when %s', async (_, row) => {
    const report = await mustRead(XML, dmarc([dmarcRow(), dmarcRow(row)]));
    expect(report.claims.map(({ index }) => index)).toEqual([0]);
    expect(report.omissions).toMatchObject([{ index: 1, kind: 'says-nothing' }]);
  });

  it.each([
    ['sampled_out', ''],
    ['local_policy', 'something else'],
    ['other', 'mailing_list'],
    ['', 'forwarded'],
  ])('an override of %j with comment %j excuses nobody', async (type, comment) => {
    expect(plain(await mustRead(XML, dmarc([dmarcRow({ reason: reason(type, comment) })])))).toHaveLength(1);
  });

  it.each([
    ['no address', { ip: '' }, 'source_ip'],
    ['a name for an address', { ip: 'mail.example.org' }, 'source_ip'],
    ['no count', { count: '' }, 'count'],
    ['a count of zero', { count: '0' }, 'count'],
    ['a negative count', { count: '-1' }, 'count'],
    ['a fraction', { count: '1.5' }, 'count'],
    ['no result', { dkim: '' }, 'policy_evaluated'],
    ['an unknown result', { spf: 'maybe' }, 'policy_evaluated'],
  ])('a record with %s is named, and spoils no other', async (_, row, what) => {
    const report = await mustRead(XML, dmarc([dmarcRow(row), dmarcRow()]));
    expect(report.claims.map(({ index }) => index)).toEqual([1]);
    expect(report.omissions[0]).toMatchObject({ index: 0, kind: 'malformed' });
    expect(report.omissions[0]?.detail).toMatch(new RegExp(`^record 1: ${what}`));
  });

  it('a count beyond belief is a large one', async () => {
    expect(plain(await mustRead(XML, dmarc([dmarcRow({ count: '999999999999999' })])))[0]?.count).toBe(1e9);
  });

  it('IPv6 in any spelling, eight groups or two colons', async () => {
    const rows = ['2a00:1450:0bad:0000:0000:0000:0000:0001', '2A00:1450:BAD::1', ' 2a00:1450:bad::1\n'].map(
      (ip) => dmarcRow({ ip }),
    );
    expect(new Set(plain(await mustRead(XML, dmarc(rows))).map(({ address }) => address))).toEqual(
      new Set(['2a00:1450:bad::1']),
    );
  });
});

describe('a DMARC document', () => {
  it('keeps the records that were complete before it breaks off', async () => {
    const whole = dmarc([dmarcRow(), dmarcRow({ ip: '198.51.100.7' })]);
    const cut = whole.slice(0, whole.lastIndexOf('<row>') + 20);
    const report = await mustRead(XML, cut);
    expect(report.claims).toEqual((await mustRead(XML, whole)).claims.slice(0, 1));
    expect(report.omissions[0]?.detail).toContain('not well-formed from line 2');
  });

  it('is known again by its reporter, id and span, record by record', async () => {
    const ids = async (xml: string) => (await mustRead(XML, xml)).claims.map(({ claim }) => claim.id);
    const rows = [dmarcRow(), dmarcRow()];
    const first = await ids(dmarc(rows));
    expect(new Set(first).size).toBe(2);
    expect(await ids(dmarc(rows).replace('<policy_published>', '\n<policy_published>'))).toEqual(first);
    for (const other of [
      dmarc(rows, 'r2'),
      dmarc(rows).replace('>example.net<', '>example.org<'),
      dmarc(rows).replace('1795219199', '1795219200'),
    ]) {
      expect((await ids(other)).some((id) => first.includes(id))).toBe(false);
    }
  });

  it.each([
    ['no span', dmarc([dmarcRow()]).replace(/<date_range>.*<\/date_range>/, ''), 'incomplete'],
    ['a span in milliseconds', dmarc([dmarcRow()]).replace('1795132800', '1795132800000'), 'incomplete'],
    ['no record', dmarc([]), 'nothing-to-count'],
    ['another root', '<rss><channel/></rss>', 'malformed'],
    ['nothing in it', '', 'malformed'],
    ['prose in it', 'see attachment', 'malformed'],
    ['an encoding that is not read', `<?xml version="1.0" encoding="utf-7"?><feedback/>`, 'malformed'],
    ['a document type', `<!DOCTYPE feedback>${dmarc([dmarcRow()])}`, 'malformed'],
    ['an entity of its own', dmarc([dmarcRow({ ip: '&ip;' })]), 'malformed'],
  ])('with %s is refused', async (_, xml, kind) => {
    expect((await mustFail(XML, xml)).kind).toBe(kind);
  });

  it('is read in the encoding it declares', async () => {
    const latin = dmarc([dmarcRow()]).replace('UTF-8', 'ISO-8859-1').replace('>example.net<', '>caf\u00e9<');
    expect((await mustRead(XML, Buffer.from(latin, 'latin1'))).claims).toHaveLength(1);
  });

  it('reads every document of an archive, and numbers records through', async () => {
    const archive = zip([
      { name: 'readme.txt', content: Buffer.from('hello') },
      { name: 'a.xml', content: Buffer.from(dmarc([dmarcRow({ dkim: 'pass' }), dmarcRow()], 'a')) },
      { name: 'B.XML', content: Buffer.from(dmarc([dmarcRow()], 'b')) },
    ]);
    const report = await mustRead('application/zip', archive);
    expect(report.claims.map(({ index }) => index)).toEqual([1, 2]);
    expect((await mustRead('message/rfc822', mailWith('application/zip', 'a.zip', archive))).claims).toEqual(
      report.claims,
    );
  });

  it.each([
    [
      'an archive without XML',
      'application/zip',
      zip([{ name: 'a.txt', content: Buffer.from('x') }]),
      'incomplete',
    ],
    ['an empty archive', 'application/zip', zip([]), 'incomplete'],
    [
      'half an archive',
      'application/zip',
      zip([{ name: 'a.xml', content: Buffer.from(dmarc([dmarcRow()])) }]).subarray(0, 200),
      'malformed',
    ],
    ['gzip that is none', 'application/gzip', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]), 'malformed'],
    ['a media type that is not read', 'text/plain', Buffer.from('x'), 'unsupported-media-type'],
    ['no media type', '', Buffer.from('x'), 'unsupported-media-type'],
  ])('%s is refused', async (_, type, bytes, kind) => {
    const result = await read(type, bytes);
    expect(result.ok || result.error.kind).toBe(kind);
  });
});
