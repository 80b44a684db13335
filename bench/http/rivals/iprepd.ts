/**
 * iprepd's shape as plainly as possible: Hono, one GET from Redis (Debian package `redis-server`) under the address or its
 * /64, linear recovery, a handful of fields. It tells what the road to a store on the same machine costs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { createClient } from 'redis';
import { parseAddress } from '../../../lib/net/address.ts';
import { formatPrefix, Prefix } from '../../../lib/net/prefix.ts';
import { Random } from '../../accuracy/random.ts';
import { Senders } from '../../world/senders.ts';
import { serverOrderSchema } from '../messages.ts';
import { answerRequests } from '../peer.ts';
import { together, usage, usageOf } from '../usage.ts';

/** Points regained in an hour, of 100. */
const RECOVERY = 1;
const HOUR = 3_600_000;
/** Entries set in one round trip. */
const STEP = 5000;

let redis: ChildProcess | undefined;

answerRequests(async (request) => {
  const order = serverOrderSchema.parse(request);
  if (order.order !== 'remember')
    return redis === undefined ? usage() : together(usage(), usageOf(redis.pid));
  const folder = mkdtempSync(join(tmpdir(), 'prefixwise-redis-'));
  const socket = join(folder, 'redis.sock');
  const words = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder];
  // On this process's core: both together are the service.
  const started = spawn('redis-server', words, { stdio: 'ignore' });
  redis = started;
  process.once('exit', () => {
    started.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  const client = createClient({ socket: { path: socket, tls: false, reconnectStrategy: 50 } });
  client.on('error', () => undefined);
  await client.connect();
  await remember(new Senders(order.senders), client);
  const app = new Hono();
  app.get('/type/ip/:address', async (c) => {
    const key = keyOf(c.req.param('address'));
    const stored = key === null ? null : await client.get(key);
    if (stored === null) return c.json({ object: key, type: 'ip' }, 404);
    const { reputation, lastupdated } = JSON.parse(stored);
    const regained = Math.floor((Date.now() - lastupdated) / HOUR) * RECOVERY;
    return c.json({ object: key, type: 'ip', reputation: Math.min(100, reputation + regained), lastupdated });
  });
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => resolve({ port }));
  });
});

async function remember(senders: Senders, client: ReturnType<typeof createClient>): Promise<void> {
  const random = new Random(20_266, 'iprepd');
  for (let from = 0; from < senders.count; from += STEP) {
    const entries: [string, string][] = [];
    for (let i = from; i < Math.min(from + STEP, senders.count); i++) {
      const key = keyOf(senders.textOf(i, random));
      const reputation = senders.sendsSpam(i, random) ? 10 : 100;
      if (key !== null) entries.push([key, JSON.stringify({ reputation, lastupdated: Date.now() })]);
    }
    await client.mSet(entries);
  }
}

function keyOf(text: string): string | null {
  const address = parseAddress(text);
  if (!address.ok) return null;
  return formatPrefix(Prefix.covering(address.value, address.value.family === 4 ? 32 : 64));
}
