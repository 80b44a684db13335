/**
 * Reports of feedback loops, as the OpenAPI document shows them.
 */

/** RFC 5965. */
export const ARF_EXAMPLE = [
  'From: Feedback loop <fbl@example.net>',
  'To: abuse@example.com',
  'Date: Sat, 21 Nov 2026 11:00:00 +0000',
  'Subject: A message from you was reported',
  'Message-ID: <report-7@example.net>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/report; report-type=feedback-report; boundary="part"',
  '',
  '--part',
  'Content-Type: text/plain',
  '',
  'A recipient called this message spam.',
  '--part',
  'Content-Type: message/feedback-report',
  '',
  'Feedback-Type: abuse',
  'User-Agent: ExampleLoop/1.0',
  'Version: 1',
  'Source-IP: 2001:db8:1:203::25',
  'Arrival-Date: Sat, 21 Nov 2026 10:30:00 +0000',
  '',
  '--part',
  'Content-Type: message/rfc822',
  '',
  'From: somebody@example.com',
  'Message-ID: <offer-1@example.com>',
  'Subject: An offer',
  '',
  'Buy now.',
  '--part--',
  '',
].join('\r\n');

/** XARF v4. */
export const XARF_EXAMPLE = {
  xarf_version: '4.2.0',
  report_id: '02eb480f-8172-431a-9276-c28ba90f694a',
  timestamp: '2026-11-21T10:59:45Z',
  reporter: { org: 'Example', contact: 'reports@example.net', domain: 'example.net' },
  sender: { org: 'Example', contact: 'reports@example.net', domain: 'example.net' },
  source_identifier: '2001:db8:1:203::25',
  source_port: 25,
  category: 'messaging',
  type: 'spam',
  evidence_source: 'spamtrap',
  protocol: 'smtp',
  smtp_from: 'somebody@example.com',
  subject: 'An offer',
} as const;

/** A DMARC aggregate report (RFC 7489 appendix C). */
export const DMARC_EXAMPLE = `<?xml version="1.0"?>
<feedback>
  <report_metadata>
    <org_name>example.net</org_name>
    <email>postmaster@example.net</email>
    <report_id>report-2026-11-20</report_id>
    <date_range><begin>1795132800</begin><end>1795219199</end></date_range>
  </report_metadata>
  <policy_published><domain>example.com</domain><p>reject</p></policy_published>
  <record>
    <row>
      <source_ip>2001:db8:1:203::25</source_ip>
      <count>12</count>
      <policy_evaluated><disposition>reject</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated>
    </row>
    <identifiers><header_from>example.com</header_from></identifiers>
    <auth_results><spf><domain>example.com</domain><result>fail</result></spf></auth_results>
  </record>
</feedback>
`;
