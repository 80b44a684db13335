import { describe, expect, it } from 'vitest';
import { mailWith, mustFail, mustRead, plain, sample } from './build.ts';

const JSON_TYPE = 'application/json';
const REPORT = {
  xarf_version: '4.2.0',
  report_id: '02eb480f-8172-431a-9276-c28ba90f694a',
  timestamp: '2026-11-21T10:59:45+01:00',
  source_identifier: '2a00:1450:bad::1',
  category: 'messaging',
  type: 'spam',
  protocol: 'smtp',
};
const xarf = (changes: object = {}) => JSON.stringify({ ...REPORT, ...changes });

describe('what a XARF report says', () => {
  it.each([
    ['messaging', 'spam', {}, 'spam'],
    ['messaging', 'spam', { evidence_source: 'user_complaint' }, 'spam'],
    ['messaging', 'spam', { evidence_source: 'spamtrap' }, 'trap'],
    ['messaging', 'spam', { evidence_source: 'honeypot' }, 'trap'],
    ['messaging', 'bulk_messaging', {}, 'abusive'],
    ['connection', 'infected_host', { protocol: 'tcp' }, 'malware'],
    ['connection', 'infected_host', { protocol: 'tcp', bot_type: 'malicious' }, 'malware'],
    ['connection', 'login_attack', { protocol: 'tcp' }, 'abusive'],
    ['infrastructure', 'botnet', {}, 'malware'],
    ['infrastructure', 'compromised_server', {}, 'malware'],
    ['content', 'phishing', {}, 'abusive'],
  ])('%s/%s with %j is a verdict of %s', async (category, type, more, verdict) => {
    expect(plain(await mustRead(JSON_TYPE, xarf({ category, type, ...more })))).toEqual([
      { index: 0, address: '2a00:1450:bad::1', verdict, count: 1, at: '2026-11-21T09:59:45Z' },
    ]);
  });

  it.each([
    ['messaging', 'spam', { protocol: 'sms' }],
    ['messaging', 'spam', { protocol: undefined }],
    ['connection', 'infected_host', { bot_type: 'search_engine' }],
    ['connection', 'ddos', {}],
    ['connection', 'port_scan', {}],
    ['reputation', 'blocklist', {}],
    ['vulnerability', 'open_service', {}],
    ['copyright', 'p2p', {}],
    ['content', 'csam', {}],
    ['something', 'new', {}],
    ['messaging', 'spam', { confidence: 0.4 }],
  ])('%s/%s with %j is no evidence about mail', async (category, type, more) => {
    expect((await mustFail(JSON_TYPE, xarf({ category, type, ...more }))).kind).toBe('nothing-to-count');
  });

  it.each(['xarf_version', 'report_id', 'timestamp', 'source_identifier', 'category', 'type'])(
    'says that %s is missing',
    async (member) => {
      const failure = await mustFail(JSON_TYPE, xarf({ [member]: undefined }));
      expect(failure).toEqual({ kind: 'incomplete', detail: `${member}: the report has none` });
    },
  );

  it.each([
    ['xarf_version', '3', 'malformed'],
    ['xarf_version', 4, 'malformed'],
    ['report_id', 'one', 'malformed'],
    ['timestamp', '2026-11-21 10:59', 'malformed'],
    ['timestamp', '2026-11-21T10:59:45', 'malformed'],
    ['source_identifier', 'mail.example.org', 'incomplete'],
    ['source_identifier', ['192.0.2.1'], 'malformed'],
    ['type', 'x'.repeat(65), 'malformed'],
    ['confidence', 'high', 'malformed'],
    ['confidence', 7, 'malformed'],
  ])('refuses %s of %j', async (member, value, kind) => {
    const failure = await mustFail(JSON_TYPE, xarf({ [member]: value }));
    expect(failure.kind).toBe(kind);
    expect(failure.detail).toMatch(new RegExp(`^${member}: `));
  });

  it.each(['', '[]', 'null', '"text"', '{', '{"a":1', '\uFEFF{}x'])('refuses %j', async (text) => {
    expect((await mustFail(JSON_TYPE, text)).kind).toMatch(/malformed|incomplete/);
  });

  it('refuses bytes that are no UTF-8', async () => {
    expect((await mustFail(JSON_TYPE, Buffer.from([0x22, 0xff, 0x22]))).kind).toBe('malformed');
  });

  it('is known again by its report_id', async () => {
    const [first] = (await mustRead(JSON_TYPE, xarf())).claims;
    const [again] = (await mustRead(JSON_TYPE, xarf({ report_id: REPORT.report_id.toUpperCase() }))).claims;
    expect(again?.claim.id).toBe(first?.claim.id);
  });

  it('comes as a mail attachment as well', async () => {
    const report = sample('xarf/samples_v4_connection-infected-host.json');
    const mail = mailWith('application/json', 'xarf.json', report);
    expect(await mustRead('message/rfc822', mail)).toEqual(await mustRead(JSON_TYPE, report));
  });
});
