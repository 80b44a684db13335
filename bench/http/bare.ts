/**
 * What everything is measured against: Hono on @hono/node-server answering bytes it was given, with the headers that our
 * answers carry. The bulk route serialises a thousand answers it has at hand, as a service must that has done no work.
 */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { serverOrderSchema, usage } from './messages.ts';
import { answerRequests } from './peer.ts';

const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'private, max-age=300',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-request-id': '4a6c3f0e-8a2e-4d9f-9b57-0c9f7f6d2b11',
};

let one = '';
let many: unknown;
const app = new Hono();
app.get('/v1/lookup/:address', () => new Response(one, { headers: HEADERS }));
app.post('/v1/lookup', async (c) => {
  await c.req.json();
  return new Response(JSON.stringify(many), { headers: HEADERS });
});
app.post('/v1/verdicts', async (c) => {
  await c.req.json();
  return new Response('{"accepted":1,"duplicates":0,"rejected":[]}', { headers: HEADERS });
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
