import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { putEntry } from '../../lib/lists/list-records.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { act, entry } from '../lists/build.ts';
import { runCli } from '../support/cli.ts';
import { startExport } from '../support/exporter.ts';
import { mustAddress } from '../support/must-address.ts';
import { recordOf } from '../support/records.ts';
import { Zone } from '../support/zone.ts';

let folder: string;
let data: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prefixwise-export-'));
  data = join(folder, 'data');
  out = join(folder, 'out');
  mkdirSync(out);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function withStore(work: (store: EmbeddedStore) => Promise<unknown>): Promise<void> {
  const store = new EmbeddedStore(data);
  await work(store);
  await store.close();
}

const report = (address: string) =>
  withStore((store) => {
    const now = Date.now();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    return store.recordVerdicts(
      ids.map((id) => recordOf(address, { id: id + address, at: now })),
      now,
    );
  });
const block = (prefix: string) =>
  withStore(({ records }) => putEntry(records, entry('block', prefix), act(Date.now())));

const run = (argv: readonly string[], env: Record<string, string> = {}) =>
  runCli(['export', ...argv], { env: { DATA_DIR: data, ...env } });
const zoneAt = (...names: readonly string[]) =>
  new Zone(names.flatMap((name) => readFileSync(join(out, name), 'utf8').split('\n')));

describe('prefixwise export', () => {
  it('writes both zones into a folder, readable by others, and nothing else', async () => {
    await report('2a00:1450::1');
    await report('8.8.4.4');
    const { code, stdout, stderr } = await run(['--format', 'rbldnsd', '--out', out]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [v4, v6] = [join(out, 'prefixwise.ip4trie'), join(out, 'prefixwise.ip6trie')];
    expect(stdout).toMatch(new RegExp(`^${v4} and ${v6}: \\d+ lines\\n$`));
    expect(readdirSync(out)).toEqual(['prefixwise.ip4trie', 'prefixwise.ip6trie']);
    const zone = zoneAt('prefixwise.ip4trie', 'prefixwise.ip6trie');
    expect(zone.codeAt(mustAddress('8.8.4.4'))).toBe(2);
    expect(zone.codeAt(mustAddress('8.8.4.5'))).toBe(0);
    expect(zone.codeAt(mustAddress('2a00:1450::1'))).not.toBe(0);
    expect(zone.codeAt(mustAddress('2a00:1451::1'))).toBe(0);
  });

  it('writes one file or standard output, as asked', async () => {
    await block('198.35.0.0/16');
    const file = join(out, 'zone');
    expect((await run(['--format', 'rbldnsd', '--out', file])).code).toBe(0);
    const { stdout } = await run(['--format', 'rbldnsd']);
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    expect(stdout).toContain('$DATASET ip4trie');
    const cidr = await run(['--format', 'postfix-cidr', '--no-tunnels']);
    expect(cidr.stdout).toBe('198.35.0.0/16 reject\n');
    expect((await run(['--format', 'rspamd-map', '--out', out])).stdout).toContain('prefixwise.map: 3 lines');
  });

  it('leaves a file alone that would be the same, keeps its mode, and follows the policy file', async () => {
    await block('198.35.0.0/16');
    const file = join(out, 'list');
    writeFileSync(file, 'old', { mode: 0o640 });
    expect((await run(['--format', 'postfix-cidr', '--out', file])).stdout).not.toBe('');
    const before = statSync(file);
    expect(before.mode & 0o777).toBe(0o640);
    expect((await run(['--format', 'postfix-cidr', '--out', file])).stdout).toBe('');
    expect(statSync(file).ino).toBe(before.ino);
    const policy = join(folder, 'policy.yaml');
    writeFileSync(policy, 'rollout: closed\n');
    const closed = await run(['--format', 'postfix-cidr', '--table', 'access'], { POLICY_FILE: policy });
    expect(closed.stdout).toMatch(/^::\/0 451 4\.7\.1 Deferred: mail over IPv6 is not accepted here yet/m);
  });

  it('shows its progress on a terminal only', async () => {
    await report('2a00:1450::1');
    const argv = ['export', '--format', 'csv', '--out', out];
    const shown = await runCli(argv, { env: { DATA_DIR: data }, terminal: true });
    expect(shown.stderr).toContain('exporting');
    expect((await run(['--format', 'csv', '--out', out])).stderr).toBe('');
  });

  it.each([
    [['--format', 'bind'], 2, 'Allowed choices are rbldnsd, postfix-cidr, rspamd-map, csv'],
    [[], 2, "required option '--format <format>' not specified"],
    [
      ['--format', 'csv', '--watch', '0', '--out', '.'],
      2,
      'a whole number of seconds from 1 to 999999 is expected',
    ],
    [['--format', 'csv', '--watch', '5'], 2, '--watch: --out with a file or a folder is expected'],
    [['--format', 'rbldnsd', '--ns', 'a b'], 2, '--ns: a host name is expected, not "a b"'],
    [
      ['--format', 'rbldnsd', '--contact', 'me@example.org'],
      2,
      '--contact: a mailbox with a dot for the @ is expected',
    ],
    [['--format', 'csv', '--out', '/nowhere/list'], 73, '/nowhere/list cannot be written: ENOENT'],
  ])('%j ends with %i', async (argv, code, words) => {
    const ran = await run(argv);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(words);
  });

  it('names the setting it cannot run with', async () => {
    const policy = await run(['--format', 'csv'], { POLICY_FILE: '/nowhere/policy.yaml' });
    expect(policy.code).toBe(78);
    expect(policy.stderr).toContain('POLICY_FILE: ');
    mkdirSync(data);
    writeFileSync(join(data, 'evidence.mdb'), 'x'.repeat(9_000));
    const foreign = await run(['--format', 'csv']);
    expect(foreign.code).toBe(78);
    expect(foreign.stderr).toContain('is not a Prefixwise store');
  });
});

describe('prefixwise export --watch', () => {
  let child: ChildProcess | null = null;
  afterEach(() => child?.kill('SIGKILL'));

  function watch(): {
    readonly said: () => string;
    readonly ended: Promise<unknown[]>;
    readonly child: ChildProcess;
  } {
    const started = startExport(data, out, ['--watch', '1']);
    child = started;
    let said = '';
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (text) => (said += String(text)));
    return { said: () => said, ended: once(started, 'exit'), child: started };
  }

  it('follows what changes, goes on after being killed, leaves nothing behind, and stops when told', async () => {
    await block('198.35.1.0/24');
    const first = watch();
    await until(() => listed('198.35.1.1'));
    await block('198.35.2.0/24');
    await until(() => listed('198.35.2.1'));
    first.child.kill('SIGKILL');
    await first.ended;
    // What a process leaves that is killed in the middle of a file.
    writeFileSync(join(out, `.prefixwise.ip4trie.${first.child.pid}.partial`), 'half a li');
    await block('198.35.3.0/24');
    const second = watch();
    await until(() => listed('198.35.3.1'));
    await until(() => second.said().includes('lines'));
    second.child.kill('SIGTERM');
    expect(await second.ended).toEqual([0, null]);
    expect(readdirSync(out)).toEqual(['prefixwise.ip4trie', 'prefixwise.ip6trie']);
    expect(second.said()).toMatch(/^\S+ip4trie and \S+ip6trie: \d+ lines\n$/);
  });

  const listed = (address: string): boolean =>
    readdirSync(out).includes('prefixwise.ip4trie') &&
    zoneAt('prefixwise.ip4trie').codeAt(mustAddress(address)) !== 0;
});

/** Waits for a condition; the test's own time limit ends it. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}
