/**
 * `GET /v1/lookup/{address}`.
 */
import type { Context } from 'hono';
import type { Caller } from '../caller.ts';
import type { AppDeps } from '../deps.ts';
import { lookupAsText, type SentAnswer, type TextSources } from '../lookup-text.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { factsOf } from '../signals/request-facts.ts';
import { parseWireAddress } from '../wire/address.ts';
import { parseFacts } from '../wire/facts.ts';
import { cacheControlOf } from '../wire/lookup.ts';

/** One address: parsed by hand, answered without a promise where the store needs none. Plain ones seldom come here: see direct-lookup.ts. */
export function lookupOne(sources: TextSources, { clock, accountRung }: AppDeps) {
  return (c: Context, caller: Caller): Response | Promise<Response> => {
    const address = parseWireAddress(c.req.param('address') ?? '');
    if (!address.ok) return problemResponse(address.error);
    const client = parseFacts(c.req.url);
    if (!client.ok) return problemResponse(client.error);
    const now = clock();
    const { facts, identity } = client.value;
    const question = { address: address.value, facts, account: accountRung(identity) };
    const answer = lookupAsText(question, sources, now);
    return answer instanceof Promise
      ? answer.then((came) => answered(c, caller, came, now))
      : answered(c, caller, answer, now);
  };
}

function answered(c: Context, caller: Caller, answer: SentAnswer, now: number): Response {
  factsOf(c)?.lookedUp(answer.told);
  return jsonResponse(answer.text, cacheControlOf(answer, now), 200, caller.limitHeaders());
}
