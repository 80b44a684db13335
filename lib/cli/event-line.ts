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

/** Parses `{ "id", "at", "address", "verdict", "reporter"? }`; a refusal names the field. Other fields are left alone. */
export function parseEventLine(bytes: Uint8Array): Result<ReplayEvent, string> {
  const line = parseObject(bytes);
  if (line === null) return fail('a JSON object is expected');
  const { id, at, address, verdict, reporter } = line;
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

function parseObject(bytes: Uint8Array): Fields | null {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'),
    );
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;
}
