/** Reports as tests need them: envelopes with chosen parts, archives with chosen lies. */
import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { FeedbackReport } from '../../lib/feedback/claim.ts';
import type { FeedbackFailure } from '../../lib/feedback/failure.ts';
import { readFeedback } from '../../lib/feedback/feedback.ts';
import { NO_TRUSTED_HOSTS, parseTrustedHosts, type TrustedHosts } from '../../lib/feedback/trusted-hosts.ts';
import { formatAddress } from '../../lib/net/address.ts';
import type { Result } from '../../lib/result.ts';
import { NOW } from '../support/records.ts';

export const MAIL = 'message/rfc822';

export function sample(file: string): Buffer {
  return readFileSync(new URL(`../vectors/feedback/${file}`, import.meta.url));
}

export function mustTrustedHosts(texts: readonly string[]): TrustedHosts {
  const parsed = parseTrustedHosts(texts);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** Reads a report at the tests' present, as a reporter with these trusted hosts. */
export function read(
  type: string,
  report: Uint8Array | string,
  trustedHosts: readonly string[] = [],
): Promise<Result<FeedbackReport, FeedbackFailure>> {
  const hosts = trustedHosts.length === 0 ? NO_TRUSTED_HOSTS : mustTrustedHosts(trustedHosts);
  const bytes = typeof report === 'string' ? Buffer.from(report) : report;
  return readFeedback(type, bytes, { trustedHosts: hosts, now: NOW });
}

/** The report, or the failure as an error. */
export async function mustRead(
  type: string,
  report: Uint8Array | string,
  trustedHosts: readonly string[] = [],
): Promise<FeedbackReport> {
  const result = await read(type, report, trustedHosts);
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.detail}`);
  return result.value;
}

/** The failure of a report that must not be taken. */
export async function mustFail(
  type: string,
  report: Uint8Array | string,
  trustedHosts: readonly string[] = [],
): Promise<FeedbackFailure> {
  const result = await read(type, report, trustedHosts);
  if (result.ok) throw new Error(`taken: ${JSON.stringify(result.value)}`);
  return result.error;
}

/** Claims without ids, addresses and times as text. */
export function plain({ claims }: FeedbackReport) {
  return claims.map(({ index, claim }) => ({
    index,
    address: formatAddress(claim.address),
    verdict: claim.verdict,
    count: claim.count,
    at: new Date(claim.at).toISOString().replace('.000Z', 'Z'),
  }));
}

export interface Arf {
  readonly fields?: readonly string[];
  /** The enclosed message's header lines; none are enclosed when null. */
  readonly message?: readonly string[] | null;
  readonly header?: readonly string[];
}

export const ARF_FIELDS = ['Feedback-Type: abuse', 'User-Agent: Test/1', 'Version: 1'];
export const MESSAGE = ['From: <a@example.org>', 'Message-ID: <1@example.org>', 'Subject: buy'];

/** An ARF report with CRLF line ends, a minimal one unless told otherwise. */
export function arf({ fields = ARF_FIELDS, message = MESSAGE, header = [] }: Arf = {}): string {
  const enclosed =
    message === null ? [] : ['--frontier', 'Content-Type: message/rfc822', '', ...message, '', 'body'];
  return [
    ...header,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="frontier"',
    '',
    '--frontier',
    'Content-Type: text/plain',
    '',
    'This is a report about mail received from IP 198.51.100.99.',
    '--frontier',
    'Content-Type: message/feedback-report',
    '',
    ...fields,
    ...enclosed,
    '--frontier--',
    '',
  ].join('\r\n');
}

export interface DmarcRow {
  readonly ip?: string;
  readonly count?: string;
  readonly dkim?: string;
  readonly spf?: string;
  readonly reason?: string;
  readonly auth?: string;
}

/** One record of an aggregate report; both checks failed unless told otherwise. */
export function dmarcRow({
  ip = '2a00:1450:bad::1',
  count = '3',
  dkim = 'fail',
  spf = 'fail',
  ...more
}: DmarcRow = {}) {
  return (
    `<record><row><source_ip>${ip}</source_ip><count>${count}</count><policy_evaluated><disposition>none</disposition>` +
    `<dkim>${dkim}</dkim><spf>${spf}</spf>${more.reason ?? ''}</policy_evaluated></row>` +
    `<identifiers><header_from>example.com</header_from></identifiers><auth_results>${more.auth ?? ''}</auth_results></record>`
  );
}

/** An aggregate report of these records, of 2026-11-20. */
export function dmarc(rows: readonly string[], id = 'r1'): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<feedback><report_metadata><org_name>example.net</org_name>` +
    `<email>dmarc@example.net</email><report_id>${id}</report_id><date_range><begin>1795132800</begin>` +
    `<end>1795219199</end></date_range></report_metadata><policy_published><domain>example.com</domain></policy_published>` +
    `${rows.join('')}</feedback>`
  );
}

/** A mail with one attachment. */
export function mailWith(type: string, filename: string, content: Uint8Array): string {
  const lines = Buffer.from(content).toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    'From: reports@example.net',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'See the attachment.',
    '--b',
    `Content-Type: ${type}; name="${filename}"`,
    `Content-Disposition: attachment; filename="${filename}"`,
    'Content-Transfer-Encoding: base64',
    '',
    lines,
    '--b--',
    '',
  ].join('\r\n');
}

export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array;
  /** What the archive says the size is; the truth by default. */
  readonly claimedSize?: number;
}

/** A zip archive (APPNOTE 6.3.3, deflate); with `overlapping` every directory entry points at the first file. */
export function zip(entries: readonly ZipEntry[], overlapping = false): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  let packed = Buffer.alloc(0);
  for (const [i, { name, content, claimedSize = content.length }] of entries.entries()) {
    if (i === 0 || !overlapping) packed = deflateRawSync(content, { level: 9 });
    const start = overlapping ? 0 : offset;
    const sizes = { packed: packed.length, size: claimedSize };
    if (i === 0 || !overlapping) {
      const local = Buffer.concat([zipHeader(0x04034b50, 30, 18, name, sizes), Buffer.from(name), packed]);
      locals.push(local);
      offset += local.length;
    }
    const entry = zipHeader(0x02014b50, 46, 20, name, sizes);
    entry.writeUInt32LE(start, 42);
    directory.push(entry, Buffer.from(name));
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directoryBytes, end]);
}

function zipHeader(
  signature: number,
  length: number,
  sizesAt: number,
  name: string,
  { packed, size }: { packed: number; size: number },
): Buffer {
  const header = Buffer.alloc(length);
  header.writeUInt32LE(signature, 0);
  header.writeUInt16LE(8, sizesAt - 10);
  header.writeUInt32LE(packed, sizesAt);
  header.writeUInt32LE(size, sizesAt + 4);
  header.writeUInt16LE(Buffer.byteLength(name), sizesAt + 8);
  return header;
}
