/**
 * What everything is measured against: Hono on @hono/node-server answering bytes it was given, with the headers that our
 * answers carry. The bulk route serialises a thousand answers it has at hand, as a service must that has done no work; verdicts
 * are read and dropped, of a stream line by line.
 */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { LOOKUP_HEADERS } from './lookup-headers.ts';
import { serverOrderSchema } from './messages.ts';
import { answerRequests } from './peer.ts';
import { usage } from './usage.ts';

let one = '';
let many: unknown;
const app = new Hono();
app.get('/v1/lookup/:address', () => new Response(one, { headers: LOOKUP_HEADERS }));
app.post('/v1/lookup', async (c) => {
  await c.req.json();
  return new Response(JSON.stringify(many), { headers: LOOKUP_HEADERS });
});
app.post('/v1/verdicts', async (c) => {
  let accepted = 1;
  if (c.req.header('content-type') === 'application/x-ndjson') accepted = await countLines(c.req.raw.body);
  else await c.req.json();
  return new Response(`{"accepted":${accepted},"duplicates":0,"rejected":[]}`, { headers: LOOKUP_HEADERS });
});

answerRequests(async (request) => {
  const order = serverOrderSchema.parse(request);
  if (order.order !== 'answer') return usage();
  one = order.one;
  many = JSON.parse(order.many);
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve({ port }));
  });
});

/** Makes a text of each line, as whoever reads lines must, and does nothing with it. */
async function countLines(body: ReadableStream<Uint8Array> | null): Promise<number> {
  const decoder = new TextDecoder();
  let lines = 0;
  let rest = '';
  for await (const chunk of body ?? []) {
    const cut = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = cut.pop() ?? '';
    lines += cut.length;
  }
  return lines;
}
