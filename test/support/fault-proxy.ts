/**
 * A bad network and a bad day of DynamoDB, between a client and the emulator.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

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

export interface FaultProxy {
  readonly endpoint: string;
  /** Decides what befalls each call, by its operation (`PutItem`). */
  weather: (operation: string) => Fault;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const server = createServer((incoming, outgoing) => {
    serve(target, incoming, outgoing, proxy.weather(operationOf(incoming))).catch(() =>
      incoming.socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${address.port}`,
    weather: () => 'none',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

async function serve(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault,
): Promise<void> {
  const body = await read(incoming);
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

function forward(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise((resolve, reject) => {
    const onward = request(new URL(url ?? '/', target), { method, headers }, (answer) => {
      read(answer).then((content) => resolve({ status: answer.statusCode ?? 500, body: content }), reject);
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

function refuse(outgoing: ServerResponse, status: number, type: string): void {
  const text = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'so it goes' });
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'content-length': text.length });
  outgoing.end(text);
}

function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).split('.')[1] ?? '';
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
