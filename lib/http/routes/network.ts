/**
 * `GET /v1/network/{address}`: what an address is, without touching any evidence.
 */
import type { Context } from 'hono';
import { networkOf } from '../../allocation/network.ts';
import type { AppDeps } from '../deps.ts';
import { jsonResponse, problemResponse } from '../respond.ts';
import { parseWireAddress } from '../wire/address.ts';
import { networkText } from '../wire/network.ts';

/** Published data changes by the day and an operator's entry at once: five minutes is soon enough for both. */
const CACHE_CONTROL = 'private, max-age=300';

export function network({ allocations }: AppDeps) {
  return (c: Context): Response => {
    const address = parseWireAddress(c.req.param('address') ?? '');
    if (!address.ok) return problemResponse(address.error);
    return jsonResponse(networkText(networkOf(address.value, allocations)), CACHE_CONTROL);
  };
}
