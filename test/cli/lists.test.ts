/** The allow and block lists from the command line, on the store itself, while services answer from it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { runCli } from '../support/cli.ts';
import { answerOf } from '../support/http.ts';
import { startService } from '../support/service.ts';

const DROP = 'test/vectors/lists/dropv6_2024-07-30.txt';
const SENDERS = 'test/vectors/lists/large-sender-ranges.txt';
const blocksIn = (path: string): readonly string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => /^[0-9a-f]/.test(line));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-lists-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const lists = (...argv: string[]) => runCli(['lists', ...argv], { env: { DATA_DIR: directory } });
const fileOf = (lines: readonly string[]): string => {
  const path = join(directory, 'feed.txt');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
};

describe('prefixwise lists', () => {
  it('adds an entry with reason, expiry and author, shows it, and removes it', async () => {
    const options = ['--reason', 'ticket 42', '--author', 'anna', '--expires', '2099-01-01T00:00:00Z'];
    const added = await lists('add', 'block', '::ffff:45.79.27.34', ...options);
    expect(added).toEqual({ code: 0, stdout: '45.79.27.34/32 is on the block list\n', stderr: '' });
    expect((await lists('add', 'block', '45.79.27.34', ...options)).stdout).toContain('in place of');
    const shown = await lists('show', 'block');
    expect(shown.stdout).toBe('45.79.27.34/32 ; ticket 42 (by anna, until 2099-01-01T00:00:00.000Z)\n');
    expect(JSON.parse((await lists('show', 'block', '45.79.27.34', '--json')).stdout)).toMatchObject({
      list: 'block',
      prefix: '45.79.27.34/32',
      reason: 'ticket 42',
      author: 'anna',
      source: null,
    });
    expect(await lists('remove', 'block', '45.79.27.34', '--reason', 'mended')).toMatchObject({ code: 0 });
    expect(await lists('remove', 'block', '45.79.27.34')).toMatchObject({
      code: 1,
      stderr: 'lists remove: there is no entry for exactly 45.79.27.34/32 on the block list\n',
    });
    expect((await lists('show', 'block', '45.79.27.34')).code).toBe(1);
    const store = new EmbeddedStore(directory);
    const { items } = await store.records.listAudit({ limit: 9 });
    await store.close();
    expect(items.map(({ actor, act, reason }) => [actor, act, reason])).toEqual([
      ['cli', 'list.block.delete', 'mended'],
      ['anna', 'list.block.put', 'ticket 42'],
      ['anna', 'list.block.put', 'ticket 42'],
    ]);
  });

  it.each([
    [['add', 'grey', '::/32', '--reason', 'r'], "'grey' is invalid"],
    [['add', 'block', '::1/32', '--reason', 'r'], 'lists add: prefix: '],
    [['add', 'block', '2a00::/32'], "required option '--reason <text>' not specified"],
    [
      ['add', 'block', '2a00::/32', '--reason', 'r', '--expires', '2001-01-01T00:00:00Z'],
      'expires: a time in the future',
    ],
    [['remove', 'block', '2a00::/32', '--reason', 'a\nb'], 'reason: 1 to 300 printable characters'],
    [['import', 'block', DROP, '--source', 'Not A Name'], '--source: '],
    [['import', 'block', DROP, '--expires', 'tomorrow'], 'expires: '],
  ])('refuses %j and says what is wrong', async (argv, message) => {
    const { code, stderr } = await lists(...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    ['block', DROP],
    ['allow', SENDERS],
  ])(
    'imports the %s file as it came, exports it, and changes nothing when it comes again',
    async (list, path) => {
      const distinct = blocksIn(path).length;
      const first = await lists('import', list, path, '--source', 'feed');
      expect(first.code).toBe(0);
      const [, entries] =
        /^feed has (\d+) entries on the \w+ list: \1 added, 0 changed, 0 kept, 0 removed/.exec(
          first.stdout,
        ) ?? [];
      const refused = first.stderr.split('\n').filter((line) => line !== '');
      const repeated = Number(/(\d+) repeated/.exec(first.stdout)?.[1] ?? 0);
      expect(Number(entries) + refused.length + repeated).toBe(distinct);
      const again = await lists('import', list, path, '--source', 'feed');
      expect(again.stdout).toMatch(
        new RegExp(`^feed has ${entries} entries .*: 0 added, 0 changed, ${entries} kept, 0 removed`),
      );
      const exported = await lists('export', list, '--source', 'feed');
      expect(exported.stdout.split('\n').filter((line) => /^[0-9a-f]/.test(line))).toHaveLength(
        Number(entries),
      );
      const moved = await lists('import', list, fileOf(exported.stdout.split('\n')), '--source', 'feed');
      expect(moved.stdout).toMatch(new RegExp(`: 0 added, 0 changed, ${entries} kept, 0 removed`));
    },
  );

  it('keeps the notice that a feed asks to be kept', async () => {
    await lists('import', 'block', DROP, '--source', 'drop');
    expect((await lists('export', 'block', '--source', 'drop')).stdout).toMatch(
      /^; Spamhaus IPv6 DROP List 2024/,
    );
  });

  it('removes what the new file no longer has, and nothing else', async () => {
    await lists('add', 'block', '2001:db8::/32', '--reason', 'by hand');
    const lines = blocksIn(DROP);
    await lists('import', 'block', DROP, '--source', 'drop');
    const shorter = await lists('import', 'block', fileOf(lines.slice(3)), '--source', 'drop');
    expect(shorter.stdout).toContain(`0 added, 0 changed, ${lines.length - 3} kept, 3 removed`);
    const { stdout } = await lists('show', 'block');
    expect(stdout).toContain('by hand');
    expect(stdout.trim().split('\n')).toHaveLength(lines.length - 3 + 1);
  });

  it('tells what a file would do, and refuses one that lost most of what it had unless told to take it', async () => {
    await lists('import', 'block', DROP, '--source', 'drop');
    const before = await lists('show', 'block');
    const few = fileOf(blocksIn(DROP).slice(0, 5));
    const dry = await lists('import', 'block', few, '--source', 'drop', '--allow-shrink', '--dry-run');
    expect(dry.stdout).toMatch(
      /^drop would have 5 entries on the block list: 0 added, 0 changed, 5 kept, \d+ removed/,
    );
    const refused = await lists('import', 'block', few, '--source', 'drop');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /it has 5 entries where it had \d+, so nothing was changed; --allow-shrink/,
    );
    expect(await lists('show', 'block')).toEqual(before);
    expect((await lists('import', 'block', few, '--source', 'drop', '--allow-shrink')).code).toBe(0);
    expect((await lists('show', 'block')).stdout.trim().split('\n')).toHaveLength(5);
  });

  it('names the lines it refuses, and a file it cannot read', async () => {
    const odd = await lists('import', 'block', fileOf(['2a00:1450::/32 ; r', 'nonsense', '2a00::1/32']));
    expect(odd).toMatchObject({ code: 0, stdout: expect.stringContaining('feed.txt has 1 entries') });
    expect(odd.stderr).toMatch(/line 2: .*\n.*line 3: /);
    expect((await lists('import', 'block', join(directory, 'none.txt'))).code).toBe(66);
  });

  it('is gone by in services that run on the store, each a process of its own, within five seconds', async () => {
    const services = await Promise.all([startService(directory), startService(directory)]);
    const listed = async (): Promise<readonly boolean[]> =>
      Promise.all(
        services.map(async ({ url }) => {
          const answer = await answerOf(fetch(`${url}/v1/lookup/2001:678:6c4::25`), lookupAnswerSchema);
          return answer.policy.decidedBy === 'list';
        }),
      );
    try {
      expect(await listed()).toEqual([false, false]);
      await lists('import', 'block', DROP, '--source', 'drop');
      await expect.poll(listed, { timeout: 5000, interval: 100 }).toEqual([true, true]);
      await lists('add', 'allow', '2001:678:6c4::25', '--reason', 'mended');
      await lists('remove', 'block', '2001:678:6c4::/48');
      await lists('remove', 'allow', '2001:678:6c4::25');
      await expect.poll(listed, { timeout: 5000, interval: 100 }).toEqual([false, false]);
    } finally {
      for (const service of services) await service.stop();
    }
  }, 60_000);
});
