import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importCommand } from '../../lib/cli/import.ts';
import { startHttps, testFetcher } from '../published/follow/https-server.ts';
import { runCli, runCommand } from '../support/cli.ts';

const PREFIXLEN = [
  '# ours',
  'prefix,length,sites',
  '2600:1f00::/32,56,',
  '2600:1f01::/32,48,',
  '5.5.0.0/16,32,',
];
const OBJECTS = [
  'inet6num:       2a00:1450:4000::/37',
  'status:         AGGREGATED-BY-LIR',
  'assignment-size:48',
  'last-modified:  2016-03-09T19:03:51Z',
  'source:         RIPE',
  '',
];

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prefixwise-import-'));
  data = join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, lines: readonly string[] | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, Buffer.isBuffer(lines) ? lines : lines.map((line) => `${line}\n`).join(''));
  return path;
}

const run = (argv: readonly string[], surroundings: Parameters<typeof runCli>[1] = {}) =>
  runCli(['import', ...argv], { env: { DATA_DIR: data }, ...surroundings });

describe('prefixwise import', () => {
  it('says what it took from each file and what is in force then', async () => {
    const { code, stdout, stderr } = await run([file('a.csv', PREFIXLEN), file('ripe.db', OBJECTS)]);
    expect(stderr).toBe('');
    expect(stdout.replaceAll(folder, '')).toBe(
      [
        '/a.csv (prefixlen): 3 taken, 0 refused',
        'source a.csv: has 1 IPv4 and 2 IPv6 allocations; it is new',
        '/ripe.db (rpsl): 1 taken, 0 refused',
        'source ripe.db: has 0 IPv4 and 1 IPv6 allocations; it is new',
        'in force: 1 IPv4 and 3 IPv6 allocations of 2 sources',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    const { stdout: list } = await run(['--list']);
    expect(list).toMatch(
      /^a\.csv: 1 IPv4 and 2 IPv6 allocations, imported \d{4}-\d\d-\d\d from .*a\.csv\nripe\.db: /,
    );
  });

  it('reads packed files and standard input, and makes one source of many files', async () => {
    const packed = file('ripe.db.inet6num.gz', gzipSync(OBJECTS.join('\n')));
    expect((await run([packed])).stdout).toContain(
      'source ripe.db.inet6num: has 0 IPv4 and 1 IPv6 allocations',
    );
    const piped = await run(['-', packed, '--source', 'mine'], { stdin: PREFIXLEN.join('\r\n') });
    expect(piped.stdout).toContain('standard input (prefixlen): 3 taken, 0 refused');
    expect(piped.stdout).toContain('source mine: has 1 IPv4 and 3 IPv6 allocations; it is new');
    expect((await run(['-'], { stdin: PREFIXLEN.join('\n') })).stdout).toContain('source stdin: has 1 IPv4');
  });

  it('takes the format from --format when told', async () => {
    const { code, stderr } = await run(['--format', 'rpsl', file('a.csv', PREFIXLEN)]);
    expect(code).toBe(65);
    expect(stderr).toBe('');
    expect((await run(['--format', 'geofeed', file('a.csv', PREFIXLEN)])).code).toBe(2);
  });

  it('tells of a signature it did not check', async () => {
    const signed = file('a.csv', [
      ...PREFIXLEN,
      '# RPKI Signature: 2600:1f00::/31',
      '# MIIG...',
      '# End Signature: ...',
    ]);
    expect((await run([signed])).stdout).toContain('3 taken, 0 refused; its signature was not verified');
  });
});

describe('refused lines', () => {
  const BAD = Array.from({ length: 150 }, (_, i) => `10.0.${i}.0/24,32,`);

  it('are named at the end with their reason, the first hundred of them', async () => {
    const { code, stderr } = await run([file('a.csv', [...PREFIXLEN, ...BAD])]);
    expect(code).toBe(0);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(101);
    expect(lines[0]?.replace(folder, '')).toBe(
      'import: /a.csv line 6: 10.0.0.0/24 is special-purpose space (private-use)',
    );
    expect(lines[100]).toBe('import: 50 more were refused; --verbose or --refused names them all');
  });

  it('are all named when asked for, and all written to a file', async () => {
    const path = join(folder, 'refused.txt');
    const { stderr } = await run(['--verbose', '--refused', path, file('a.csv', [...PREFIXLEN, ...BAD])]);
    expect(stderr.trim().split('\n')).toHaveLength(150);
    const written = readFileSync(path, 'utf8').trim().split('\n');
    expect(written).toHaveLength(150);
    expect(written[149]?.split('\t').slice(1)).toEqual([
      '155',
      '10.0.149.0/24 is special-purpose space (private-use)',
      '10.0.149.0/24,32,',
    ]);
  });

  it('cannot colour the terminal', async () => {
    const { stderr } = await run([file('a.csv', [...PREFIXLEN, '\u001b[31mred,56,'])]);
    expect(stderr).toContain('line 6: ');
    expect(stderr).not.toContain('\u001b');
  });

  it('alone make the run fail', async () => {
    const { code, stdout } = await run([file('a.csv', BAD)]);
    expect(code).toBe(65);
    expect(stdout).toContain('source a.csv: nothing usable');
    expect((await run([file('b.csv', BAD), file('c.csv', PREFIXLEN)])).code).toBe(0);
  });
});

describe('what must not get lost', () => {
  it('stays when a source shrinks, until that is allowed', async () => {
    const path = file('a.csv', PREFIXLEN);
    await run([path]);
    file('a.csv', PREFIXLEN.slice(0, 3));
    const refused = await run([path]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('would be less than half of what it had, 1 IPv4 and 2 IPv6 allocations');
    expect((await run(['--list'])).stdout).toContain('a.csv: 1 IPv4 and 2 IPv6');
    expect((await run(['--allow-shrink', path])).code).toBe(0);
    expect((await run(['--list'])).stdout).toContain('a.csv: 0 IPv4 and 1 IPv6');
  });

  it('stays when a packed file is cut short', async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => `2600:${i.toString(16)}::/32,${48 + (i % 16)},`);
    const path = file('a.csv.gz', gzipSync(rows.join('\n')));
    await run([path]);
    truncateSync(path, 6_000);
    const { code, stdout } = await run([path]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /import: .* cannot be read to its end: unexpected end of file; what came before counts/,
    );
    expect((await run(['--list'])).stdout).toContain('a.csv: 0 IPv4 and 5,000 IPv6');
  });

  it('stays in a dry run, which does not even make a store', async () => {
    const { code, stdout } = await run(['--dry-run', file('a.csv', PREFIXLEN)]);
    expect(code).toBe(0);
    expect(stdout).toContain('source a.csv: would have 1 IPv4 and 2 IPv6 allocations; it is new');
    expect(stdout).not.toContain('in force');
    expect(existsSync(data)).toBe(false);
  });

  it('goes when it is removed by name', async () => {
    await run([file('a.csv', PREFIXLEN)]);
    expect(await run(['--remove', 'b.csv'])).toMatchObject({
      code: 1,
      stderr: 'import: there is no source b.csv\n',
    });
    expect((await run(['--remove', 'a.csv', '--dry-run'])).stdout).toBe('would remove a.csv\n');
    expect((await run(['--remove', 'a.csv'])).stdout).toContain('of 0 sources');
    expect((await run(['--list'])).stdout).toBe('nothing was imported yet\n');
  });
});

describe('a slip on the command line', () => {
  it.each([
    [[], 2, 'files are expected, or --remove, or --list'],
    [['a', '--list'], 2, 'files are expected, or --remove, or --list'],
    [['--source', 'a/b', '-'], 2, '--source: 1 to 100 letters, digits, - . _ are expected'],
    [['x/a.csv', 'y/a.csv.gz'], 2, 'two files would be source a.csv; --source makes one source of all files'],
    [['/nowhere/a.csv'], 66, '/nowhere/a.csv cannot be read: ENOENT'],
    [['.'], 66, '. is a folder'],
    [['-', '--refused', '/nowhere/refused'], 73, '--refused: ENOENT'],
  ])('%j ends with %i', async (argv, expected, words) => {
    const { code, stderr } = await run(argv);
    expect(code).toBe(expected);
    expect(stderr).toContain(words);
    expect(existsSync(data)).toBe(false);
  });

  it('in DATA_DIR or STORE is named', async () => {
    const path = file('a.csv', PREFIXLEN);
    const other = await run([path], { env: { DATA_DIR: data, STORE: 'paper' } });
    expect(other).toMatchObject({
      code: 78,
      stderr: 'import: STORE: embedded or dynamodb is expected, not "paper"\n',
    });
    mkdirSync(data);
    writeFileSync(join(data, 'evidence.mdb'), 'x'.repeat(9_000));
    const foreign = await run([path]);
    expect(foreign.code).toBe(78);
    expect(foreign.stderr).toMatch(
      /DATA_DIR: the store in .* cannot be opened: .* is not a Prefixwise store/,
    );
  });
});

describe('progress', () => {
  it('is a bar with rate and time left on a terminal, and none elsewhere', async () => {
    const path = file('a.csv', PREFIXLEN);
    const shown = await run([path], { terminal: true });
    expect(shown.stderr).toMatch(/a\.csv .* \d+ % .* left/);
    expect(shown.stdout).toContain('3 taken');
    expect((await run([path])).stderr).toBe('');
  });
});

describe('import --follow', () => {
  it('fetches what objects point to, and says what came of it', async () => {
    const server = await startHttps();
    server.answer = (request, response) => {
      if (request.url === '/ours.csv') response.end('2a00:1450::/32,56,\r\n2a01::/32,56,\r\n');
      else response.writeHead(404).end();
    };
    const dump = file('ripe.db', [
      'inet6num: 2a00:1450::/32',
      'status: ALLOCATED-BY-RIR',
      `prefixlen: ${server.url('/ours.csv')}`,
      '',
      'inet6num: 2a00:1451::/32',
      'status: ALLOCATED-BY-RIR',
      `remarks: Prefixlen ${server.url('/theirs.csv')}`,
      '',
      'inet6num: 2a00:1452::/32',
      'status: ALLOCATED-BY-RIR',
      'prefixlen: https://inner.example/secrets.csv',
      '',
    ]);
    const { code, stdout, stderr } = await follow([dump]);
    await server.close();
    expect(code).toBe(0);
    expect(stdout.replaceAll(folder, '')).toBe(
      [
        '/ripe.db (rpsl): 0 taken, 0 refused',
        'source ripe.db: nothing usable',
        '3 pointers to 3 files: 1 fetched, 0 unchanged, 2 failed, 0 not due',
        'source ripe.db+followed: has 0 IPv4 and 1 IPv6 allocations; it is new',
        'in force: 0 IPv4 and 1 IPv6 allocations of 1 source',
        '',
      ].join('\n'),
    );
    expect(stderr).toContain('/theirs.csv: the server answered 404');
    expect(stderr).toContain(
      'https://inner.example/secrets.csv: inner.example is at 10.1.2.3, which is no public address',
    );
    expect(stderr).toContain('line 2: no registry object lets this file speak for this space');
    expect((await run(['--list'])).stdout).toContain('ripe.db+followed: 0 IPv4 and 1 IPv6');
  });

  /** The command alone, so that names lead to the test's own server. */
  const follow = (argv: readonly string[]) =>
    runCommand(
      (terminal, exit) => importCommand(terminal, exit, testFetcher()),
      ['import', '--follow', ...argv],
      { env: { DATA_DIR: data } },
    );
});
