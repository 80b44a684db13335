/**
 * What the records of a DMARC aggregate report say about mail from their sources.
 *
 * A record is a claim of the weakest kind, `auth-failure` with its count, when both checks failed, none of the message's
 * own signatures or SPF passed under any name, and the receiver names no forwarder as the cause. Everything else counts for
 * nothing:
 * - A pass proves who sent a message, not that anybody wanted it (RFC 7489 section 2.2 leaves that out). A spammer
 *   passes for its own domain, and who replays one signed message passes from every address (RFC 6376 section 8.6).
 * - A failure beside a pass under another name is what mailing lists and forwarders look like (RFC 7960 section 3).
 * - `forwarded`, `mailing_list`, `trusted_forwarder` (RFC 7489 appendix C) and an ARC pass are the receiver's own word
 *   that the failure is not the sender's.
 *
 * A record covers a span of time; its messages are dated at the start, the only time they are surely not fresher than.
 */
import { parseAddress } from '../net/address.ts';
import type { FeedbackClaim, Omission, PlacedFeedbackClaim } from './claim.ts';
import type { DmarcDocument, DmarcRecord } from './dmarc-document.ts';
import type { FeedbackFailure } from './failure.ts';
import { MAX_CLAIM_COUNT } from './limits.ts';
import { reportId } from './report-id.ts';

export interface DmarcClaims {
  readonly claims: readonly PlacedFeedbackClaim[];
  readonly omissions: readonly Omission[];
}

type Reading = Pick<FeedbackClaim, 'address' | 'count'> | Omit<Omission, 'index'>;

/** The claims of a document whose first record has number `from`. */
export function claimsOf(document: DmarcDocument, from: number): DmarcClaims | FeedbackFailure {
  const { orgName, email, begin, end, records, brokenAt } = document;
  if (brokenAt !== null && records.length === 0) {
    return {
      kind: 'malformed',
      detail: `XML: it is not well-formed from line ${brokenAt} on, before any record`,
    };
  }
  const at = epochMilliseconds(begin);
  if (at === null) {
    return { kind: 'incomplete', detail: 'report_metadata: date_range/begin is missing or no Unix time' };
  }
  const report = reportId('dmarc', [orgName, email, document.reportId, begin, end]);
  const claims: PlacedFeedbackClaim[] = [];
  const omissions: Omission[] = [];
  for (const [i, record] of records.entries()) {
    const index = from + i;
    const reading = read(record);
    if ('kind' in reading)
      omissions.push({ index, ...reading, detail: `record ${index + 1}: ${reading.detail}` });
    else claims.push({ index, claim: { id: `${report}-${i}`, ...reading, verdict: 'auth-failure', at } });
  }
  if (brokenAt !== null) {
    const detail = `XML: it is not well-formed from line ${brokenAt} on; the records before were read`;
    omissions.push({ index: from + records.length, kind: 'malformed', detail });
  }
  return { claims, omissions };
}

function read(record: DmarcRecord): Reading {
  const address = parseAddress(record.sourceIp);
  if (!address.ok) return malformed('source_ip is missing or no IP address');
  if (!/^[1-9]\d{0,14}$/.test(record.count)) return malformed('count is missing or no number of messages');
  const results = [record.dkim, record.spf].map((result) => result.toLowerCase());
  if (results.includes('pass'))
    return saysNothing('DMARC passed, which shows who sent it and not whether it was wanted');
  if (!results.every((result) => result === 'fail' || result === 'none')) {
    return malformed('policy_evaluated does not say whether dkim and spf passed or failed');
  }
  if (record.reasons.some(excuses))
    return saysNothing('the receiver says that a forwarder or mailing list caused the failure');
  if (record.authenticated)
    return saysNothing('it passed under another name, as mailing lists and forwarders do');
  return { address: address.value, count: Math.min(Number(record.count), MAX_CLAIM_COUNT) };
}

/** Whether an override takes the blame from the sender. */
function excuses({ type, comment }: DmarcRecord['reasons'][number]): boolean {
  if (/^(?:forwarded|mailing_list|trusted_forwarder)$/i.test(type)) return true;
  return /^local_policy$/i.test(type) && /^arc=pass\b/i.test(comment);
}

/** Unix seconds as text into milliseconds; null when it is no time between 1970 and 2286. */
function epochMilliseconds(text: string): number | null {
  return /^\d{1,10}$/.test(text) ? Number(text) * 1000 : null;
}

function malformed(detail: string): Reading {
  return { kind: 'malformed', detail };
}

function saysNothing(detail: string): Reading {
  return { kind: 'says-nothing', detail };
}
