/**
 * Abuse reports in ARF (RFC 5965, RFC 6430 `not-spam`, RFC 6591 `auth-failure`, applied as RFC 6650 says).
 *
 * Of the three parts the first is prose and counts for nothing. The second says what is reported and, as a rule, about
 * which address. The third, the message itself, is asked where the second is silent: for the client's address, through the
 * reporter's own `Received` lines only. Redacted reports (RFC 6590) are as good as others: no mailbox is looked at.
 */
import type { Address } from '../net/address.ts';
import { fail, ok, type Result } from '../result.ts';
import { parseAddressLiteral } from './address-literal.ts';
import { verdictOfType } from './arf-types.ts';
import type { FeedbackClaim } from './claim.ts';
import { type FeedbackFailure, refuse } from './failure.ts';
import { MAX_CLAIM_COUNT } from './limits.ts';
import { type Field, type Mail, type MailPart, readFields } from './mail.ts';
import { parseMailDate } from './mail-date.ts';
import { senderOf } from './received-chain.ts';
import { reportId } from './report-id.ts';
import type { TrustedHosts } from './trusted-hosts.ts';

export interface ArfOptions {
  readonly trustedHosts: TrustedHosts;
  /** Epoch milliseconds: stands in when nothing says when the mail was seen. */
  readonly now: number;
}

const MESSAGE_TYPES: ReadonlySet<string> = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
]);

/** The part that makes a mail an ARF report, if it has one. */
export function feedbackPartOf({ parts }: Mail): MailPart | undefined {
  return parts.find(({ type }) => type === 'message/feedback-report');
}

/** Reads the one claim of a report whose feedback part is `part`. */
export async function readArf(
  mail: Mail,
  part: MailPart,
  options: ArfOptions,
): Promise<Result<FeedbackClaim, FeedbackFailure>> {
  const fields = await readFields(part.content, 'is passed over');
  if (!fields.ok) return fields;
  const message = await enclosedFields(mail);
  if (!message.ok) return message;
  const type = valuesOf(fields.value, 'feedback-type')[0];
  if (type === undefined) return refuse('incomplete', 'Feedback-Type: the feedback report has none');
  const verdict = verdictOfType(type);
  if (verdict === null) return refuse('nothing-to-count', 'Feedback-Type: it is no complaint about the mail');
  const arrival = arrivalOf(fields.value);
  if (!arrival.ok) return arrival;
  const source = sourceOf(fields.value, message.value, options.trustedHosts);
  if (!source.ok) return source;
  const at = arrival.value ?? source.value.at ?? sentAt(mail) ?? options.now;
  const id = reportId('arf', [
    identity(fields.value),
    message.value === null ? null : identity(message.value),
  ]);
  return ok({ id, address: source.value.address, verdict, at, count: incidentsOf(fields.value) });
}

/** The header of the reported message; null when the report encloses none. */
async function enclosedFields({ parts }: Mail): Promise<Result<readonly Field[] | null, FeedbackFailure>> {
  const enclosed = parts.find(({ type }) => MESSAGE_TYPES.has(type));
  return enclosed === undefined ? ok(null) : readFields(enclosed.content, 'ends');
}

interface Source {
  readonly address: Address;
  readonly at: number | null;
}

function sourceOf(
  fields: readonly Field[],
  message: readonly Field[] | null,
  hosts: TrustedHosts,
): Result<Source, FeedbackFailure> {
  const stated = new Set(valuesOf(fields, 'source-ip').map(withoutComments));
  if (stated.size > 1) return refuse('malformed', 'Source-IP: the report gives several');
  const [text] = stated;
  const address = text === undefined ? null : parseAddressLiteral(text);
  if (address !== null) return ok({ address, at: null });
  const why = text === undefined ? 'Source-IP: the report has none' : 'Source-IP: it is no IP address';
  if (message === null) return refuse('incomplete', `${why}, and no message is enclosed`);
  const sender = senderOf(valuesOf(message, 'received'), hosts);
  return sender.ok ? sender : fail({ kind: 'incomplete', detail: `${why}, and ${sender.error}` });
}

/**
 * Epoch milliseconds of `Arrival-Date`, or of `Received-Date`, its older name (RFC 5965 section 3.2); null when there is
 * none that can be read. Two that differ are malformed.
 */
function arrivalOf(fields: readonly Field[]): Result<number | null, FeedbackFailure> {
  const texts = [...valuesOf(fields, 'arrival-date'), ...valuesOf(fields, 'received-date')];
  const dates = new Set(texts.map(parseMailDate).filter((date) => date !== null));
  if (dates.size > 1) return refuse('malformed', 'Arrival-Date: the report gives several');
  const [date] = dates;
  return ok(date ?? null);
}

/** When the report was sent: later than the mail it is about, so never fresher than a report that comes at once. */
function sentAt({ fields }: Mail): number | null {
  return parseMailDate(valuesOf(fields, 'date')[0] ?? '');
}

/** `Incidents`: a 32-bit number of like messages. One that is no such number leaves the one message that was seen. */
function incidentsOf(fields: readonly Field[]): number {
  const text = withoutComments(valuesOf(fields, 'incidents')[0] ?? '1');
  const count = /^\d{1,10}$/.test(text) ? Number(text) : 1;
  return count >= 1 && count <= 0xffffffff ? Math.min(count, MAX_CLAIM_COUNT) : 1;
}

/** Everything that two reports about two messages could differ in; trailing space and folding do not count. */
function identity(fields: readonly Field[]): readonly string[] {
  return fields.map(({ key, value }) => `${key}: ${value.replace(/\s+/g, ' ').trim()}`);
}

function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter(({ key }) => key === name).map(({ value }) => value.trim());
}

function withoutComments(text: string): string {
  return text.replace(/\([^()]*\)/g, ' ').trim();
}
