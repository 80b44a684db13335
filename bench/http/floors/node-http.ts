/**
 * The least that an answer over HTTP costs in Node: its own server, and the same bytes for everybody.
 */
import { createServer } from 'node:http';
import { LOOKUP_HEADERS } from '../lookup-headers.ts';
import { serverOrderSchema } from '../messages.ts';
import { answerRequests } from '../peer.ts';
import { usage } from '../usage.ts';

answerRequests((request) => {
  const order = serverOrderSchema.parse(request);
  if (order.order !== 'answer') return Promise.resolve(usage());
  const headers = { ...LOOKUP_HEADERS, 'content-length': String(order.one.length) };
  const server = createServer((_, outgoing) => {
    outgoing.writeHead(200, headers);
    outgoing.end(order.one, 'latin1');
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve({ port: address.port });
    });
  });
});
