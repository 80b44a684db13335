import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { keysCommand } from '../../lib/cli/keys.ts';
import { auditSchema } from '../../lib/http/openapi/audit-answers.ts';
import { issuedKeySchema, keysSchema, revokedKeySchema } from '../../lib/http/openapi/key-answers.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { runCli, runCommand } from '../support/cli.ts';
import { DAY, HOUR, recordOf } from '../support/records.ts';
import { startService } from '../support/service.ts';

const TOKEN = /^pw_([0-9a-f]{16})_[\w-]{43}\n$/;

let directory: string;
let env: { DATA_DIR: string };
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-keys-'));
  env = { DATA_DIR: directory };
});
afterEach(() => rmSync(directory, { recursive: true }));

const keys = (...argv: string[]) => runCli(['keys', ...argv], { env });

/** Makes a key that may do all, and gives its token. */
async function make(...options: string[]): Promise<{ id: string; token: string }> {
  const { code, stdout, stderr } = await keys('create', 'mx1', '--scopes', 'lookup,report,admin', ...options);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return { id: TOKEN.exec(stdout)?.[1] ?? '', token: stdout.trim() };
}

describe('prefixwise keys create', () => {
  it('prints a key, and nothing else to standard output', async () => {
    const first = await keys('create', 'mx1', '--scopes', 'lookup,report');
    expect(first.stdout).toMatch(TOKEN);
    expect(first.stderr).toContain('(mx1) may lookup, report; the key is shown now and never again');
    expect(first.stderr).toContain(
      'this is the first key: from now on, or within five seconds, nobody is served without one',
    );
    expect((await keys('create', 'mx2', '--scopes', 'lookup')).stderr).not.toContain('first key');
  });

  it('says everything as JSON, as the API does', async () => {
    const options = ['--trusted', '--trusted-host', 'mx1.example.net', '--trusted-host', '2a00:1450::/32'];
    const { stdout } = await keys(
      'create',
      'mx1',
      '--scopes',
      'report',
      ...options,
      '--expires',
      '2030-01-01T00:00:00Z',
      '--json',
    );
    expect(z.parse(issuedKeySchema, JSON.parse(stdout))).toMatchObject({
      scopes: ['report'],
      trusted: true,
      trustedHosts: ['mx1.example.net', '2a00:1450::/32'],
      expires: '2030-01-01T00:00:00Z',
    });
  });

  it.each([
    [['--scopes', 'root'], 'scopes: lookup, report, admin are expected'],
    [['--scopes', 'lookup', '--trusted'], 'trusted: only a key that may report can be trusted'],
    [['--scopes', 'lookup', '--expires', 'soon'], 'expires: an RFC 3339 time'],
    [
      ['--scopes', 'lookup', '--expires', '2020-01-01T00:00:00Z'],
      'expires: a time in the future is expected',
    ],
    [[], "required option '--scopes <list>' not specified"],
  ])('with %j is wrong usage', async (options, sentence) => {
    const { code, stdout, stderr } = await keys('create', 'mx1', ...options);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(sentence);
    expect((await keys('list')).stdout).toBe('there are no keys\n');
  });

  it('says which setting keeps the store from being opened', async () => {
    const { code, stderr } = await runCli(['keys', 'list'], { env: { STORE: 'dynamodb' } });
    expect([code, stderr]).toEqual([78, 'keys list: TABLE_NAME: the name of a DynamoDB table is expected\n']);
  });
});

describe('prefixwise keys list', () => {
  it('shows keys in a table, and what has become of each, but nothing that lets anybody in', async () => {
    const { id, token } = await make('--expires', '2090-01-01T00:00:00Z');
    await keys('create', 'a\u00a0reporter', '--scopes', 'report', '--trusted');
    await keys('revoke', id);
    const { stdout } = await keys('list');
    const [head, first, second] = stdout.split('\n');
    expect(head).toMatch(/^ID +NAME +MAY +MADE +STATE +HEARD$/);
    expect(first).toMatch(new RegExp(`^${id}  mx1 +lookup,report,admin +\\S+Z  revoked \\S+Z$`));
    expect(second).toMatch(/^[0-9a-f]{16} {2}a\u00a0reporter {2}report \(trusted\) +\S+Z {2}in force$/);
    const json = await keys('list', '--json');
    expect(z.parse(keysSchema, { ...JSON.parse(json.stdout), next: null }).keys).toHaveLength(2);
    for (const text of [stdout, json.stdout]) expect(text).not.toContain(token.slice(-43));
  });

  it('says of a reporter that contradicts everyone else that it is hardly heard, and why', async () => {
    const { id } = await make();
    const store = new EmbeddedStore(directory);
    const now = Date.now();
    const against = Array.from({ length: 14 }, (_, i) =>
      recordOf(`198.35.${i}.1`, { reporter: { id, trusted: false }, stance: 'contradicts', at: now }),
    );
    await store.recordVerdicts(against, now);
    await store.close();
    const { stdout } = await keys('list');
    expect(stdout).toMatch(/ in force {2}hardly: contradicts the others on 14 senders, agrees on 0\n$/);
    const json = await keys('list', '--json');
    const [key] = z.parse(keysSchema, { ...JSON.parse(json.stdout), next: null }).keys;
    expect(key?.standing).toEqual({ agreed: 0, contradicted: 14, weight: 0.2 });
  });
});

describe('prefixwise keys rotate', () => {
  it('prints the new key, and refuses a grace that is none', async () => {
    const { id, token } = await make();
    const { code, stdout } = await keys('rotate', id, '--grace', '60', '--reason', 'yearly');
    expect(code).toBe(0);
    expect(TOKEN.exec(stdout)?.[1]).toBe(id);
    expect(stdout.trim()).not.toBe(token);
    for (const grace of ['', 'x', '-1', '1.5', '9999999']) {
      const wrong = await keys('rotate', id, `--grace=${grace}`);
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('graceSeconds: ')]);
    }
  });

  it('refuses what is no key, or has ended', async () => {
    const { id } = await make();
    await keys('revoke', id);
    expect(await keys('rotate', id)).toMatchObject({ code: 1, stderr: `keys rotate: ${id} is revoked\n` });
    expect(await keys('rotate', 'nobody')).toMatchObject({
      code: 1,
      stderr: 'keys rotate: there is no key nobody\n',
    });
    expect(await keys('revoke', 'no\u001b[31m')).toMatchObject({
      code: 1,
      stderr: 'keys revoke: there is no key no?[31m\n',
    });
  });
});

describe('prefixwise keys revoke', () => {
  it('--since waits until every service knows, and then takes back what the key said', async () => {
    const { id } = await make();
    const said = (name: string, address: string) =>
      recordOf(address, { id: name, reporter: { id, trusted: false }, at: Date.now() });
    const store = new EmbeddedStore(directory);
    await store.recordVerdicts([said('old', '2600:3c00:1::1')], Date.now() - DAY);
    await store.recordVerdicts([said('a', '2600:3c00:2::1')], Date.now());
    const waited: number[] = [];
    const wait = async (milliseconds: number): Promise<void> => {
      waited.push(milliseconds);
      // A service that had not heard of it yet.
      await store.recordVerdicts([said('b', '2600:3c00:3::1')], Date.now());
    };
    const since = new Date(Date.now() - HOUR).toISOString();
    const { code, stdout } = await runCommand(
      (terminal, exit) => keysCommand(terminal, exit, wait),
      ['keys', 'revoke', id, '--since', since, '--reason', 'stolen', '--json'],
      { env },
    );
    expect([code, waited]).toEqual([0, [5000]]);
    expect(z.parse(revokedKeySchema, JSON.parse(stdout))).toMatchObject({ id, retracted: 2 });
    const { items } = await store.records.listAudit({ limit: 10 });
    expect(items.map(({ actor, act, reason }) => [actor, act, reason])).toEqual([
      ['cli', 'key.retract', 'stolen'],
      ['cli', 'key.revoke', 'stolen'],
      ['cli', 'key.create', null],
    ]);
    await store.close();
  });
});

describe('keys made and revoked beside a running service', () => {
  it('close it, open it to their holders and shut them out, each within five seconds', async () => {
    const service = await startService(directory);
    expect(service.said()).toContain('open to every program on this machine, as there are no keys');
    const lookup = async (headers: Record<string, string> = {}) =>
      (await fetch(`${service.url}/v1/lookup/8.8.8.8`, { headers })).status;
    const within = async (seconds: number, status: number, headers: Record<string, string> = {}) => {
      const deadline = performance.now() + seconds * 1000;
      let got = await lookup(headers);
      while (got !== status && performance.now() < deadline) got = await lookup(headers);
      expect(got).toBe(status);
    };
    expect(await lookup()).toBe(200);
    const { id, token } = await make();
    const key = { authorization: `Bearer ${token}` };
    await within(5, 401);
    expect(await lookup(key)).toBe(200);
    await keys('revoke', id);
    await within(5, 401, key);
    expect(await lookup()).toBe(401);
    expect(await service.stop()).toBe(0);
  });

  it('let it listen on an address that others can reach, under which its API rules as well', async () => {
    const { token } = await make();
    const service = await startService(directory, { HOST: '0.0.0.0' });
    expect(service.said()).toContain('for callers with a key, of which 1 is in force');
    const url = service.url.replace('0.0.0.0', '127.0.0.1');
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      });
    expect((await fetch(`${url}/v1/keys`)).status).toBe(401);
    const made = z.parse(
      issuedKeySchema,
      await (await ask('/v1/keys', { method: 'POST', body: '{"label":"mx2","scopes":["lookup"]}' })).json(),
    );
    expect(
      (await fetch(`${url}/v1/lookup/::1`, { headers: { authorization: `Bearer ${made.token}` } })).status,
    ).toBe(200);
    const { audit } = z.parse(auditSchema, await (await ask('/v1/audit')).json());
    const acts = audit.filter(({ act }) => act !== 'secret.create');
    expect(acts.map(({ actor }) => actor)).toEqual([token.slice(3, 19), 'cli']);
    expect(await service.stop()).toBe(0);
    // Once no key is in force it may not listen there again.
    await keys('revoke', made.id);
    await keys('revoke', token.slice(3, 19));
    await expect(startService(directory, { HOST: '0.0.0.0' })).rejects.toThrow(
      'there is no key to tell callers apart',
    );
  });
});

describe('a command that calls the service', () => {
  it('shows its key, and says in plain words why it is not let in', async () => {
    const { token } = await make();
    const { stdout } = await keys('create', 'reader', '--scopes', 'lookup');
    const reader = stdout.trim();
    const service = await startService(directory);
    const run = (argv: string[], key: string) =>
      runCli(argv, { env: { PREFIXWISE_URL: service.url, PREFIXWISE_KEY: key } });
    expect(await run(['report', 'spam', '2600:3c00::1'], token)).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['lookup', '2600:3c00::1', '--json'], reader)).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['lookup', '2600:3c00::1'], '')).toMatchObject({
      code: 77,
      stderr: 'lookup: the service asks for a key: put yours into PREFIXWISE_KEY\n',
    });
    expect(await run(['lookup', '2600:3c00::1'], `${reader}x`)).toMatchObject({
      code: 77,
      stderr:
        'lookup: the service does not take the key in PREFIXWISE_KEY: it may be mistyped, or have ended\n',
    });
    expect(await run(['report', 'spam', '2600:3c00::1'], reader)).toMatchObject({
      code: 77,
      stderr: 'report: the key in PREFIXWISE_KEY may not do this: it has not the scope report\n',
    });
    expect(await service.stop()).toBe(0);
  });
});
