/**
 * `POST /v1/verdicts` (one object, `{ "verdicts": [...] }` or NDJSON) and `DELETE /v1/verdicts/{id}`.
 */
import type { Context } from 'hono';
import { fail, ok, type Result } from '../../result.ts';
import { mediaTypeOf, readBody, streamBody } from '../body.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import type { Intake } from '../intake.ts';
import { parseJson } from '../json.ts';
import { MAX_BATCH_VERDICTS, MAX_ID, MAX_LINE, MAX_STREAM_BODY, MAX_VERDICTS_BODY } from '../limits.ts';
import { type Line, LineCutter } from '../lines.ts';
import { describeError } from '../log.ts';
import type { Failure } from '../problem.ts';
import { accountResponse, intakeOf } from '../request-intake.ts';
import { emptyResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { isPrintable, parseIdempotencyKey } from '../wire/verdict.ts';

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';

export function postVerdicts(deps: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const type = mediaTypeOf(c, [JSON_TYPE, NDJSON_TYPE]);
    if (!type.ok) return problemResponse(type.error);
    const key = parseIdempotencyKey(c.req.header('idempotency-key'));
    if (!key.ok) return problemResponse(key.error);
    const ids = { idempotencyKey: key.value, newId: deps.newId };
    const isStream = type.value === NDJSON_TYPE;
    const mayWrite = async (verdicts: number): Promise<boolean> => {
      if (isStream) await caller.overdraw(verdicts);
      return caller.holds();
    };
    const intake = intakeOf(c, caller, deps, ids, mayWrite);
    try {
      const taken = isStream ? await takeStream(c, intake) : await takeJson(c, caller, intake);
      if (!taken.ok) return problemResponse(taken.error);
      return await accountResponse(intake);
    } catch (error) {
      deps.log.error('verdicts-not-stored', { error: describeError(error) });
      return unavailable('the verdicts could not be stored');
    }
  };
}

/** The caller takes its own verdict back: 204, or 404 when it has none of that id from the last 30 days. */
export function deleteVerdict({ store, clock, log }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const id = c.req.param('id') ?? '';
    if (id.length > MAX_ID || !isPrintable(id)) {
      const detail = `id: 1 to ${MAX_ID} printable characters are expected`;
      return problemResponse({ kind: 'bad-parameter', detail });
    }
    const found = await store.retractVerdict(caller.reporter.id, id, clock()).catch((error: unknown) => {
      log.error('verdict-not-retracted', { error: describeError(error) });
      return null;
    });
    if (found === null) return unavailable('the verdict could not be taken back');
    if (found) return emptyResponse();
    return problemResponse({
      kind: 'not-found',
      detail: 'id: you have no verdict of that id in the last 30 days',
    });
  };
}

/** The whole batch is paid for before any of it is taken. */
async function takeJson(c: Context, caller: Caller, intake: Intake): Promise<Result<null, Failure>> {
  const body = await readBody(c, MAX_VERDICTS_BODY);
  if (!body.ok) return body;
  const json = parseJson(body.value);
  if (!json.ok) return json;
  const items = itemsOf(json.value);
  if (!items.ok) return items;
  const paid = await caller.charge(items.value.length);
  if (!paid.ok) return paid;
  await intake.takeAll(items.value);
  return ok(null);
}

/**
 * Line by line; blank lines are passed over, but counted. A broken line is refused alone. A stream is paid for as it is taken:
 * to refuse the rest of one would leave its sender guessing what was taken.
 */
async function takeStream(c: Context, intake: Intake): Promise<Result<null, Failure>> {
  const cutter = new LineCutter(MAX_LINE);
  const takeLines = async (lines: Iterable<Line>): Promise<boolean> => {
    for (const { number, bytes } of lines) {
      if (bytes === null) intake.reject(number, LINE_TOO_LONG);
      else if (!isBlank(bytes) && intake.take(parseJson(bytes), number)) await intake.flush();
      if (!intake.isHeard) break;
    }
    return intake.isHeard;
  };
  const read = await streamBody(c, MAX_STREAM_BODY, (chunk) => takeLines(cutter.cut(chunk)));
  if (!read.ok) return read;
  await takeLines(cutter.end());
  return ok(null);
}

function itemsOf(body: unknown): Result<readonly unknown[], Failure> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const detail = 'body: a verdict, or an object with a list named verdicts is expected';
    return fail({ kind: 'bad-body', detail });
  }
  if (!('verdicts' in body)) return ok([body]);
  const list: unknown = body.verdicts;
  if (!Array.isArray(list)) return fail({ kind: 'bad-body', detail: 'verdicts: a list is expected' });
  if (list.length > MAX_BATCH_VERDICTS) {
    const detail = `verdicts: at most ${MAX_BATCH_VERDICTS} are taken, these are ${list.length}`;
    return fail({ kind: 'too-large', detail });
  }
  return ok(list);
}

const LINE_TOO_LONG: Failure = { kind: 'too-large', detail: `line: at most ${MAX_LINE} bytes are taken` };

/** Space, tab and carriage return only. */
function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 32 || byte === 9 || byte === 13);
}
