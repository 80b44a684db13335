/**
 * The app behind a Node HTTP server: timeouts against clients that dawdle, problems for requests that never become one,
 * and an end that lets what is in flight finish.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener, RequestError } from '@hono/node-server';
import { MAX_HEADER_BYTES } from './limits.ts';
import { type FailureKind, PROBLEM_TYPES, problemOf } from './problem.ts';
import { problemResponse } from './respond.ts';

export interface ServerOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** Answers what it can without a `Request`; true when it did, false when the request is one for `fetch`. */
  readonly direct?: ((incoming: IncomingMessage, outgoing: ServerResponse) => boolean) | null;
  readonly host: string;
  readonly port: number;
  /** Told of an error that no route caught. */
  readonly onError?: (error: unknown) => void;
}

export interface RunningServer {
  /** Where it listens, as a URL. */
  readonly url: string;
  /**
   * Stops accepting, lets requests in flight finish for at most `drainMs` milliseconds, then cuts what is left.
   * True when nothing had to be cut.
   */
  close(drainMs: number): Promise<boolean>;
}

/** A client must have sent its headers by then, */
const HEADERS_TIMEOUT_MS = 10_000;
/** and its whole request by then; a long NDJSON stream needs its time. */
const REQUEST_TIMEOUT_MS = 300_000;
/** Longer than the usual 60 s of a proxy's idle connections, so that it is the proxy that closes them. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** How often a draining server closes connections that have become idle. */
const IDLE_SWEEP_MS = 20;

/** Starts listening; rejects when the address cannot be used. */
export function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, direct = null } = options;
  const listener = requestListener(options);
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    },
    direct === null
      ? listener
      : (incoming, outgoing) => direct(incoming, outgoing) || listener(incoming, outgoing),
  );
  server.on('clientError', answerClientError);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve({ url: urlOf(server), close: (drainMs) => drain(server, sockets, drainMs) });
    });
  });
}

function requestListener({ fetch, host, onError }: ServerOptions): ReturnType<typeof getRequestListener> {
  return getRequestListener(fetch, {
    hostname: host,
    errorHandler: (error) => {
      if (error instanceof RequestError) {
        return problemResponse({ kind: 'bad-request', detail: 'request: the URL or Host is malformed' });
      }
      onError?.(error);
      return problemResponse({ kind: 'internal', detail: 'something went wrong here' });
    },
  });
}

function drain(server: Server, sockets: ReadonlySet<Socket>, drainMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let cut = false;
    // Node counts a connection as busy until its first request is through, even when nothing of one has come.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    const sweep = setInterval(() => server.closeIdleConnections(), IDLE_SWEEP_MS);
    const deadline = setTimeout(() => {
      cut = true;
      server.closeAllConnections();
    }, drainMs);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(deadline);
      resolve(!cut);
    });
    server.closeIdleConnections();
  });
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [kind: FailureKind, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [
    'headers-too-large',
    `headers: at most ${MAX_HEADER_BYTES} bytes with the URL are taken`,
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'request: it did not come in time'],
};

/** Answers bytes that are no HTTP request: nothing of ours has seen them yet. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy(error);
    return;
  }
  const [kind, detail] = CLIENT_ERRORS[error.code ?? ''] ?? [
    'bad-request',
    'request: it is not well-formed HTTP',
  ];
  const body = JSON.stringify(problemOf({ kind, detail }));
  const { status, title } = PROBLEM_TYPES[kind];
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function urlOf(server: Server): string {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
