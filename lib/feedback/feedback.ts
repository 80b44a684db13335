/**
 * Feedback reports of every format into claims: ARF, XARF v4 and DMARC aggregate reports, as mail or as they are.
 *
 * A report gives claims, or one failure that says what is missing. Nothing is guessed, nothing weighs more than the report
 * shows, and whatever the bytes are, time and memory stay bounded (limits.ts).
 */
import { ok, type Result } from '../result.ts';
import { type ArfOptions, feedbackPartOf, readArf } from './arf.ts';
import type { FeedbackReport, Omission, PlacedFeedbackClaim } from './claim.ts';
import { claimsOf } from './dmarc.ts';
import { DmarcReader } from './dmarc-document.ts';
import { type FeedbackFailure, refuse } from './failure.ts';
import { MAX_ATTACHED_DOCUMENTS, MAX_REPORT_BYTES } from './limits.ts';
import { type Mail, type MailPart, readMail } from './mail.ts';
import { Budget, unpack } from './unpack.ts';
import { readXarf } from './xarf.ts';

export type FeedbackOptions = ArfOptions;

/** The media types that are read, and what is expected behind each. */
const CONTENT: ReadonlyMap<string, 'mail' | 'xarf' | 'dmarc'> = new Map([
  ['message/rfc822', 'mail'],
  ['message/global', 'mail'],
  ['multipart/report', 'mail'],
  ['multipart/mixed', 'mail'],
  ['application/json', 'xarf'],
  ['application/xarf+json', 'xarf'],
  ['application/xml', 'dmarc'],
  ['text/xml', 'dmarc'],
  ['application/gzip', 'dmarc'],
  ['application/x-gzip', 'dmarc'],
  ['application/zip', 'dmarc'],
  ['application/x-zip', 'dmarc'],
  ['application/x-zip-compressed', 'dmarc'],
]);

/** Parts without a type of their own, known by their names as RFC 7489 section 7.2.1.1 spells them. */
const DMARC_NAME = /\.(?:xml|xml\.gz|gz|zip)$/i;

/** Reads a report of the media type (a Content-Type header with its parameters). */
export async function readFeedback(
  contentType: string,
  bytes: Uint8Array,
  options: FeedbackOptions,
): Promise<Result<FeedbackReport, FeedbackFailure>> {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (bytes.length > MAX_REPORT_BYTES)
    return refuse('too-large', `body: at most ${MAX_REPORT_BYTES} bytes are taken`);
  switch (CONTENT.get(type)) {
    case 'mail':
      return readMailed(asMessage(contentType, type, bytes), options);
    case 'xarf':
      return readXarfReport(bytes);
    case 'dmarc':
      return readDmarc([bytes]);
    case undefined:
      return refuse('unsupported-media-type', `Content-Type: ${[...CONTENT.keys()].join(', ')} are expected`);
  }
}

async function readMailed(
  bytes: Uint8Array,
  options: FeedbackOptions,
): Promise<Result<FeedbackReport, FeedbackFailure>> {
  const mail = await readMail(bytes);
  if (!mail.ok) return mail;
  const feedback = feedbackPartOf(mail.value);
  if (feedback !== undefined) return readArfReport(mail.value, feedback, options);
  const documents = mail.value.parts.filter(holdsDmarc);
  if (documents.length > MAX_ATTACHED_DOCUMENTS) {
    return refuse('too-large', `mail: at most ${MAX_ATTACHED_DOCUMENTS} attached reports are taken`);
  }
  if (documents.length > 0) return readDmarc(documents.map(({ content }) => content));
  const json = mail.value.parts.find(holdsXarf);
  if (json !== undefined) return readXarfReport(json.content);
  const detail = 'mail: it has no message/feedback-report part and encloses no DMARC or XARF report';
  return refuse('incomplete', detail);
}

async function readArfReport(
  mail: Mail,
  part: MailPart,
  options: FeedbackOptions,
): Promise<Result<FeedbackReport, FeedbackFailure>> {
  const claim = await readArf(mail, part, options);
  return claim.ok ? ok({ format: 'arf', claims: [{ index: 0, claim: claim.value }], omissions: [] }) : claim;
}

function readXarfReport(bytes: Uint8Array): Result<FeedbackReport, FeedbackFailure> {
  const claim = readXarf(bytes);
  return claim.ok ? ok({ format: 'xarf', claims: [{ index: 0, claim: claim.value }], omissions: [] }) : claim;
}

/** Reads all documents; records are numbered through. */
async function readDmarc(packed: readonly Uint8Array[]): Promise<Result<FeedbackReport, FeedbackFailure>> {
  const budget = new Budget(packed.reduce((sum, bytes) => sum + bytes.length, 0));
  const readers: DmarcReader[] = [];
  for (const bytes of packed) {
    const failure = await unpack(bytes, budget, () => {
      const reader = new DmarcReader();
      readers.push(reader);
      return reader;
    });
    if (failure !== null) return refuse(failure.kind, failure.detail);
  }
  let claims: readonly PlacedFeedbackClaim[] = [];
  let omissions: readonly Omission[] = [];
  for (const reader of readers) {
    const document = reader.end();
    const read = 'kind' in document ? document : claimsOf(document, claims.length + omissions.length);
    if ('kind' in read) return refuse(read.kind, read.detail);
    claims = [...claims, ...read.claims];
    omissions = [...omissions, ...read.omissions];
  }
  return claims.length > 0 ? ok({ format: 'dmarc', claims, omissions }) : nothingToCount(omissions);
}

function nothingToCount([first, ...others]: readonly Omission[]): Result<never, FeedbackFailure> {
  if (first === undefined) return refuse('nothing-to-count', 'record: the report has none');
  const more = others.length === 0 ? '' : `; and ${others.length} more that count for nothing`;
  return refuse(first.kind === 'malformed' ? 'malformed' : 'nothing-to-count', `${first.detail}${more}`);
}

function holdsDmarc({ type, filename }: MailPart): boolean {
  if (CONTENT.get(type) === 'dmarc') return true;
  return type === 'application/octet-stream' && filename !== null && DMARC_NAME.test(filename);
}

function holdsXarf({ type, filename }: MailPart): boolean {
  if (CONTENT.get(type) === 'xarf') return true;
  return type === 'application/octet-stream' && filename !== null && /\.json$/i.test(filename);
}

/** A multipart body sent without its header gets the one that HTTP carried in its stead. */
function asMessage(contentType: string, type: string, bytes: Uint8Array): Uint8Array {
  const startsWithBoundary = /^\s*--/.test(Buffer.from(bytes.subarray(0, 256)).toString('latin1'));
  if (!type.startsWith('multipart/') || !startsWithBoundary) return bytes;
  const header = contentType.replace(/[\r\n]+/g, ' ');
  return Buffer.concat([Buffer.from(`Content-Type: ${header}\r\n\r\n`), bytes]);
}
