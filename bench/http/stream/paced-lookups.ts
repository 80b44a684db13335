/**
 * Single lookups at a fixed pace, whether those before were answered or not: as connections come to a mail server.
 */
import { Agent, get } from 'node:http';
import { createHistogram } from 'node:perf_hooks';
import type { Latencies, Lookups } from './messages.ts';

/** A mail server with eight million connections a day asks that often, */
const PER_SECOND = 100;
/** over so many connections that it keeps; when all of them wait, the next lookup waits, too. */
const CONNECTIONS = 32;
/** Another one connects anew for each lookup. */
const ANEW_PER_SECOND = 10;

/** Opens the connections that are kept, with a lookup over each. */
export async function openConnections(port: number, address: () => string): Promise<Agent> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, maxFreeSockets: CONNECTIONS });
  await Promise.all(Array.from({ length: CONNECTIONS }, () => lookUp(agent, port, address())));
  return agent;
}

/** Asks until `end` has come to pass, and waits for what was asked until then; rejects when a lookup fails. */
export async function lookUpUntil(
  end: Promise<unknown>,
  agent: Agent,
  port: number,
  address: () => string,
): Promise<Lookups> {
  const [kept, anew] = await Promise.all([
    paced(end, PER_SECOND, () => lookUp(agent, port, address())),
    paced(end, ANEW_PER_SECOND, () => lookUp(false, port, address())),
  ]);
  return { kept, anew };
}

async function paced(end: Promise<unknown>, perSecond: number, ask: () => Promise<void>): Promise<Latencies> {
  const histogram = createHistogram();
  const asked: Promise<void>[] = [];
  const timer = setInterval(() => {
    const sentAt = performance.now();
    const answered = ask().then(() => {
      histogram.record(Math.max(1, Math.round((performance.now() - sentAt) * 1000)));
    });
    // Told at the end; until then nobody waits for it.
    answered.catch(() => undefined);
    asked.push(answered);
  }, 1000 / perSecond);
  try {
    await end;
    clearInterval(timer);
    await Promise.all(asked);
  } finally {
    clearInterval(timer);
  }
  const percentile = (share: number): number => histogram.percentile(share) / 1000;
  return { count: histogram.count, p50: percentile(50), p99: percentile(99), p999: percentile(99.9) };
}

function lookUp(agent: Agent | false, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get({ agent, host: '127.0.0.1', port, path: `/v1/lookup/${address}` }, (answer) => {
      answer.resume();
      answer.once('error', reject);
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve();
        else reject(new Error(`a lookup was answered with ${answer.statusCode}`));
      });
    });
    request.once('error', reject);
  });
}
