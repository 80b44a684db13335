/**
 * MIME messages (RFC 2045, RFC 2046) through postal-mime, behind limits of our own.
 *
 * postal-mime has no dependencies, bounds headers and nesting itself and works in linear time. What it lacks is a bound
 * on lines and on parts; both are counted before it sees the message.
 */
import PostalMime from 'postal-mime';
import { ok, type Result } from '../result.ts';
import { type FeedbackFailure, refuse } from './failure.ts';
import { MAX_HEADER_BYTES, MAX_MAIL_BOUNDARIES, MAX_MAIL_DEPTH, MAX_MAIL_LINES } from './limits.ts';

/** A header field: the name in lower case, the value unfolded and otherwise as sent. */
export interface Field {
  readonly key: string;
  readonly value: string;
}

/** A leaf of the MIME tree that is not text for a reader, its transfer encoding undone. */
export interface MailPart {
  /** Media type in lower case. */
  readonly type: string;
  readonly filename: string | null;
  readonly content: Uint8Array;
}

export interface Mail {
  readonly fields: readonly Field[];
  /** In order; enclosed messages are parts and stay closed. Parts of text/plain and text/html are left out. */
  readonly parts: readonly MailPart[];
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const HYPHEN = 45;

/** Reads a message with any line ends: CRLF, LF, or CR alone as classic Mac software wrote it. */
export async function readMail(bytes: Uint8Array): Promise<Result<Mail, FeedbackFailure>> {
  const message = bytes.includes(LINE_FEED) ? bytes : withLineFeeds(bytes);
  const { lines, boundaries } = shapeOf(message);
  if (lines > MAX_MAIL_LINES) return refuse('too-large', `mail: at most ${MAX_MAIL_LINES} lines are taken`);
  if (boundaries > MAX_MAIL_BOUNDARIES) {
    return refuse('too-large', `mail: at most ${MAX_MAIL_BOUNDARIES} lines that start with -- are taken`);
  }
  const email = await parse(message);
  if (email === null) return refuse('too-large', tooMuch());
  const parts = email.attachments.map(({ mimeType, filename, content }) => ({
    type: mimeType,
    filename,
    content: bytesOf(content),
  }));
  return ok({ fields: email.headers, parts });
}

/** Reads header fields alone; blank lines before and between them are passed over, `body` ends them at the first one. */
export async function readFields(
  bytes: Uint8Array,
  blankLine: 'ends' | 'is passed over',
): Promise<Result<readonly Field[], FeedbackFailure>> {
  if (bytes.length > MAX_HEADER_BYTES && blankLine !== 'ends') return refuse('too-large', tooMuch());
  const header = blankLine === 'ends' ? headerOf(bytes) : withoutBlankLines(bytes);
  const email = await parse(header);
  return email === null ? refuse('too-large', tooMuch()) : ok(email.headers);
}

/** Null when a limit was reached: for nothing else does the parser reject a message. */
async function parse(bytes: Uint8Array) {
  const options = {
    forceRfc822Attachments: true,
    maxRfc822NestingDepth: 0,
    maxNestingDepth: MAX_MAIL_DEPTH,
    maxHeadersSize: MAX_HEADER_BYTES,
  };
  try {
    return await PostalMime.parse(bytes, options);
  } catch {
    return null;
  }
}

function tooMuch(): string {
  return `mail: at most ${MAX_HEADER_BYTES} bytes of headers and ${MAX_MAIL_DEPTH} levels of parts are taken`;
}

function bytesOf(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

function withLineFeeds(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte));
}

function shapeOf(bytes: Uint8Array): { readonly lines: number; readonly boundaries: number } {
  let lines = 0;
  let boundaries = 0;
  for (let start = 0; start < bytes.length; ) {
    lines++;
    if (bytes[start] === HYPHEN && bytes[start + 1] === HYPHEN) boundaries++;
    const end = bytes.indexOf(LINE_FEED, start);
    start = end < 0 ? bytes.length : end + 1;
  }
  return { lines, boundaries };
}

/** Up to the first blank line that has a field before it. */
function headerOf(bytes: Uint8Array): Uint8Array {
  const message = bytes.includes(LINE_FEED) ? bytes : withLineFeeds(bytes);
  let from = 0;
  while (message[from] === LINE_FEED || message[from] === CARRIAGE_RETURN) from++;
  for (let end = message.indexOf(LINE_FEED, from); end >= 0; end = message.indexOf(LINE_FEED, end + 1)) {
    const next = message[end + 1] === CARRIAGE_RETURN ? message[end + 2] : message[end + 1];
    if (next === LINE_FEED) return message.subarray(from, end);
  }
  return message.subarray(from);
}

function withoutBlankLines(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').replace(/\r\n?/g, '\n');
  return Buffer.from(text.replace(/^\n+/, '').replace(/\n{2,}/g, '\n'), 'latin1');
}
