/**
 * `GET /v1/network/{address}`: what an address is, without touching any evidence.
 */
import type { Context } from 'hono';
import { type Network, networkRead } from '../../allocation/network.ts';
import type { AppDeps } from '../deps.ts';
import { describeError } from '../log.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { unavailable } from '../unavailable.ts';
import { parseWireAddress } from '../wire/address.ts';
import { networkText } from '../wire/network.ts';

/** Published data changes by the day and an operator's entry at once: five minutes is soon enough for both. */
const CACHE_CONTROL = 'private, max-age=300';

export function network({ allocations, log }: AppDeps) {
  const failed = (error: unknown): Response => {
    log.error('network-not-read', { error: describeError(error) });
    return unavailable();
  };
  return (c: Context): Response | Promise<Response> => {
    const address = parseWireAddress(c.req.param('address') ?? '');
    if (!address.ok) return problemResponse(address.error);
    const found = networkRead(address.value, allocations);
    return found instanceof Promise ? found.then(answered, failed) : answered(found);
  };
}

function answered(network: Network): Response {
  return jsonResponse(networkText(network), CACHE_CONTROL);
}
