/**
 * A bad network and a bad day of DynamoDB, between a client and the emulator.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { bodyOf, type EmulatorProxy, forward, operationOf, startProxy } from './emulator-proxy.ts';

/**
 * What befalls one call: `drop` cuts it before it reaches the table, `lose` after (the write is done, nobody hears of it),
 * `halve` cuts the answer in the middle, `partial` leaves keys of a batch unprocessed.
 */
export type Fault =
  | 'none'
  | 'drop'
  | 'lose'
  | 'halve'
  | 'throttle'
  | 'fail'
  | 'partial'
  | { readonly delayMs: number };

export interface FaultProxy extends EmulatorProxy {
  /** Decides what befalls each call, by its operation (`PutItem`). */
  weather: (operation: string) => Fault;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const { endpoint, close } = await startProxy((incoming, outgoing) =>
    serve(target, incoming, outgoing, proxy.weather(operationOf(incoming))),
  );
  const proxy: FaultProxy = { endpoint, close, weather: () => 'none' };
  return proxy;
}

async function serve(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (typeof fault === 'object') await delay(fault.delayMs);
  if (fault === 'drop') return void incoming.socket.destroy();
  if (fault === 'throttle') return refuse(outgoing, 400, 'ThrottlingException');
  if (fault === 'fail') return refuse(outgoing, 500, 'InternalServerError');
  const answer = await forward(target, incoming, body);
  if (fault === 'lose') return void incoming.socket.destroy();
  const text = fault === 'partial' ? leavingOut(answer.body, body) : answer.body;
  outgoing.writeHead(answer.status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': text.length,
  });
  if (fault !== 'halve') return void outgoing.end(text);
  outgoing.write(text.subarray(0, Math.floor(text.length / 2)), () => incoming.socket.destroy());
}

/** The answer with all but the first key of a batch left for later. */
function leavingOut(answer: Buffer, asked: Buffer): Buffer {
  const { RequestItems } = JSON.parse(asked.toString());
  if (RequestItems === undefined) return answer;
  const parsed = JSON.parse(answer.toString());
  for (const [table, { Keys, ...rest }] of Object.entries<{ Keys: { pk: unknown; sk: unknown }[] }>(
    RequestItems,
  )) {
    const [first, ...others] = Keys;
    if (others.length === 0) continue;
    const isFirst = ({ pk, sk }: { pk: unknown; sk: unknown }): boolean =>
      JSON.stringify({ pk, sk }) === JSON.stringify(first);
    parsed.Responses[table] = parsed.Responses[table].filter(isFirst);
    parsed.UnprocessedKeys = { [table]: { ...rest, Keys: others } };
  }
  return Buffer.from(JSON.stringify(parsed));
}

function refuse(outgoing: ServerResponse, status: number, type: string): void {
  const text = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'so it goes' });
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': text.length });
  outgoing.end(text);
}
