/**
 * A line of a replay log.
 */
import { parseTime } from '../http/wire/time.ts';
import { parseAddress } from '../net/address.ts';
import type { ReplayEvent } from '../replay/replay.ts';
import { isVerdict, VERDICTS } from '../reputation/verdict.ts';
import { fail, ok, type Result } from '../result.ts';

/** Longest id and reporter name, in characters. */
const MAX_NAME = 200;

/** The first line of a log in CSV; such a line is passed over. */
const CSV_HEADER = 'at,address,verdict';

/**
 * Parses `{ "id", "at", "address", "verdict", "reporter"? }`, or the CSV line `at,address,verdict`, whose id is the line's
 * number. A refusal names the field; null is a CSV header. Other fields are left alone.
 */
export function parseEventLine(bytes: Uint8Array, number: number): Result<ReplayEvent, string> | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').trim();
  if (text === CSV_HEADER) return null;
  const line = text.startsWith('{') ? parseObject(text) : parseCsv(text, number);
  if (line === null) return fail('a JSON object, or at,address,verdict, is expected');
  const { at, address, verdict } = line;
  const id = typeof line.id === 'number' ? String(line.id) : line.id;
  const reporter = line.reporter ?? undefined;
  if (!isName(id)) return fail(`id: a text of 1 to ${MAX_NAME} characters is expected`);
  if (typeof at !== 'string') return fail('at: an RFC 3339 time as text is expected');
  const time = parseTime(at);
  if (!time.ok) return fail(`at: ${time.error}`);
  if (typeof address !== 'string') return fail('address: a text is expected');
  const parsed = parseAddress(address);
  if (!parsed.ok) return fail(`address: ${parsed.error.detail}`);
  if (typeof verdict !== 'string' || !isVerdict(verdict)) {
    return fail(`verdict: one of ${VERDICTS.join(', ')} is expected`);
  }
  if (reporter !== undefined && !isName(reporter)) {
    return fail(`reporter: a text of 1 to ${MAX_NAME} characters is expected`);
  }
  return ok({ id, at: time.value, address: parsed.value, verdict, reporter });
}

type Fields = { readonly [Name in keyof ReplayEvent]?: unknown };

function parseCsv(text: string, number: number): Fields | null {
  const [at, address, verdict, ...more] = text.split(',');
  return verdict === undefined || more.length > 0 ? null : { id: String(number), at, address, verdict };
}

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;
}
