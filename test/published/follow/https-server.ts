/** An HTTPS server on loopback under the names of the test certificate, and a resolver that leads there. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { formatAddress } from '../../../lib/net/address.ts';
import { type FetchOptions, fileFetcher } from '../../../lib/published/follow/fetch-file.ts';
import { isPublicAddress } from '../../../lib/published/follow/public-address.ts';
import { NOW } from '../../support/records.ts';

const CERTIFICATE = readFileSync('test/vectors/tls/server-cert.pem', 'utf8');
const KEY = readFileSync('test/vectors/tls/server-key.pem', 'utf8');

export interface TestServer {
  readonly port: number;
  /** Requests so far: host, path and the conditional headers. */
  readonly asked: IncomingMessage[];
  /** What is answered; a test may change it. */
  answer: RequestListener;
  url(path: string, host?: string): string;
  close(): Promise<void>;
}

export async function startHttps(): Promise<TestServer> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer({ cert: CERTIFICATE, key: KEY }, (request, response) => {
    asked.push(request);
    started.answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const started: TestServer = {
    port,
    asked,
    answer: (_, response: ServerResponse) => response.end(''),
    url: (path, host = 'files.example') => `https://${host}:${port}${path}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return started;
}

/** A fetcher as in production, but for names: `files.example` and `other.example` are this server, and it may be reached. */
export function testFetcher(changes: Partial<FetchOptions> = {}) {
  return fileFetcher({ ...openerOptions(), clock: () => NOW, ...changes });
}

/** The same for files that are read as they come. */
export function openerOptions(): Omit<FetchOptions, 'clock'> {
  return {
    resolve: (host) =>
      Promise.resolve(host === 'files.example' || host === 'other.example' ? ['127.0.0.1'] : ['10.1.2.3']),
    mayConnect: (address) => formatAddress(address) === '127.0.0.1' || isPublicAddress(address),
    userAgent: 'prefixwise/test',
    ca: CERTIFICATE,
  };
}
