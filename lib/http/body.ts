/**
 * Request bodies: the right type, not encoded, and never larger than a limit.
 */
import type { Context } from 'hono';
import { fail, ok, type Result } from '../result.ts';
import type { Failure } from './problem.ts';

/** The media type of a body in lower case without parameters, when it is among `accepted` and comes as UTF-8, unencoded. */
export function mediaTypeOf<T extends string>(c: Context, accepted: readonly T[]): Result<T, Failure> {
  const plain = unencoded(c);
  if (!plain.ok) return plain;
  const header = c.req.header('content-type') ?? '';
  const [essence = '', ...parameters] = header.toLowerCase().split(';');
  const type = accepted.find((candidate) => candidate === essence.trim());
  if (type === undefined) return refuse(`Content-Type: ${accepted.join(' or ')} is expected`);
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    return refuse('Content-Type: UTF-8 is expected');
  }
  return ok(type);
}

/** Refuses a body under a Content-Encoding. */
export function unencoded(c: Context): Result<null, Failure> {
  const encoding = c.req.header('content-encoding');
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return ok(null);
  return refuse('Content-Encoding: the body is expected as it is, not compressed');
}

/** Reads a whole body of at most `limit` bytes; a longer one is refused before it is read, or as soon as it shows. */
export async function readBody(c: Context, limit: number): Promise<Result<Uint8Array, Failure>> {
  const announced = announcedLength(c);
  if (announced !== null && announced > limit) return tooLarge(limit);
  try {
    // The server cuts a body at its announced length, so this cannot grow beyond the limit, and it spares a stream.
    if (announced !== null) return ok(new Uint8Array(await c.req.raw.arrayBuffer()));
    return await collect(c, limit);
  } catch {
    return brokenOff();
  }
}

/**
 * Hands the body on in pieces, at most `limit` bytes in all; `take` is awaited, so that a slow taker slows the sender. Once it
 * says false nothing more is read.
 */
export async function streamBody(
  c: Context,
  limit: number,
  take: (chunk: Uint8Array) => Promise<boolean>,
): Promise<Result<null, Failure>> {
  if ((announcedLength(c) ?? 0) > limit) return tooLarge(limit);
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = c.req.raw.body?.getReader();
  let size = 0;
  while (reader !== undefined) {
    const piece = await reader.read().catch(() => null);
    if (piece === null) return brokenOff();
    if (piece.done) break;
    size += piece.value.byteLength;
    if (size > limit) return tooLarge(limit);
    if (!(await take(piece.value))) break;
  }
  return ok(null);
}

/** The body's length as announced; null when it comes in pieces of unknown number. */
function announcedLength(c: Context): number | null {
  const header = c.req.header('content-length');
  return header === undefined || !/^\d{1,15}$/.test(header) ? null : Number(header);
}

function tooLarge(limit: number): Result<never, Failure> {
  return fail({ kind: 'too-large', detail: `body: at most ${limit} bytes are taken` });
}

async function collect(c: Context, limit: number): Promise<Result<Uint8Array, Failure>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) return tooLarge(limit);
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks));
}

/** The client went away or broke the framing; whoever reads this answer, it is the truth. */
function brokenOff(): Result<never, Failure> {
  return fail({ kind: 'bad-request', detail: 'body: it broke off' });
}

function refuse(detail: string): Result<never, Failure> {
  return fail({ kind: 'unsupported-media-type', detail });
}
