import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PolicyBackend } from '../../lib/postfix/backend.ts';
import type { PolicyPlace } from '../../lib/postfix/listen.ts';
import { Policy } from '../../lib/postfix/policy.ts';
import { Seats } from '../../lib/postfix/seats.ts';
import {
  type PolicyServerOptions,
  type RunningPolicyServer,
  startPolicyServer,
} from '../../lib/postfix/server.ts';
import { policyClient } from '../support/policy-client.ts';
import { policyRequest } from '../support/policy-request.ts';

const INET: PolicyPlace = { kind: 'inet', host: '127.0.0.1', port: 0 };
const DRAIN_MS = 20_000;
const ALLOWING: PolicyBackend = {
  lookup: () =>
    Promise.resolve({ class: 'good', action: 'accept', reply: null, prefix: '192.0.2.7/32', spam: 0.01 }),
  admit: () => Promise.resolve('allow'),
};
const HEADER = 'PREPEND X-Prefixwise: class=good; action=accept; prefix=192.0.2.7/32; spam=0.010';

let folder: string;
let running: RunningPolicyServer[];
let logged: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prefixwise-policy-'));
  running = [];
  logged = [];
});
afterEach(async () => {
  await Promise.all(running.map((server) => server.close(20)));
  rmSync(folder, { recursive: true });
});

async function start(
  changes: Partial<PolicyServerOptions> = {},
  backend = ALLOWING,
): Promise<RunningPolicyServer> {
  const server = await startPolicyServer({
    place: INET,
    policy: new Policy(backend, 'dunno'),
    budgetMs: 20_000,
    serverName: 'test',
    log: (event, fields) => logged.push(`${event} ${JSON.stringify(fields)}`),
    ...changes,
  });
  running.push(server);
  return server;
}

describe('the policy service', () => {
  it('answers many requests over one connection, in whatever pieces and however many at once', async () => {
    const { place } = await start();
    const client = await policyClient(place);
    expect(await client.ask(policyRequest({ instance: 'a' }))).toEqual([HEADER]);
    const two = policyRequest({ instance: 'a', recipient: 'b@x' }) + policyRequest({ instance: 'c' });
    expect(await client.ask(two.slice(0, 700), 0)).toEqual([]);
    expect(await client.ask(two.slice(700), 2)).toEqual(['DUNNO', HEADER]);
    client.socket.end();
    await client.closed;
  });

  it('answers over a Unix socket that every user may connect to, and takes one over that was left behind', async () => {
    const path = join(folder, 'policy');
    const listen = 'require("net").createServer().listen(process.argv[1], () => console.log("ready"))';
    const other = spawn(process.execPath, ['-e', listen, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    await expect(start({ place: { kind: 'unix', path } })).rejects.toThrow('EADDRINUSE');
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(statSync(path).isSocket()).toBe(true);
    const first = await start({ place: { kind: 'unix', path } });
    expect(statSync(path).mode & 0o777).toBe(0o666);
    const client = await policyClient(`unix:${path}`);
    expect(await client.ask(policyRequest())).toEqual([HEADER]);
    expect(first.place).toBe(`unix:${path}`);
  });

  it('closes without an answer, and says why in its log, what it does not understand', async () => {
    const { place } = await start();
    const client = await policyClient(place);
    expect(await client.ask(policyRequest())).toEqual([HEADER]);
    expect(await client.ask(`GET / HTTP/1.1\r\n\r\n${policyRequest()}`)).toEqual([]);
    await client.closed;
    expect(logged).toEqual([
      'postfix-request-not-understood {"detail":"a line is expected to be name=value"}',
    ]);
    const other = await policyClient(place);
    expect(await other.ask(policyRequest({ instance: 'next' }))).toEqual([HEADER]);
  });

  it('closes connections that stay silent, sooner within a request', async () => {
    const { place } = await start({ idleMs: 60, incompleteMs: 30 });
    const silent = await policyClient(place);
    const broken = await policyClient(place);
    expect(await broken.ask('request=smtpd_access_policy\n')).toEqual([]);
    await Promise.all([silent.closed, broken.closed]);
  });

  it('lets mail flow when an answer takes too long', async () => {
    const hanging: PolicyBackend = { ...ALLOWING, lookup: () => new Promise(() => undefined) };
    const server = await start({ budgetMs: 20 }, hanging);
    const client = await policyClient(server.place);
    expect(await client.ask(policyRequest())).toEqual(['DUNNO']);
    expect(logged).toEqual(['postfix-answer-late {"budgetMs":20}']);
    expect(await server.close(20)).toBe(false);
    await client.closed;
  });

  it('gives back the place of a client whose answer came too late to be waited for', async () => {
    const events: string[] = [];
    let release = (): void => undefined;
    const slow: PolicyBackend = {
      ...ALLOWING,
      admit: async ({ event }) => {
        events.push(event);
        if (event === 'message') {
          await new Promise<void>((resolve) => {
            release = resolve;
          });
        }
        return 'allow';
      },
    };
    const server = await start({ budgetMs: 20 }, slow);
    const client = await policyClient(server.place);
    expect(await client.ask(policyRequest({ protocol_state: 'MAIL' }))).toEqual(['DUNNO']);
    client.socket.end();
    await client.closed;
    release();
    expect(await server.close(DRAIN_MS)).toBe(true);
    expect(events).toEqual(['message', 'disconnect']);
  });

  it('closes without an answer when it fails itself', async () => {
    const broken: PolicyBackend = { ...ALLOWING, lookup: () => Promise.reject(new Error('a bug of ours')) };
    const { place } = await start({}, broken);
    const client = await policyClient(place);
    expect(await client.ask(policyRequest())).toEqual([]);
    expect(logged).toEqual(['postfix-answer-failed {"error":"Error: a bug of ours"}']);
  });

  it('gives a place back when the next client comes over the same connection, and when it closes', async () => {
    const events: string[] = [];
    const counting: PolicyBackend = {
      ...ALLOWING,
      admit: ({ event, session, facts }) => {
        events.push(`${event} ${session.split('/')[1]?.split('-')[0]} ${facts.account ?? ''}`.trim());
        return Promise.resolve('allow');
      },
    };
    const server = await start({}, counting);
    const client = await policyClient(server.place);
    await client.ask(policyRequest({ client_port: '1', protocol_state: 'CONNECT', instance: '' }));
    await client.ask(policyRequest({ client_port: '1', protocol_state: 'MAIL', sasl_username: 'anna' }));
    await client.ask(policyRequest({ client_port: '2', protocol_state: 'CONNECT', instance: '' }));
    expect(events).toEqual(['connect 1', 'message 1 anna', 'disconnect 1', 'disconnect 1 anna', 'connect 2']);
    client.socket.end();
    await client.closed;
    await server.close(DRAIN_MS);
    expect(events.at(-1)).toBe('disconnect 2');
  });

  it('stops gracefully: what is under way is answered, nothing else is', async () => {
    let release = (): void => undefined;
    let isAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow: PolicyBackend = {
      ...ALLOWING,
      lookup: async (address, facts) => {
        isAsked();
        await released;
        return ALLOWING.lookup(address, facts);
      },
    };
    const server = await start({}, slow);
    const [busy, idle] = [await policyClient(server.place), await policyClient(server.place)];
    const answer = busy.ask(policyRequest() + policyRequest({ instance: 'late' }), 2);
    await asked;
    const closing = server.close(DRAIN_MS);
    await idle.closed;
    release();
    expect(await answer).toEqual([HEADER]);
    expect(await closing).toBe(true);
    await expect(policyClient(server.place)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the place of a client that falls silent', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is given back soon after its message, later in the middle of one, and taken again when it comes back', () => {
    const left: string[] = [];
    const seats = new Seats(({ session }) => left.push(session));
    const base = { address: '192.0.2.7', facts: {}, instance: 'a', recipient: '', recipientCount: 0 };
    const asks = { ...base, state: 'RCPT', session: 's' };
    seats.ask(asks);
    seats.answered(false);
    vi.advanceTimersByTime(59_999);
    expect(left).toEqual([]);
    seats.ask(asks);
    seats.answered(true);
    vi.advanceTimersByTime(4999);
    expect(left).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(left).toEqual(['s']);
    seats.ask(asks);
    seats.answered(false);
    vi.advanceTimersByTime(60_000);
    expect(left).toEqual(['s', 's']);
    seats.vacate();
    expect(left).toHaveLength(2);
  });
});
