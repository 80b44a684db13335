/**
 * The least that an answer of its own for each sender costs: Hono, one look-up in a map, and the ready text, somewhere in
 * two gigabytes of them. Nothing is concluded, nothing is ever out of date: no service that keeps something of each sender
 * can be faster.
 */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { Random } from '../../accuracy/random.ts';
import { Senders } from '../../world/senders.ts';
import { LOOKUP_HEADERS } from '../lookup-headers.ts';
import { serverOrderSchema } from '../messages.ts';
import { answerRequests } from '../peer.ts';
import { usage } from '../usage.ts';

/** The texts of all senders, one after the other. */
class Answers {
  readonly #numbers = new Map<string, number>();
  readonly #texts: Buffer;
  readonly #length: number;

  constructor(senders: Senders, one: string) {
    const random = new Random(20_271, 'at hand');
    this.#length = one.length;
    this.#texts = Buffer.alloc(senders.count * one.length);
    for (let i = 0; i < senders.count; i++) {
      this.#numbers.set(senders.textOf(i, random), i);
      this.#texts.write(one, i * one.length, 'latin1');
    }
  }

  /** One connection in fifty comes through a translation or from another machine of a pool; it gets the first one's text. */
  of(address: string): string {
    const at = (this.#numbers.get(address) ?? 0) * this.#length;
    return this.#texts.toString('latin1', at, at + this.#length);
  }
}

let answers: Answers | undefined;
const app = new Hono();
app.get('/v1/lookup/:address', (c) => {
  return new Response(answers?.of(c.req.param('address')), { headers: LOOKUP_HEADERS });
});

answerRequests(async (request) => {
  const order = serverOrderSchema.parse(request);
  if (order.order !== 'keep') return usage();
  answers = new Answers(new Senders(order.senders), order.one);
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve({ port }));
  });
});
