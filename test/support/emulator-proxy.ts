/**
 * Something between a client and the emulator, to which every call comes whole.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

export interface EmulatorProxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Serves each call as told; one that cannot be served is cut. */
export async function startProxy(
  serve: (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>,
): Promise<EmulatorProxy> {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What the emulator answers to a call with this body. */
export function forward(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const sent = { ...headers, 'content-length': String(body.length) };
  return new Promise((resolve, reject) => {
    const onward = request(new URL(url ?? '/', target), { method, headers: sent }, (answer) => {
      bodyOf(answer).then((content) => resolve({ status: answer.statusCode ?? 500, body: content }), reject);
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

/** The operation of a call, e.g. `PutItem`. */
export function operationOf({ headers }: IncomingMessage): string {
  return String(headers['x-amz-target']).split('.')[1] ?? '';
}

export async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
