import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../lib/http/server.ts';
import { ARF_FIELDS, arf, sample } from '../feedback/build.ts';
import { runCli } from '../support/cli.ts';
import { storeWith, type TestApp, testApp } from '../support/http.ts';
import { HOUR, NOW, recordOf } from '../support/records.ts';

const HOST = '45.79.27.34';

let test: TestApp;
let server: RunningServer;
let env: { PREFIXWISE_URL: string };
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-cli-'));
  server = await startServer({
    fetch: (request) => test.app.fetch(request),
    host: '127.0.0.1',
    port: 0,
    onError: () => undefined,
  });
  env = { PREFIXWISE_URL: `${server.url}/` };
});
beforeEach(() => {
  test = testApp();
});
afterAll(async () => {
  await server.close(100);
  rmSync(directory, { recursive: true });
});

describe('prefixwise lookup', () => {
  it('shows a card: what it is, what is known, what to do, until when', async () => {
    await test.store.recordVerdicts(
      [1, 2, 3, 4, 5].map((n) => recordOf(HOST, { id: `${n}`, at: NOW - n * HOUR })),
      NOW,
    );
    const { code, stdout, stderr } = await runCli(['lookup', '2002:2d4f:1b22::25'], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('\u001b');
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('2002:2d4f:1b22::25');
    for (const line of [
      /^ {2}kind {7}6to4, stands for 45\.79\.27\.34$/,
      /^ {2}prefix {5}2002:2d4f:1b22::\/48 \(default\)$/,
      /^ {2}subject {4}45\.79\.27\.34\/32, 5 weighted reports in 30 days from 1 reporter, last 2026-11-21T11:00:00Z$/,
      /^ {2}spam {7}\d+ % {2}[·━●]{30} {2}\d+ % to \d+ %$/,
      /^ {2}evidence {3}45\.79\.27\.34\/32 +\d+ % {2}5 weighted reports$/,
      /^ {13}45\.79\.27\.0\/24 +\d+ % {2}\d+ reported neighbours?$/,
      /^ {13}45\.79\.0\.0\/16 /,
      /^ {13}all mail +\d+ % {2}the base rate$/,
      /^ {2}policy {5}bad, reject - /,
      /^ {2}reply {6}554 5\.7\.1 Refused: /,
      /^ {2}limits {5}1 connection, 1 message, 1 error in each, 1 recipient a message, 1,024 bytes a second$/,
      /retry after \d+ s$/,
      /^ {2}holds {6}until 2026-11-21T12:05:00Z$/,
    ]) {
      expect(lines).toContainEqual(expect.stringMatching(line));
    }
  });

  it('asks and reports about an account, and shows it beside the prefix', async () => {
    const anna = ['--account', 'anna', '--org', 'acme'];
    const told = await runCli(['report', 'spam', HOST, '--count', '9', ...anna], { env });
    expect(told).toMatchObject({ code: 0, stdout: '1 accepted, 0 known before, 0 refused\n' });
    const { stdout } = await runCli(['lookup', '2a00:1450:1:1::5', ...anna], { env });
    expect(stdout).toMatch(/^ {2}account {4}\d+ %, 9 weighted reports$/m);
    expect(stdout).toMatch(/^ {2}org {8}\d+ %, 0 other reported accounts$/m);
    expect(stdout).toMatch(/policy {5}bad, reject - 9 of 9 .* call mail of this account spam/);
  });

  it('colours a terminal, unless NO_COLOR is set', async () => {
    const bright = await runCli(['lookup', HOST], { env, terminal: true });
    expect(bright.stdout).toContain('\u001b[');
    const plain = await runCli(['lookup', HOST], { env: { ...env, NO_COLOR: '1' }, terminal: true });
    expect(plain.stdout).not.toContain('\u001b');
    expect(plain.stdout).toContain('nothing reported yet');
  });

  it('says what is not rateable, and what stands on a list', async () => {
    test = testApp({
      listingOf: () => ({ list: 'allow', prefix: '::1/128', reason: 'ours', expires: null }),
    });
    const { stdout } = await runCli(['lookup', '::1'], { env });
    expect(stdout).toMatch(/kind {7}special, loopback/);
    expect(stdout).toMatch(/subject {4}none/);
    expect(stdout).toMatch(/listed {5}allow list: ::1\/128, ours/);
  });

  it('gives the service’s own words with --json', async () => {
    const { stdout } = await runCli(['lookup', HOST, '--json', '--url', server.url]);
    expect(stdout).toBe(`${await (await test.app.request(`/v1/lookup/${HOST}`)).text()}\n`);
  });

  it('says why the service refuses, with 1', async () => {
    expect(await runCli(['lookup', '010.0.0.1'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'lookup: address: an IPv4 octet has a leading zero\n',
    });
  });

  it.each([
    [['lookup']],
    [['lookup', '::1', '--nonsense']],
    [['lookup', '::1', '::2']],
    [['lookup', '::1', '--url', 'ftp://x']],
    [['nonsense']],
    [[]],
  ])('%j is wrong usage: 2, and nothing on standard output', async (argv) => {
    const { code, stdout, stderr } = await runCli(argv, { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('says that nobody is there, with 69', async () => {
    const { code, stderr } = await runCli(['lookup', '::1', '--url', 'http://127.0.0.1:1']);
    expect(code).toBe(69);
    expect(stderr).toMatch(/^lookup: http:\/\/127\.0\.0\.1:1 cannot be reached: /);
  });

  it('believes no answer that is not this service’s, and lets none steer the terminal', async () => {
    let body = '{"hello":"world"}';
    const stranger = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const address = stranger.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    expect(await runCli(['lookup', '::1', '--url', url])).toMatchObject({ code: 69, stdout: '' });
    body = '{"a":"\u009b31m\u202e"}';
    const { stdout } = await runCli(['lookup', '::1', '--json', '--url', url]);
    expect(stdout).toBe('{"a":"\\u009b31m\\u202e"}\n');
    stranger.close();
    stranger.closeAllConnections();
  });
});

describe('prefixwise report', () => {
  it('reports one verdict about several addresses', async () => {
    expect(await runCli(['report', 'spam', HOST, '2001:470::1', '--count', '3'], { env })).toEqual({
      code: 0,
      stdout: '2 accepted, 0 known before, 0 refused\n',
      stderr: '',
    });
  });

  it('may be repeated under an id', async () => {
    const argv = ['report', 'ham', HOST, '--id', 'queue-1', '--at', '2026-11-20T00:00:00Z'];
    await runCli(argv, { env });
    expect(await runCli(argv, { env })).toMatchObject({
      code: 0,
      stdout: '0 accepted, 1 known before, 0 refused\n',
    });
  });

  it('ends with 1 when something was refused, and names it', async () => {
    expect(await runCli(['report', 'spam', HOST, '::1', 'x'], { env })).toEqual({
      code: 1,
      stdout: '1 accepted, 0 known before, 2 refused\n',
      stderr:
        'report: 1: address is not rateable: loopback\nreport: 2: address: unexpected character at position 1 of an address\n',
    });
  });

  it('sends NDJSON from standard input and from files, packed ones too', async () => {
    const text = `{"address":"${HOST}","verdict":"spam"}\n`.repeat(3);
    const plain = join(directory, 'verdicts.ndjson');
    const packed = join(directory, 'verdicts.ndjson.gz');
    writeFileSync(plain, text);
    writeFileSync(packed, gzipSync(text));
    for (const file of ['-', plain, packed]) {
      const ran = await runCli(['report', '--ndjson', file], { env, stdin: text });
      expect(ran, file).toEqual({ code: 0, stdout: '3 accepted, 0 known before, 0 refused\n', stderr: '' });
    }
  });

  it('sends a feedback report from a pipe, and says why one was not taken', async () => {
    const fields = [...ARF_FIELDS, `Source-IP: ${HOST}`, 'Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000'];
    const sent = await runCli(['report', '--arf', '-'], { env, stdin: arf({ fields }) });
    expect(sent).toEqual({ code: 0, stdout: '1 accepted, 0 known before, 0 refused\n', stderr: '' });
    const refused = await runCli(['report', '--arf', '-'], { env, stdin: sample('arf/arf-11.eml') });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('no declared trusted hosts');
  });

  it('gives the service’s own account with --json', async () => {
    const { stdout } = await runCli(['report', 'spam', HOST, '--json'], { env });
    expect(JSON.parse(stdout)).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
  });

  it.each([
    [['report']],
    [['report', 'spam']],
    [['report', 'spam', '::1', '::2', '--id', 'one']],
    [['report', 'spam', '::1', '--count', 'many']],
    [['report', 'spam', '::1', '--ndjson', '-']],
    [['report', '--ndjson', '-', '--id', 'x']],
    [['report', '--arf', '-', '--ndjson', '-']],
    [['report', 'spam', '::1', '--arf', '-']],
  ])('%j is wrong usage', async (argv) => {
    expect(await runCli(argv, { env })).toMatchObject({ code: 2, stdout: '' });
  });

  it('says which file it cannot read, with 66', async () => {
    const broken = join(directory, 'broken.gz');
    writeFileSync(broken, 'this is no gzip');
    for (const file of [join(directory, 'missing'), directory, broken]) {
      const { code, stderr } = await runCli(['report', '--ndjson', file], { env });
      expect(code, file).toBe(66);
      expect(stderr).toContain(file);
    }
  });

  it('says that the service cannot answer now, with 69', async () => {
    test = testApp({
      store: storeWith(test.store, { recordVerdicts: () => Promise.reject(new Error('full')) }),
    });
    expect(await runCli(['report', 'spam', HOST], { env })).toMatchObject({
      code: 69,
      stderr: 'report: the verdicts could not be stored\n',
    });
  });
});
