/**
 * The dump of a state as a file: lines of JSON, each ended by a line feed.
 *
 *   {"prefixwise":"dump","format":3,"version":"0.1.0","taken":1795262400000}   the header
 *   {"chunk":0,"sha256":"..."}                                                 of all bytes of the header's line
 *   {"kind":"verdict","reporter":"mx1","id":"m1","body":"..."}                 entries; bytes as base64
 *   {"chunk":1,"sha256":"..."}                                                 of all bytes since the last such line
 *   ...
 *   {"end":true,"chunks":1,"entries":{"verdict":1},"remarks":[],"sha256":"..."}
 *
 * The last line's checksum is of every byte before it and of itself without the checksum. So a file that was cut or altered
 * is known by it, and where; and a chunk can be trusted before the rest is read.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { fail, ok, type Result } from '../result.ts';
import { decodeTally } from '../store/codec/tally.ts';
import { decodeVerdict } from '../store/codec/verdict.ts';
import { RECORD_KINDS } from '../store/records.ts';
import type { StateEntry } from '../store/state.ts';

/** Grows when older versions could not read what is written. */
export const FORMAT = 3;

export interface DumpHeader {
  /** Of the program that wrote it. */
  readonly version: string;
  /** When the state was taken: epoch milliseconds. */
  readonly taken: number;
}

export interface DumpEnd {
  readonly chunks: number;
  /** How many entries of each kind. */
  readonly entries: Readonly<Record<string, number>>;
  /** What is worth knowing of the state: sentences. */
  readonly remarks: readonly string[];
}

const json = z.json();
const whole = z.number().check(z.int());
const base64 = z.string().check(z.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/));
const recordKind = z.enum(RECORD_KINDS);
const headerSchema = z.object({
  prefixwise: z.literal('dump'),
  format: whole,
  version: z.string(),
  taken: whole,
});
const chunkSchema = z.object({ chunk: whole, sha256: z.string() });
const endSchema = z.object({
  end: z.literal(true),
  chunks: whole,
  entries: z.record(z.string(), whole),
  remarks: z.array(z.string()),
  sha256: z.string(),
});
const auditSchema = z.object({
  at: whole,
  actor: z.string(),
  act: z.string(),
  target: z.string(),
  reason: z.nullable(z.string()),
  detail: json,
});
const entrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('record'), of: recordKind, key: z.string(), value: json }),
  z.object({ kind: z.literal('revision'), of: recordKind, revision: whole }),
  z.object({ kind: z.literal('audit'), entry: auditSchema }),
  z.object({ kind: z.literal('blob'), key: z.string(), bytes: base64 }),
  z.object({ kind: z.literal('forgotten'), subject: base64, at: whole }),
  z.object({ kind: z.literal('verdict'), reporter: z.string(), id: z.string(), body: base64 }),
  z.object({ kind: z.literal('tally'), key: base64, body: base64, forgotten: whole }),
]);

export function headerLine({ version, taken }: DumpHeader): string {
  return JSON.stringify({ prefixwise: 'dump', format: FORMAT, version, taken });
}

export function chunkLine(chunk: number, sha256: string): string {
  return JSON.stringify({ chunk, sha256 });
}

/** The last line; its checksum goes on from a hash of all bytes before. */
export function endLine({ chunks, entries, remarks }: DumpEnd, sha256: (text: string) => string): string {
  const end = { end: true, chunks, entries, remarks };
  return JSON.stringify({ ...end, sha256: sha256(JSON.stringify(end)) });
}

/** An entry as its line. */
export function entryLine(entry: StateEntry): string {
  switch (entry.kind) {
    case 'blob':
      return JSON.stringify({ ...entry, bytes: toBase64(entry.bytes) });
    case 'forgotten':
      return JSON.stringify({ ...entry, subject: toBase64(Buffer.from(entry.subject, 'latin1')) });
    case 'verdict':
      return JSON.stringify({ ...entry, body: toBase64(entry.body) });
    case 'tally':
      return JSON.stringify({
        ...entry,
        key: toBase64(Buffer.from(entry.key, 'latin1')),
        body: toBase64(entry.body),
      });
    default:
      return JSON.stringify(entry);
  }
}

/** What a line stands for; the sentence says why it stands for nothing. */
export function readEntry(line: string): Result<StateEntry, string> {
  const parsed = z.safeParse(entrySchema, parseJson(line));
  if (!parsed.success) return fail(`no entry that this version knows: ${faultOf(parsed.error)}`);
  const entry = parsed.data;
  try {
    switch (entry.kind) {
      case 'blob':
        return ok({ ...entry, bytes: Buffer.from(entry.bytes, 'base64') });
      case 'forgotten':
        return ok({ ...entry, subject: fromBase64(entry.subject) });
      case 'verdict': {
        const body = Buffer.from(entry.body, 'base64');
        decodeVerdict(body);
        return ok({ ...entry, body });
      }
      case 'tally': {
        const body = Buffer.from(entry.body, 'base64');
        decodeTally(body);
        return ok({ ...entry, key: fromBase64(entry.key), body });
      }
      default:
        return ok(entry);
    }
  } catch (error) {
    if (error instanceof RangeError) return fail(error.message);
    throw error;
  }
}

export function readHeader(line: string): Result<DumpHeader, string> {
  const parsed = z.safeParse(headerSchema, parseJson(line));
  if (!parsed.success) return fail('no header of a dump: is it a file that `prefixwise dump` wrote?');
  const { format, version, taken } = parsed.data;
  if (format !== FORMAT) {
    return fail(`the dump has format ${format}, written by version ${version}; this version reads ${FORMAT}`);
  }
  return ok({ version, taken });
}

/** Null when the line ends no chunk. */
export function readChunkLine(line: string): z.infer<typeof chunkSchema> | null {
  if (!line.startsWith('{"chunk":')) return null;
  const parsed = z.safeParse(chunkSchema, parseJson(line));
  return parsed.success ? parsed.data : null;
}

/** Null when the line does not end a dump. */
export function readEndLine(line: string): (DumpEnd & { readonly sha256: string }) | null {
  if (!line.startsWith('{"end":')) return null;
  const parsed = z.safeParse(endSchema, parseJson(line));
  return parsed.success ? parsed.data : null;
}

/** The digest over chunks up to one, from that over those before and this one's checksum. */
export function chained(before: string, sha256: string): string {
  return createHash('sha256').update(`${before} ${sha256}`).digest('hex');
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}

function faultOf({ issues }: z.core.$ZodError): string {
  const [issue] = issues;
  return issue === undefined
    ? 'unknown'
    : `${issue.path.join('.') || 'line'}: ${issue.message || issue.code}`;
}
