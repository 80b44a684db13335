/**
 * `POST /v1/lookup`.
 */
import type { Context } from 'hono';
import { fail, ok, type Result } from '../../result.ts';
import { mediaTypeOf, readBody } from '../body.ts';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { parseJson } from '../json.ts';
import { MAX_BULK_ADDRESSES, MAX_LOOKUP_BODY } from '../limits.ts';
import { lookupAsText, type TextSources } from '../lookup-text.ts';
import { type Failure, problemOf } from '../problem.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { factsOf, type RequestFacts } from '../signals/request-facts.ts';
import { addressFailure, parseWireAddress } from '../wire/address.ts';

/** Up to 1,000 addresses; all reads are started before the first is waited for. */
export function lookupMany(sources: TextSources, { clock }: AppDeps) {
  return async (c: Context, caller: Caller): Promise<Response> => {
    const type = mediaTypeOf(c, ['application/json']);
    if (!type.ok) return problemResponse(type.error);
    const body = await readBody(c, MAX_LOOKUP_BODY);
    if (!body.ok) return problemResponse(body.error);
    const json = parseJson(body.value);
    if (!json.ok) return problemResponse(json.error);
    const addresses = addressesOf(json.value);
    if (!addresses.ok) return problemResponse(addresses.error);
    const paid = await caller.charge(addresses.value.length);
    if (!paid.ok) return problemResponse(paid.error);
    const now = clock();
    const told = factsOf(c);
    const results = await Promise.all(addresses.value.map((item) => resultText(item, sources, now, told)));
    return jsonResponse(`{"results":[${results.join(',')}]}`);
  };
}

/** One result: the answer, or the problem in its place. */
async function resultText(
  item: unknown,
  sources: TextSources,
  now: number,
  told: RequestFacts | null,
): Promise<string> {
  const address =
    typeof item === 'string' ? parseWireAddress(item) : fail(addressFailure('a text is expected'));
  if (!address.ok) return JSON.stringify(problemOf(address.error));
  const answer = await lookupAsText({ address: address.value, facts: {} }, sources, now);
  told?.lookedUp(answer.told);
  return answer.text;
}

function addressesOf(body: unknown): Result<readonly unknown[], Failure> {
  const list: unknown =
    typeof body === 'object' && body !== null && 'addresses' in body ? body.addresses : null;
  if (!Array.isArray(list))
    return fail({ kind: 'bad-body', detail: 'addresses: a list of texts is expected' });
  if (list.length > MAX_BULK_ADDRESSES) {
    const detail = `addresses: at most ${MAX_BULK_ADDRESSES} are taken, these are ${list.length}`;
    return fail({ kind: 'too-large', detail });
  }
  return ok(list);
}
