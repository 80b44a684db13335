/** The exported zones served by rbldnsd, asked by hand, by postscreen and by SpamAssassin. */
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startExport } from '../support/exporter.ts';
import { type RunningService, startService } from '../support/service.ts';
import { addToLoopback } from './support/loopback.ts';
import { type MailServer, startPostfix } from './support/postfix.ts';
import { type Rbldnsd, startRbldnsd } from './support/rbldnsd.ts';
import { mustRun } from './support/run.ts';
import { send } from './support/swaks.ts';

const ZONE = 'bl.test';
/** In no block that is given out, so that they stand for nobody. */
const SPAMMER = '2d00:db8:1:2::25';
const NEIGHBOUR = '2d00:db9:1:2::25';
const LATECOMER = '2d00:dba::25';

let folder: string;
let service: RunningService;
let list: Rbldnsd;

/** `prefixwise export` to the end, or until it is told to stop. */
const exporting = (...options: readonly string[]) =>
  startExport(join(folder, 'data'), join(folder, 'zones'), options);

async function report(verdict: string, addresses: readonly string[]): Promise<void> {
  const answer = await fetch(`${service.url}/v1/verdicts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ verdicts: addresses.map((address) => ({ address, verdict, count: 5 })) }),
  });
  expect(answer.status).toBe(200);
}

/** The A record that stands for what a lookup says. */
async function expected(address: string): Promise<{ readonly addresses: readonly string[] } | null> {
  const answer = await fetch(`${service.url}/v1/lookup/${address}`);
  const { policy } = z.parse(z.object({ policy: z.object({ action: z.string() }) }), await answer.json());
  const code = { tempfail: '127.0.0.4', reject: '127.0.0.2' }[policy.action];
  return code === undefined ? null : { addresses: [code] };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dnsbl-'));
  await mkdir(join(folder, 'zones'));
  await mustRun('chmod', ['755', folder]);
  service = await startService(join(folder, 'data'));
  await report('spam', [SPAMMER, '8.8.4.4', '2002:909:909::1']);
  await once(exporting('--ns', 'ns.bl.test'), 'exit');
  list = await startRbldnsd(join(folder, 'zones'), ZONE, [
    `${ZONE}:ip4trie:prefixwise.ip4trie`,
    `${ZONE}:ip6trie:prefixwise.ip6trie`,
  ]);
});

afterAll(async () => {
  await list.stop();
  await service.stop();
  await rm(folder, { recursive: true });
});

describe('rbldnsd', () => {
  it('has the test entries of RFC 5782, and not those that must not be', async () => {
    expect(await list.ask('127.0.0.2')).toMatchObject({ addresses: ['127.0.0.2'] });
    expect(await list.ask('::ffff:7f00:2')).toMatchObject({ addresses: ['127.0.0.2'] });
    for (const address of ['127.0.0.1', '::ffff:7f00:1', '::1']) expect(await list.ask(address)).toBeNull();
  });

  it('lists what lookups refuse, with the reason and where to look, and nobody else', async () => {
    const listed = await list.ask(SPAMMER);
    expect(listed?.text).toMatch(
      /^5 of 5 weighted reports .* call mail from 2d00:db8:1:2::\/64 spam - see https:\/\/rep\.example\/\?address=2d00:db8:1:2::25$/,
    );
    const bad = [SPAMMER, '2d00:db8:1:2:ffff::1', '2d00:db8:1:3::1', '8.8.4.4'];
    for (const address of bad)
      expect(await list.ask(address), address).toMatchObject((await expected(address)) ?? {});
    for (const address of [NEIGHBOUR, '8.8.4.5']) {
      expect(await list.ask(address), address).toBeNull();
      expect(await expected(address), address).toBeNull();
    }
  });

  it('knows the IPv4 host behind a 6to4 address', async () => {
    for (const face of ['9.9.9.9', '2002:909:909:1::25']) {
      expect(await list.ask(face), face).toMatchObject((await expected(face)) ?? {});
    }
    expect(await list.ask('2002:909:90a::1')).toBeNull();
  });
});

describe('postscreen', () => {
  let postfix: MailServer;

  beforeAll(async () => {
    await addToLoopback([SPAMMER, NEIGHBOUR]);
    const resolvConf = join(folder, 'resolv.conf');
    await writeFile(resolvConf, 'nameserver 127.0.0.1\n');
    postfix = await startPostfix(
      {
        postscreen_dnsbl_sites: `${ZONE}=127.0.0.[2;4;6;10]`,
        postscreen_dnsbl_action: 'enforce',
        postscreen_greet_wait: '2s',
      },
      { front: postscreenAt, resolvConf },
    );
  });

  afterAll(async () => {
    await postfix.stop();
  });

  it('refuses who is listed and lets a neighbour in', async () => {
    const refused = await send({ from: SPAMMER, port: postfix.port });
    expect(refused.refusal).toMatch(/^550 5\.7\.1 .*blocked using bl\.test/);
    expect((await send({ from: NEIGHBOUR, port: postfix.port })).accepted).toBe(true);
  });
});

describe('SpamAssassin', () => {
  it('scores a message by the address that handed it over', async () => {
    await writeFile(join(folder, 'local.cf'), SPAMASSASSIN);
    expect(await rulesHit(SPAMMER)).toContain('PREFIXWISE');
    expect(await rulesHit(NEIGHBOUR)).not.toContain('PREFIXWISE');
  });

  /** What a message that came from an address is told. */
  async function rulesHit(client: string): Promise<string> {
    const message = join(folder, 'message.eml');
    const received = `from client.example.org (client.example.org [IPv6:${client}])\n\tby mx.example.net`;
    await writeFile(
      message,
      `Received: ${received} with ESMTP; Sat, 21 Nov 2026 12:00:00 +0000\nSubject: hello\n\nhello\n`,
    );
    const output = await mustRun('sh', [
      '-c',
      'exec spamassassin -t --configpath "$1" --siteconfigpath "$1" --prefspath "$1/local.cf" <"$2"',
      ...['sh', folder, message],
    ]);
    expect(output).toContain('X-Spam-Rules');
    return output;
  }
});

describe('export --watch', () => {
  it('puts a new zone before rbldnsd, which takes it up by itself', async () => {
    const exporter = exporting('--watch', '1');
    const exited = once(exporter, 'exit');
    await report('spam', [LATECOMER]);
    while ((await list.ask(LATECOMER)) === null) await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await list.ask(SPAMMER)).not.toBeNull();
    exporter.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});

/** Rules of one list alone (Mail::SpamAssassin::Plugin::DNSEval). */
const SPAMASSASSIN = `
loadplugin Mail::SpamAssassin::Plugin::Check
loadplugin Mail::SpamAssassin::Plugin::DNSEval
dns_available yes
dns_server 127.0.0.1
header PREFIXWISE eval:check_rbl('prefixwise-lastexternal', '${ZONE}.')
tflags PREFIXWISE net
score PREFIXWISE 5
add_header all Rules _TESTS_
`;

/** postscreen in front of smtpd, with the daemons that it asks (postscreen(8)). */
function postscreenAt(port: number): string {
  return [
    `[::]:${port} inet n - n - 1 postscreen`,
    'smtpd pass - - n - - smtpd',
    'dnsblog unix - - n - 0 dnsblog',
    'tlsproxy unix - - n - 0 tlsproxy',
  ].join('\n');
}
