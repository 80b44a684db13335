/** The Rspamd plugin and the map, in the real Rspamd. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { startExport } from '../support/exporter.ts';
import { type RunningService, startService } from '../support/service.ts';
import { type Rspamd, type Scan, startRspamd } from './support/rspamd.ts';
import { mustRun } from './support/run.ts';

/** In no block that is given out, so that they stand for nobody. */
const SPAMMER = '2d00:db8:1:2::25';
const STRANGER = '2d00:db9:1:2::25';
const FRIEND = '2d00:dba:1:2::25';

const message = (subject: string) =>
  `From: sender@example.org\r\nTo: someone@example.net\r\nSubject: ${subject}\r\nMessage-Id: <${subject}@example.org>\r\n\r\n${subject}\r\n`;

let folder: string;
let service: RunningService;
let rspamd: Rspamd;

async function report(address: string, verdict: string): Promise<void> {
  const answer = await fetch(`${service.url}/v1/verdicts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address, verdict, count: 20 }),
  });
  expect(answer.status).toBe(200);
}

const days = z.object({ days: z.array(z.object({ spam: z.number(), ham: z.number() })) });
/** Reports of today on a client. */
async function reportsOn(address: string): Promise<{ spam: number; ham: number }> {
  const answer = await fetch(`${service.url}/v1/history/${address}?days=1`);
  const { spam = 0, ham = 0 } = z.parse(days, await answer.json()).days[0] ?? {};
  return { spam, ham };
}

/** Waits until the service knows so many reports of today on a client. */
async function until(address: string, expected: { spam: number; ham: number }): Promise<void> {
  for (;;) {
    const { spam, ham } = await reportsOn(address);
    if (spam === expected.spam && ham === expected.ham) return;
    if (spam > expected.spam || ham > expected.ham) throw new Error(`${address}: ${spam} spam, ${ham} ham`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'prefixwise-rspamd-'));
  await mustRun('chmod', ['755', folder]);
  service = await startService(join(folder, 'data'));
  await report(SPAMMER, 'spam');
  await report(FRIEND, 'ham');
  await once(startExport(join(folder, 'data'), join(folder, 'ip.map'), ['--format', 'rspamd-map']), 'exit');
  await writeFile(join(folder, 'subjects'), '/^bad/\n');
  await writeFile(join(folder, 'viruses'), '/^virus/\n');
  rspamd = await startRspamd(`url = "${service.url}/"; timeout = 10;`, maps(folder));
});

afterAll(async () => {
  await rspamd.stop();
  await rm(folder, { recursive: true });
});

/** A rule of somebody else's that marks a message, and our exported list. */
const maps = (place: string) => `
multimap {
  BAD_SUBJECT { type = "header"; header = "subject"; regexp = true; map = "${place}/subjects"; score = 10; }
  CLAM_VIRUS { type = "header"; header = "subject"; regexp = true; map = "${place}/viruses"; score = 1; }
  PREFIXWISE_LIST {
    type = "ip";
    map = "${place}/ip.map";
    symbols = ["PREFIXWISE_LIST_REFUSED", "PREFIXWISE_LIST_DEFERRED", "PREFIXWISE_LIST_NONE"];
    score = 0;
  }
}`;

const ours = ({ symbols }: Scan): readonly string[] =>
  Object.keys(symbols).filter(
    (name) => name.startsWith('PREFIXWISE_') && !name.startsWith('PREFIXWISE_LIST'),
  );

describe('the Rspamd plugin', () => {
  it('gives each sender the symbol of its answer, with the prefix and the reason', async () => {
    const spammer = await rspamd.scan(SPAMMER, message('one'));
    expect(spammer.symbols['PREFIXWISE_REJECT']).toEqual({
      score: 8,
      options: ['2d00:db8:1:2::/64', expect.stringMatching(/^20 of 20 weighted reports .* spam$/)],
    });
    expect(ours(await rspamd.scan(FRIEND, message('two')))).toEqual(['PREFIXWISE_GOOD']);
    expect(ours(await rspamd.scan(STRANGER, message('bad three')))).toEqual(['PREFIXWISE_UNKNOWN']);
  });

  it('leaves its own network alone', async () => {
    expect(ours(await rspamd.scan('127.0.0.1', message('four')))).toEqual([]);
  });

  it('reports what Rspamd made of a message, once, however often it is tried', async () => {
    const client = '2d00:dbb:1:2::25';
    for (let time = 0; time < 3; time++) {
      expect((await rspamd.scan(client, message('five'))).action).toBe('no action');
    }
    expect((await rspamd.scan(client, message('bad six'))).action).toBe('add header');
    await until(client, { spam: 1, ham: 1 });
  });

  it('never makes a bad reputation confirm itself', async () => {
    const before = await reportsOn(SPAMMER);
    const { action } = await rspamd.scan(SPAMMER, message('seven'));
    expect(action).toBe('add header');
    // A report that comes after it, and is seen, would have been passed by one on the message before.
    await rspamd.scan(SPAMMER, message('bad eight'));
    await until(SPAMMER, { spam: before.spam + 1, ham: before.ham });
  });

  it('reports malware as such, which weighs more', async () => {
    const client = '2d00:dbc:1:2::25';
    await rspamd.scan(client, message('virus'));
    await until(client, { spam: 2, ham: 0 });
  });

  it('names the account that logged in', async () => {
    const { symbols } = await rspamd.scan(FRIEND, message('nine'), {
      User: 'user+tag@example.net',
      Hostname: 'mail.example.org',
    });
    expect(symbols['PREFIXWISE_GOOD']).toBeDefined();
  });
});

describe('the exported map', () => {
  it('gives a listed client its symbol', async () => {
    const { symbols } = await rspamd.scan(SPAMMER, message('ten'));
    expect(Object.keys(symbols)).toContain('PREFIXWISE_LIST_REFUSED');
    const stranger = await rspamd.scan(STRANGER, message('eleven'));
    expect(Object.keys(stranger.symbols).filter((name) => name.startsWith('PREFIXWISE_LIST'))).toEqual([]);
  });
});

describe('without the service', () => {
  it('lets mail pass: when nobody listens, and when nobody answers', async () => {
    await service.stop();
    const gone = await rspamd.scan(SPAMMER, message('twelve'));
    expect(ours(gone)).toEqual(['PREFIXWISE_FAIL']);
    expect(gone.action).toBe('no action');
    const silent = createServer().listen(Number(new URL(service.url).port), '127.0.0.1');
    await once(silent, 'listening');
    const impatient = await startRspamd(`url = "${service.url}"; timeout = 0.2; report = false;`);
    const late = await impatient.scan(SPAMMER, message('thirteen'));
    await impatient.stop();
    silent.close();
    expect(ours(late)).toEqual(['PREFIXWISE_FAIL']);
    expect(late.action).toBe('no action');
  });
});
