/** Real Postfix, asking in its policy protocol: what clients are told at the SMTP level. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { ARF_FIELDS, arf } from '../feedback/build.ts';
import { type RunningService, startService } from '../support/service.ts';
import { addToLoopback } from './support/loopback.ts';
import { type MailServer, startPostfix } from './support/postfix.ts';
import { mustRun } from './support/run.ts';
import { smtpClient } from './support/smtp.ts';
import { send } from './support/swaks.ts';

/** In no block that is given out (IANA: 2d00::/8 is unassigned), so that it stands for nobody. */
const PUBLISHED = '2d00:db8::/32';
const SPAMMER = ['2d00:db8:0:100::25', '2d00:db8:0:1a0::25', '2d00:db8:0:1ff::25'] as const;
const NEIGHBOUR = '2d00:db8:0:200::25';
const BUSY = ['2d00:db8:0:300::25', '2d00:db8:0:301::25', '2d00:db8:0:3ff::25'] as const;
const LATE_NEIGHBOUR = '2d00:db8:0:700::25';
const TALKATIVE = '2d00:db8:0:400::25';
const PARTNER = ['2d00:db8:0:500::25', '2d00:db8:0:501::25', '2d00:db8:0:502::25'] as const;
const LAST = '2d00:db8:0:600::25';
const RECIPIENT = 'someone@example.net';
/** What Postfix puts before a reply of ours. */
const REJECTED = `<${RECIPIENT}>: Recipient address rejected: `;
/** Postfix at both ends of what it may ask: the whole configuration of integrations/postfix. */
const asking = (place: string) => ({
  smtpd_recipient_restrictions: `reject_unauth_destination, check_policy_service { ${place}, timeout=10s, default_action=DUNNO }`,
  header_checks: 'regexp:{ {/^X-Prefixwise:/ WARN} }',
  smtpd_end_of_data_restrictions: `check_policy_service { ${place}, timeout=10s, default_action=DUNNO }`,
});
/** Enough of everything but messages an hour, which come back one every 20 minutes: slowness changes nothing. */
const POLICY = `
limits:
  unknown:
    concurrentConnections: 50
    messagesPerMinute: 100
    messagesPerHour: 3
  good:
    concurrentConnections: 2
`;

let folder: string;
let socket: string;
let service: RunningService;
let policyService: ChildProcess;
/** One asks the service in its own process over a Unix socket, the other a policy service beside it over TCP. */
let first: MailServer;
let second: MailServer;

beforeAll(async () => {
  await addToLoopback([...SPAMMER, ...BUSY, ...PARTNER, NEIGHBOUR, LATE_NEIGHBOUR, TALKATIVE, LAST]);
  folder = await mkdtemp(join(tmpdir(), 'prefixwise-postfix-'));
  await chmod(folder, 0o755);
  const [policyFile, published, data] = [
    join(folder, 'policy.yaml'),
    join(folder, 'prefixlen.csv'),
    join(folder, 'data'),
  ];
  await writeFile(policyFile, POLICY);
  await writeFile(published, `${PUBLISHED},56\n`);
  socket = `unix:${join(folder, 'policy')}`;
  await mustRun('env', [
    `DATA_DIR=${data}`,
    process.execPath,
    '--import',
    'tsx',
    'functions/cli.ts',
    'import',
    published,
  ]);
  service = await startService(data, { POLICY_FILE: policyFile, POSTFIX_LISTEN: socket });
  policyService = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      'functions/cli.ts',
      'postfix-policy',
      '--listen',
      'inet:127.0.0.1:0',
      '--url',
      service.url,
      '--budget',
      '5000',
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  first = await startPostfix(asking(socket));
  second = await startPostfix(asking(await placeOf(policyService)));
});

afterAll(async () => {
  await first.stop();
  await second.stop();
  policyService.kill('SIGKILL');
  await service.kill();
  await rm(folder, { recursive: true });
});

describe('Postfix asking the service', () => {
  it('takes mail from strangers, and says in a header what it found', async () => {
    for (const from of [SPAMMER[0], NEIGHBOUR]) {
      const { accepted, transcript } = await send({ from, port: first.port });
      expect(accepted, transcript).toBe(true);
    }
    expect(await first.log()).toMatch(
      /header X-Prefixwise: class=unknown; action=throttle; prefix=2d00:db8:0:100::\/56; spam=0\.\d{3} /,
    );
  });

  it('defers the rest of a /56 with the reply of the policy once it is reported, and its neighbour not', async () => {
    for (const [i, from] of SPAMMER.slice(0, 2).entries()) await complain(from, i);
    const { code, enhanced, text } = await replyTo(SPAMMER[2]);
    expect(text).toMatch(/^Deferred: /);
    for (const server of [first, second]) {
      const deferred = await send({ from: SPAMMER[2], port: server.port });
      expect(deferred.refusal, deferred.transcript).toBe(`${code} ${enhanced} ${REJECTED}${text}`);
      expect(deferred.accepted).toBe(false);
      const { accepted, transcript } = await send({ from: NEIGHBOUR, port: server.port });
      expect(accepted, transcript).toBe(true);
    }
  });

  it('is told at CONNECT already, where it is set to ask then', async () => {
    const atConnect = await startPostfix({
      smtpd_client_restrictions: `check_policy_service { ${socket}, timeout=10s, default_action=DUNNO }`,
      smtpd_delay_reject: 'no',
    });
    const { refusal, transcript } = await send({ from: SPAMMER[2], port: atConnect.port });
    expect(refusal).toMatch(/^451 4\.7\.1 <.*>: Client host rejected: Deferred: /);
    expect(transcript).not.toContain('EHLO');
    const neighbour = await send({ from: LATE_NEIGHBOUR, port: atConnect.port });
    expect(neighbour.accepted, neighbour.transcript).toBe(true);
    await atConnect.stop();
  });

  it('keeps one limit of a /56 over two Postfix', async () => {
    const servers = [first, second, first];
    for (const [i, from] of BUSY.entries()) {
      const { accepted, transcript } = await send({ from, port: servers[i]?.port ?? 0 });
      expect(accepted, transcript).toBe(true);
    }
    for (const server of [first, second]) {
      const { refusal } = await send({ from: BUSY[0], port: server.port });
      expect(refusal).toContain(
        `451 4.7.1 ${REJECTED}Limit reached, try again later: ` +
          'at most 3 messages an hour from 2d00:db8:0:300::/56',
      );
    }
  });

  it('counts every message of a connection', async () => {
    const client = await smtpClient(TALKATIVE, first.port);
    const replies: (string | null)[] = [];
    for (let i = 0; i < 4; i++) replies.push(await client.deliver(RECIPIENT));
    expect(replies.map((reply) => reply?.slice(0, 3))).toEqual(['250', '250', '250', '451']);
    client.close();
  });

  it('holds the connections of a /56 over two Postfix, and closes one too many', async () => {
    const listed = await fetch(`${service.url}/v1/lists/allow/2d00:db8:0:500::%2F56`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ reason: 'a partner' }),
    });
    expect(listed.status).toBe(201);
    const clients = await Promise.all(
      PARTNER.map((from, i) => smtpClient(from, (i === 1 ? second : first).port)),
    );
    const replies: (string | null)[] = [];
    for (const client of clients) {
      await client.say('MAIL FROM:<sender@example.org>');
      replies.push(await client.say(`RCPT TO:<${RECIPIENT}>`));
    }
    expect(replies.slice(0, 2)).toEqual(['250 2.1.5 Ok', '250 2.1.5 Ok']);
    expect(replies[2]).toContain('421 4.7.0 ');
    expect(replies[2]).toContain('at most 2 connections at the same time from 2d00:db8:0:500::/56');
    expect(await clients[2]?.say('NOOP')).toBeNull();
    for (const client of clients) client.close();
  });

  it('lets mail flow once the service is gone', async () => {
    await service.kill();
    const sent = [
      await send({ from: SPAMMER[2], port: first.port }),
      await send({ from: LAST, port: first.port }),
      await send({ from: LAST, port: second.port }),
    ];
    for (const { accepted, transcript } of sent) expect(accepted, transcript).toBe(true);
    // What the policy service beside the second still knows holds on.
    expect((await send({ from: SPAMMER[2], port: second.port })).refusal).toContain('Deferred: ');
    expect(await first.log()).toContain('connect to');
  });
});

/** What the policy says to an address now. */
async function replyTo(address: string) {
  const answer = await fetch(`${service.url}/v1/lookup/${address}`);
  const { reply } = z.parse(lookupAnswerSchema, await answer.json()).policy;
  if (reply === null) throw new Error('there is nothing to say');
  return reply;
}

/** Posts what a feedback loop sends: an ARF message (RFC 5965) about mail from the address. */
async function complain(address: string, number: number): Promise<void> {
  const report = arf({
    fields: [
      ...ARF_FIELDS,
      `Source-IP: ${address}`,
      `Arrival-Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    ],
    message: ['From: <sender@example.org>', `Message-ID: <${number}@example.org>`, 'Subject: buy'],
  });
  const answer = await fetch(`${service.url}/v1/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'message/rfc822' },
    body: report,
  });
  expect(await answer.json()).toMatchObject({ accepted: 1 });
}

/** Where the policy service says that it listens. */
async function placeOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('nothing to read');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const place = /answers Postfix at (\S+),/.exec(String(line))?.[1];
  if (place === undefined) throw new Error(String(line));
  return place;
}
