/**
 * The process that sends streams of verdicts, and asks for senders meanwhile. A stream is made before it is sent, so that
 * nothing waits for its making.
 */
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';
import { Senders } from '../../world/senders.ts';
import { answerRequests } from '../peer.ts';
import { Requests } from '../requests.ts';
import { type Streamed, type StreamOrder, streamOrderSchema } from './messages.ts';
import { lookUpUntil, openConnections } from './paced-lookups.ts';

/** Bytes written at once. */
const PIECE = 65_536;
/** Verdicts made into bytes together. */
const STEP = 10_000;

const accountSchema = z.object({ accepted: z.int(), duplicates: z.int() });

let senders: Senders | undefined;

answerRequests((asked) => {
  const order = streamOrderSchema.parse(asked);
  if (senders?.count !== order.senders) senders = new Senders(order.senders);
  return run(order, new Requests(senders, order.run));
});

async function run({ port, verdicts, restSeconds }: StreamOrder, requests: Requests): Promise<Streamed> {
  const body = ndjsonOf(verdicts, requests);
  const address = () => requests.someone();
  const agent = await openConnections(port, address);
  try {
    const rest = await lookUpUntil(after(restSeconds), agent, port, address);
    const start = performance.now();
    const answered = post(port, body);
    const meanwhile = await lookUpUntil(answered, agent, port, address);
    const { account, at } = await answered;
    if (account.accepted !== verdicts)
      throw new Error(`of ${verdicts} verdicts ${account.accepted} were accepted`);
    return { seconds: (at - start) / 1000, rest, meanwhile };
  } finally {
    agent.destroy();
  }
}

function ndjsonOf(verdicts: number, requests: Requests): Buffer {
  const parts: Buffer[] = [];
  for (let from = 0; from < verdicts; from += STEP) {
    const lines = Array.from({ length: Math.min(STEP, verdicts - from) }, () =>
      JSON.stringify(requests.verdict()),
    );
    parts.push(Buffer.from(`${lines.join('\n')}\n`, 'latin1'));
  }
  return Buffer.concat(parts);
}

/** The account of the verdicts, and when it came. */
async function post(
  port: number,
  body: Buffer,
): Promise<{ account: z.infer<typeof accountSchema>; at: number }> {
  const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length };
  const sending = request({ host: '127.0.0.1', port, path: '/v1/verdicts', method: 'POST', headers });
  const answered = new Promise<unknown>((resolve, reject) => {
    sending.once('response', (answer) => resolve(json(answer)));
    sending.once('error', reject);
  });
  const [said] = await Promise.all([answered, pipeline(Readable.from(piecesOf(body)), sending)]);
  const at = performance.now();
  const account = accountSchema.safeParse(said);
  if (!account.success) throw new Error(`the stream was answered with ${JSON.stringify(said)}`);
  return { account: account.data, at };
}

function* piecesOf(body: Buffer): Generator<Buffer> {
  for (let at = 0; at < body.length; at += PIECE) yield body.subarray(at, at + PIECE);
}

function after(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
