import { describe, expect, it } from 'vitest';
import { NOW } from '../support/records.ts';
import { ARF_FIELDS, arf, MAIL, MESSAGE, mustFail, mustRead, plain } from './build.ts';

const SOURCE = 'Source-IP: 2a00:1450:bad::1';
const ARRIVAL = 'Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000';
const TRACE = 'Received: from evil (evil [198.51.100.7]) by mx.example.net; Sat, 21 Nov 2026 11:00:00 +0000';

const withFields = (...fields: string[]) => arf({ fields: [...ARF_FIELDS, ...fields] });
const ofType = (type: string) => arf({ fields: [`Feedback-Type: ${type}`, SOURCE] });
const idOf = async (report: string, hosts: readonly string[] = []) =>
  (await mustRead(MAIL, report, hosts)).claims[0]?.claim.id;

describe('what an ARF report says', () => {
  it.each([
    ['abuse', 'spam'],
    ['Abuse', 'spam'],
    ['fraud', 'fraud'],
    ['virus', 'malware'],
    ['not-spam', 'ham'],
    ['auth-failure', 'auth-failure'],
    ['other', 'abusive'],
    ['x-something-new', 'abusive'],
  ])('Feedback-Type %s is a verdict of %s', async (type, verdict) => {
    expect(plain(await mustRead(MAIL, ofType(type)))[0]?.verdict).toBe(verdict);
  });

  it('a wish to leave a list is no complaint', async () => {
    expect((await mustFail(MAIL, ofType('opt-out'))).kind).toBe('nothing-to-count');
  });

  it.each([
    ['Incidents: 17', 17],
    ['Incidents: 1000000000', 1e9],
    ['Incidents: 4294967295', 1e9],
    ['Incidents: 4294967296', 1],
    ['Incidents: 0', 1],
    ['Incidents: -5', 1],
    ['Incidents: many', 1],
    ['Incidents: 3 (three)', 3],
    ['INCIDENTS:3', 3],
  ])('%s counts %d', async (field, count) => {
    expect(plain(await mustRead(MAIL, withFields(SOURCE, field)))[0]?.count).toBe(count);
  });

  it.each([
    ['the Arrival-Date', [ARRIVAL], [TRACE], '2026-11-21T10:00:00Z'],
    [
      'the Received-Date, its older name',
      ['Received-Date: Sat, 21 Nov 2026 10:30:00 +0000'],
      [TRACE],
      '2026-11-21T10:30:00Z',
    ],
    ['the declared host’s own line', [], [TRACE], '2026-11-21T11:00:00Z'],
    [
      'the declared host’s own line, when Arrival-Date is no date',
      ['Arrival-Date: tomorrow'],
      [TRACE],
      '2026-11-21T11:00:00Z',
    ],
  ])('its time is %s', async (_, fields, trace, at) => {
    const report = arf({
      fields: [...ARF_FIELDS, ...fields],
      message: [...trace, ...MESSAGE],
      header: ['Date: Sat, 21 Nov 2026 11:30:00 +0000'],
    });
    expect(plain(await mustRead(MAIL, report, ['mx.example.net']))[0]?.at).toBe(at);
  });

  it('its time is that of the report, and last of all now; never the Date the sender wrote', async () => {
    const message = [...MESSAGE, 'Date: Sat, 01 Nov 2026 00:00:00 +0000'];
    const dated = arf({
      fields: [...ARF_FIELDS, SOURCE],
      message,
      header: ['Date: Sat, 21 Nov 2026 11:30:00 +0000'],
    });
    expect(plain(await mustRead(MAIL, dated))[0]?.at).toBe('2026-11-21T11:30:00Z');
    const undated = arf({ fields: [...ARF_FIELDS, SOURCE], message });
    expect((await mustRead(MAIL, undated)).claims[0]?.claim.at).toBe(NOW);
  });

  it('a stated source wins over the trace', async () => {
    const report = arf({ fields: [...ARF_FIELDS, SOURCE], message: [TRACE, ...MESSAGE] });
    expect(plain(await mustRead(MAIL, report, ['mx.example.net']))[0]?.address).toBe('2a00:1450:bad::1');
  });

  it.each(['redacted', '192.0.2.1:25', '::1%eth0', '192.0.2', 'mail.example.org', ''])(
    'Source-IP %j is none, so the trace is asked',
    async (text) => {
      const report = arf({ fields: [...ARF_FIELDS, `Source-IP: ${text}`], message: [TRACE, ...MESSAGE] });
      expect(plain(await mustRead(MAIL, report, ['mx.example.net']))[0]?.address).toBe('198.51.100.7');
      expect(await mustFail(MAIL, report)).toMatchObject({ kind: 'incomplete' });
    },
  );

  it('never takes an address from prose, from the report’s own trace or from headers that anyone can write', async () => {
    const report = arf({
      header: [
        'Received: from evil (evil [198.51.100.7]) by mx.example.net; Sat, 21 Nov 2026 11:00:00 +0000',
      ],
      message: ['X-Originating-IP: [198.51.100.7]', 'Received-SPF: pass client-ip=198.51.100.7', ...MESSAGE],
    });
    expect((await mustFail(MAIL, report, ['mx.example.net'])).detail).toContain('no Received line');
  });

  it('says what is missing', async () => {
    expect((await mustFail(MAIL, arf({ fields: [SOURCE] }))).detail).toContain('Feedback-Type');
    expect((await mustFail(MAIL, arf({ message: null }))).detail).toContain('no message is enclosed');
    expect((await mustFail(MAIL, withFields(SOURCE, 'Source-IP: 192.0.2.1'))).kind).toBe('malformed');
    expect(
      (await mustFail(MAIL, withFields(SOURCE, ARRIVAL, 'Received-Date: Sat, 21 Nov 2026 10:30:00 +0000')))
        .kind,
    ).toBe('malformed');
  });

  it('takes a report without the message, when it states the source', async () => {
    const report = arf({ fields: [...ARF_FIELDS, SOURCE, ARRIVAL], message: null });
    expect(plain(await mustRead(MAIL, report))).toHaveLength(1);
  });

  it('reads fields that are folded, doubled, in any case, behind blank lines or in base64', async () => {
    const odd = [
      '',
      'FEEDBACK-TYPE:',
      '\tabuse',
      '',
      'source-ip:',
      '  [IPv6:2a00:1450:bad::1]',
      SOURCE.replace('2a00', '2A00'),
    ];
    expect((await mustFail(MAIL, arf({ fields: odd }))).kind).toBe('malformed');
    expect(plain(await mustRead(MAIL, arf({ fields: odd.slice(0, -1) })))[0]?.address).toBe(
      '2a00:1450:bad::1',
    );
    const encoded = Buffer.from(`Feedback-Type: abuse\n${SOURCE}\n`).toString('base64');
    const report = arf({ fields: [] }).replace(
      'Content-Type: message/feedback-report\r\n',
      `Content-Type: message/feedback-report\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`,
    );
    expect(plain(await mustRead(MAIL, report))[0]?.address).toBe('2a00:1450:bad::1');
  });

  it('takes a multipart body whose header came as the HTTP Content-Type', async () => {
    const report = withFields(SOURCE, ARRIVAL);
    const body = report.slice(report.indexOf('\r\n\r\n') + 4);
    const type = 'multipart/report; report-type=feedback-report; boundary="frontier"';
    expect(await mustRead(type, body)).toEqual(await mustRead(MAIL, report));
    expect(await mustRead(type, report)).toEqual(await mustRead(MAIL, report));
  });
});

describe('a report sent again', () => {
  const report = withFields(SOURCE, ARRIVAL);

  it('has the same id, whatever the way it took and however it is folded', async () => {
    const id = await idOf(report);
    const header = [
      'Received: from a by b; Sat, 21 Nov 2026 12:30:00 +0000',
      'Message-ID: <other@example.net>',
    ];
    expect(await idOf(arf({ fields: [...ARF_FIELDS, SOURCE, ARRIVAL], header }))).toBe(id);
    expect(await idOf(report.replaceAll('\r\n', '\n'))).toBe(id);
    expect(await idOf(report.replace('Arrival-Date: ', 'Arrival-Date:\r\n   '))).toBe(id);
    expect(await idOf(report.replaceAll('frontier', 'another-boundary'))).toBe(id);
  });

  it.each([
    ['another message', report.replace('<1@example.org>', '<2@example.org>')],
    ['another arrival', report.replace('10:00:00', '10:00:01')],
    ['another source', report.replace('bad::1', 'bad::2')],
    ['another type', report.replace('abuse', 'fraud')],
  ])('has another id when it is about %s', async (_, other) => {
    expect(await idOf(other)).not.toBe(await idOf(report));
  });

  it('keeps no mailbox name', async () => {
    const [first] = (await mustRead(MAIL, withFields(SOURCE, 'Original-Rcpt-To: victim@example.com'))).claims;
    expect(JSON.stringify(first)).not.toMatch(/victim|example/);
  });
});
